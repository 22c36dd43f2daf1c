/** Calls of the MLflow wire by hand, for what no stock client would send. */
import assert from 'node:assert/strict';

/** The parts of answers that tests look at. */
export type Body = {
  readonly error_code?: string;
  readonly message?: string;
  readonly experiment_id?: string;
  readonly experiment?: WireExperiment;
  readonly experiments?: readonly WireExperiment[];
  readonly run?: WireRun;
  readonly runs?: readonly WireRun[];
  readonly run_info?: WireRun['info'];
  readonly metrics?: readonly WireMetric[];
  readonly next_page_token?: string;
  readonly root_uri?: string;
  readonly model?: WireLoggedModel;
  readonly models?: readonly WireLoggedModel[];
  readonly registered_model?: WireRegisteredModel;
  readonly registered_models?: readonly WireRegisteredModel[];
  readonly model_version?: WireModelVersion;
  readonly model_versions?: readonly WireModelVersion[];
  readonly artifact_uri?: string;
  readonly dataset_summaries?: readonly Readonly<Record<string, string>>[];
  readonly upload_id?: string;
  readonly credentials?: readonly { readonly url: string; readonly part_number: number }[];
  readonly files?: readonly { readonly path: string; readonly is_dir: boolean; readonly file_size?: number }[];
};
type Pair = { readonly key: string; readonly value: string };
export type WireExperiment = {
  readonly experiment_id: string;
  readonly name: string;
  readonly lifecycle_stage: string;
  readonly tags: readonly Pair[];
};
export type WireLoggedModel = {
  readonly info: Readonly<Record<string, string | number | undefined>> & {
    readonly model_id: string;
    readonly tags?: readonly Pair[];
    readonly registrations?: readonly { readonly name: string; readonly version: string }[];
  };
  readonly data: { readonly params?: readonly Pair[]; readonly metrics?: readonly Readonly<Record<string, unknown>>[] };
};
export type WireRegisteredModel = {
  readonly name: string;
  readonly description?: string;
  readonly tags: readonly Pair[];
  readonly aliases?: readonly { readonly alias: string; readonly version: string }[];
  readonly latest_versions?: readonly WireModelVersion[];
};
export type WireModelVersion = {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly current_stage: string;
  readonly run_id?: string;
  readonly model_id?: string;
  readonly description?: string;
  readonly aliases?: readonly string[];
  readonly tags?: readonly Pair[];
  readonly model_params?: readonly Readonly<Record<string, string>>[];
  readonly model_metrics?: readonly Readonly<Record<string, unknown>>[];
};
export type WireMetric = {
  readonly key: string;
  readonly value: number | string;
  readonly timestamp: number;
  readonly step: number;
};
export type WireRun = {
  readonly info: Readonly<Record<string, string | number | undefined>> & { readonly run_id: string };
  readonly data: {
    readonly metrics?: readonly WireMetric[];
    readonly params?: readonly Pair[];
    readonly tags?: readonly Pair[];
  };
  readonly inputs: {
    readonly dataset_inputs?: readonly { readonly tags?: readonly Pair[]; readonly dataset: object }[];
    readonly model_inputs?: readonly { readonly model_id: string }[];
  };
  readonly outputs: { readonly model_outputs?: readonly { readonly model_id: string; readonly step: number }[] };
};

export type Answer = { readonly status: number; readonly body: Body; readonly headers: Headers };
type Fields = Readonly<Record<string, unknown>>;

export class MlflowClient {
  readonly #url: string;
  readonly #token: string | null;

  constructor({ url, token }: { readonly url: string; readonly token: string | null }) {
    this.#url = url;
    this.#token = token;
  }

  /** As it is answered, whatever that is. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const authorization: Record<string, string> =
      this.#token === null ? {} : { authorization: `Bearer ${this.#token}` };
    return await fetch(`${this.#url}${path}`, { ...init, headers: { ...authorization, ...init.headers } });
  }

  async post(call: string, fields: Fields): Promise<Answer> {
    return await this.send(call, JSON.stringify(fields));
  }

  async send(call: string, body: string, type = 'application/json'): Promise<Answer> {
    const init = { method: 'POST', body, headers: { 'content-type': type } };
    return await read(await this.request(`/api/2.0/mlflow/${call}`, init));
  }

  async get(call: string, query: Readonly<Record<string, string | readonly string[]>> = {}): Promise<Answer> {
    const pairs = Object.entries(query).flatMap(([key, value]) =>
      [value].flat().map((each): [string, string] => [key, each]),
    );
    return await read(await this.request(`/api/2.0/mlflow/${call}?${new URLSearchParams(pairs)}`));
  }

  /** Any call by any verb: from the version on, as in `3.0/mlflow/traces`, or below `2.0/mlflow`. */
  async call(method: string, call: string, fields?: Fields): Promise<Answer> {
    const address = /^\d\.0\//.test(call) ? call : `2.0/mlflow/${call}`;
    const body = fields === undefined ? {} : { body: JSON.stringify(fields) };
    const headers = { 'content-type': 'application/json' };
    return await read(await this.request(`/api/${address}`, { method, ...body, headers }));
  }

  /** A call that must succeed. */
  async done(call: string, fields: Fields): Promise<Body> {
    const { status, body } = await this.post(call, fields);
    assert.equal(status, 200, `${call}: ${JSON.stringify(body)}`);
    return body;
  }

  async createRun(fields: Fields = {}): Promise<string> {
    const { run } = await this.done('runs/create', fields);
    assert.ok(run);
    return run.info.run_id;
  }

  async run(id: string): Promise<WireRun> {
    const { body } = await this.get('runs/get', { run_id: id });
    assert.ok(body.run, JSON.stringify(body));
    return body.run;
  }
}

async function read(response: Response): Promise<Answer> {
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as Body };
}

/** The refusal with this code whose message says this. */
export function assertRefused(answer: Answer, code: string, message: RegExp = /./): void {
  assert.equal(answer.body.error_code, code, JSON.stringify(answer.body));
  assert.match(answer.body.message ?? '', message);
}
