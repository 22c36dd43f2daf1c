/** Every call of the wire, by what it needs: a role to read, a role to write, or more. */
import type { MlflowClient } from '../../harness/mlflowClient.ts';

type Fields = Readonly<Record<string, string | number>>;
export type Ids = {
  readonly run: string;
  readonly experiment: string;
  readonly model: string;
  readonly upload: string;
  readonly trace: string;
};
type Send = (client: MlflowClient, ids: Ids) => Promise<number>;

export const proxy = '/api/2.0/mlflow-artifacts/artifacts';
const named = { name: 'net', version: '1' };
const fieldsOf = ({ run, experiment, model }: Ids, fields: Fields) => ({
  ...{ run_id: run, experiment_id: experiment, model_id: model, ...named },
  ...fields,
});
const at = (path: string, { model }: Ids) => path.replace('{model_id}', model);
const post =
  (call: string, fields: Fields = {}): Send =>
  async (client, ids) =>
    (await client.post(at(call, ids), fieldsOf(ids, fields))).status;
export const by =
  (method: string, call: string, fields: Fields = {}): Send =>
  async (client, ids) =>
    (await client.call(method, at(call, ids), fieldsOf(ids, fields))).status;
export const get =
  (call: string, query: Readonly<Record<string, string>> = {}): Send =>
  async (client, ids) => {
    const known = { run_id: ids.run, run_ids: ids.run, experiment_id: ids.experiment, ...named };
    return (await client.request(`/api/2.0/mlflow/${at(call, ids)}?${new URLSearchParams({ ...known, ...query })}`))
      .status;
  };
const page =
  (path: string, query: Readonly<Record<string, string>>): Send =>
  async (client, { run }) =>
    (await client.request(`/${path}?${new URLSearchParams({ run_id: run, ...named, ...query })}`)).status;
export const upload =
  (call: string, fields: object): Send =>
  async (client, { run, experiment, upload }) => {
    const body = JSON.stringify({ path: 'part.bin', upload_id: upload, ...fields });
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    return (await client.request(`/api/2.0/mlflow-artifacts/mpu/${call}/${experiment}/${run}/artifacts`, init)).status;
  };
const artifact =
  (method: string, path: string, of: 'run' | 'model' = 'run'): Send =>
  async (client, { run, experiment, model }) => {
    const init = { method, ...(method === 'PUT' && { body: 'x' }) };
    const owner = of === 'run' ? run : `models/${model}`;
    return (await client.request(`${proxy}/${experiment}/${owner}/artifacts/${path}`, init)).status;
  };
/** Calls about one trace, by their path below it. */
const ofTrace =
  (method: string, path: string, fields?: Readonly<Record<string, unknown>>): Send =>
  async (client, { trace }) =>
    (await client.call(method, `3.0/mlflow/traces${path.replace('{trace_id}', trace)}`, fields)).status;
export const described = (traceId: string, experiment: string) => ({
  trace_id: traceId,
  trace_location: { mlflow_experiment: { experiment_id: experiment } },
  request_time: '2026-01-01T00:00:00Z',
});
const judged = { assessment: { assessment_name: 'good', feedback: { value: true } } };

export const reads: Readonly<Record<string, Send>> = {
  'experiments/get': get('experiments/get'),
  'experiments/get-by-name': get('experiments/get-by-name', { experiment_name: 'vision' }),
  'runs/get': get('runs/get'),
  'metrics/get-history': get('metrics/get-history', { metric_key: 'a' }),
  'metrics/get-history-bulk': get('metrics/get-history-bulk', { metric_key: 'a' }),
  'metrics/get-history-bulk-interval': get('metrics/get-history-bulk-interval', { metric_key: 'a' }),
  'artifacts/list': get('artifacts/list'),
  'artifact GET': artifact('GET', 'kept.txt'),
  'artifact GET of a model': artifact('GET', 'kept.txt', 'model'),
  'experiments/search-datasets': async (client, { experiment }) =>
    (await client.post('experiments/search-datasets', { experiment_ids: [experiment] } as never)).status,
  'GET logged-models/{model_id}': get('logged-models/{model_id}'),
  'logged-models/{model_id}/artifacts/directories': get('logged-models/{model_id}/artifacts/directories'),
  'logged-models/{model_id}/artifacts/files': get('logged-models/{model_id}/artifacts/files', {
    artifact_file_path: 'kept.txt',
  }),
  'registered-models/get': get('registered-models/get'),
  'registered-models/get-latest-versions': get('registered-models/get-latest-versions'),
  'GET registered-models/alias': get('registered-models/alias', { alias: 'champion' }),
  'model-versions/get': get('model-versions/get'),
  'model-versions/get-download-uri': get('model-versions/get-download-uri'),
  'get-artifact': page('get-artifact', { path: 'kept.txt' }),
  'model-versions/get-artifact': page('model-versions/get-artifact', { path: 'kept.txt' }),
  'traces/{trace_id}': ofTrace('GET', '/{trace_id}'),
  'traces/{trace_id}/info': async (client, { trace }) => (await client.get(`traces/${trace}/info`)).status,
  'traces/get': ofTrace('GET', '/get?trace_id={trace_id}'),
  'trace artifact GET': async (client, { experiment, trace }) =>
    (await client.request(`${proxy}/${experiment}/traces/${trace}/artifacts/kept.txt`)).status,
};
export const writes: Readonly<Record<string, Send>> = {
  'runs/create': post('runs/create'),
  'runs/update': post('runs/update'),
  'runs/log-metric': post('runs/log-metric', { key: 'a', value: 1, timestamp: 1 }),
  'runs/log-parameter': post('runs/log-parameter', { key: 'a', value: '1' }),
  'runs/log-batch': post('runs/log-batch'),
  'runs/set-tag': post('runs/set-tag', { key: 'a', value: '1' }),
  'runs/delete-tag': post('runs/delete-tag', { key: 'a' }),
  'runs/delete': post('runs/delete'),
  'runs/restore': post('runs/restore'),
  'artifact PUT': artifact('PUT', 'x.txt'),
  'artifact DELETE': artifact('DELETE', 'x.txt'),
  'experiments/set-experiment-tag': post('experiments/set-experiment-tag', { key: 'a', value: '1' }),
  'experiments/update': post('experiments/update'),
  'experiments/delete-experiment-tag': post('experiments/delete-experiment-tag', { key: 'a' }),
  'runs/log-inputs': post('runs/log-inputs'),
  'runs/outputs': post('runs/outputs'),
  'runs/log-model': post('runs/log-model', { model_json: '{"flavors": {}}' }),
  'upload-artifact': async (client, { run }) => {
    const query = new URLSearchParams({ run_uuid: run, path: 'page.txt' });
    return (await client.request(`/ajax-api/2.0/mlflow/upload-artifact?${query}`, { method: 'POST', body: 'x' }))
      .status;
  },
  'artifact PUT of a model': artifact('PUT', 'x.txt', 'model'),
  'artifact DELETE of a model': artifact('DELETE', 'x.txt', 'model'),
  'mpu/create/{folder...}': upload('create', { num_parts: 1 }),
  'logged-models': post('logged-models', { name: 'other' }),
  'PATCH logged-models/{model_id}': by('PATCH', 'logged-models/{model_id}', { status: 'LOGGED_MODEL_READY' }),
  'logged-models/{model_id}/tags': by('PATCH', 'logged-models/{model_id}/tags', {
    tags: [{ key: 'a', value: 'b' }],
  } as never),
  'logged-models/{model_id}/tags/{tag_key}': by('DELETE', 'logged-models/{model_id}/tags/a'),
  'logged-models/{model_id}/params': post('logged-models/{model_id}/params'),
  'registered-models/update': by('PATCH', 'registered-models/update'),
  'registered-models/set-tag': post('registered-models/set-tag', { key: 'a', value: 'b' }),
  'registered-models/delete-tag': by('DELETE', 'registered-models/delete-tag', { key: 'a' }),
  'POST registered-models/alias': post('registered-models/alias', { alias: 'champion' }),
  'DELETE registered-models/alias': by('DELETE', 'registered-models/alias', { alias: 'none' }),
  'model-versions/create': async (client, ids) =>
    (await client.post('model-versions/create', { name: 'net', source: `models:/${ids.model}` })).status,
  'model-versions/update': by('PATCH', 'model-versions/update'),
  'model-versions/transition-stage': post('model-versions/transition-stage', { stage: 'None' }),
  'model-versions/set-tag': post('model-versions/set-tag', { key: 'a', value: 'b' }),
  'model-versions/delete-tag': by('DELETE', 'model-versions/delete-tag', { key: 'a' }),
  traces: async (client, { experiment, trace }) => {
    const fields = { trace: { trace_info: described(trace, experiment) } };
    return (await client.call('POST', '3.0/mlflow/traces', fields)).status;
  },
  'traces/{trace_id}/tags': ofTrace('PATCH', '/{trace_id}/tags', { key: 'a', value: '1' }),
  'traces/{trace_id}/tags DELETE': ofTrace('DELETE', '/{trace_id}/tags', { key: 'a' }),
  'traces/{trace_id}/assessments': ofTrace('POST', '/{trace_id}/assessments', judged),
  'traces/{trace_id}/assessments/{assessment_id}': ofTrace('DELETE', '/{trace_id}/assessments/a-1'),
  'traces/link-to-run': async (client, { run, trace }) =>
    (await client.post('traces/link-to-run', { run_id: run, trace_ids: [trace] })).status,
  'traces/link-prompts': async (client, { trace }) =>
    (await client.post('traces/link-prompts', { trace_id: trace, prompt_versions: [] })).status,
  'traces/delete-traces': post('traces/delete-traces', { max_timestamp_millis: 1 }),
  'traces/{request_id}': async (client, { trace }) =>
    (await client.call('PATCH', `2.0/mlflow/traces/${trace}`, { timestamp_ms: 1, status: 'OK' })).status,
  'trace artifact PUT': async (client, { experiment, trace }) => {
    const init = { method: 'PUT', body: 'x' };
    return (await client.request(`${proxy}/${experiment}/traces/${trace}/artifacts/x.txt`, init)).status;
  },
};

/** Calls for anyone signed in, whose answers are limited to what the caller may see; tested one by one. */
export const signedIn = [
  ...['experiments/create', 'experiments/search', 'runs/search', 'logged-models/search'],
  ...['registered-models/create', 'registered-models/search', 'model-versions/search'],
  ...['presigned/{path...}', 'artifacts/presigned-upload-url', 'artifacts/presigned-download-url'],
  ...['traces/search', 'traces/batchGet', 'traces/batchGetInfos'],
  ...['traces/calculate-filter-correlation', 'traces/metrics'],
];
export const administrators = ['webhooks', 'webhooks/{webhook_id}', 'webhooks/{webhook_id}/test'];
/** As destructive as the others, and tested where they are not in the way. */
export const destructive: Readonly<Record<string, Send>> = {
  'experiments/delete': post('experiments/delete'),
  'experiments/restore': post('experiments/restore'),
  'DELETE logged-models/{model_id}': by('DELETE', 'logged-models/{model_id}'),
  'registered-models/rename': post('registered-models/rename', { new_name: 'stolen' }),
  'registered-models/delete': by('DELETE', 'registered-models/delete'),
  'model-versions/delete': by('DELETE', 'model-versions/delete'),
  'mpu/complete/{folder...}': upload('complete', { parts: [] }),
  'mpu/abort/{folder...}': upload('abort', {}),
};
