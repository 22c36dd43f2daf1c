/** Runs logged over the MLflow wire, as any client logs them: for tests of what a table shows of them. */
type Server = { readonly url: string; readonly token: string };

export type LoggedRun = {
  readonly name: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** Values by step from 0 on. */
  readonly metrics?: Readonly<Record<string, readonly number[]>>;
  readonly startTime?: number;
  /** Still running when false. */
  readonly ended?: boolean;
};

async function post(server: Server, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.url}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    // JSON has no word for the non-finite numbers; these are MLflow's.
    body: JSON.stringify(body, (_key, value) =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    ),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

export async function logRun(server: Server, experimentId: string, run: LoggedRun): Promise<string> {
  const { name, params = {}, tags = {}, metrics = {}, startTime = Date.now() } = run;
  const created = await post(server, 'runs/create', {
    experiment_id: experimentId,
    run_name: name,
    start_time: startTime,
    tags: pairs(tags),
  });
  const runId = (created.run as { info: { run_id: string } }).info.run_id;
  await post(server, 'runs/log-batch', { run_id: runId, params: pairs(params), metrics: pointsOf(metrics, startTime) });
  if (run.ended !== false) {
    await post(server, 'runs/update', { run_id: runId, status: 'FINISHED', end_time: startTime + 61_000 });
  }
  return runId;
}

type Point = { readonly runId: string; readonly key: string; readonly value: number; readonly step: number };

export function logMetric(server: Server, { runId, ...point }: Point): Promise<unknown> {
  return post(server, 'runs/log-metric', { run_id: runId, ...point, timestamp: Date.now() });
}

function pairs(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

function pointsOf(metrics: NonNullable<LoggedRun['metrics']>, startTime: number) {
  return Object.entries(metrics).flatMap(([key, values]) =>
    values.map((value, step) => ({ key, value, step, timestamp: startTime + step * 1000 })),
  );
}

/** A small study: models by learning rates by seeds, with curves that end differently. */
export async function logStudy(server: Server, experimentId: string, count = 60): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const model = ['linear', 'forest', 'network'][at % 3] ?? '';
    const rate = [0.001, 0.01, 0.1][Math.floor(at / 3) % 3] ?? 0;
    const end = 0.3 + ((at * 37) % 100) / 200;
    const loss = Array.from(
      { length: 40 },
      (_, step) => end + 2 * Math.exp(-step / 8) + 0.03 * Math.sin(step * 1.7 + at),
    );
    const accuracy = loss.map((value) => Math.max(0, 1 - value / 2.5));
    ids.push(
      await logRun(server, experimentId, {
        name: `${model}-${at}`,
        params: { model, rate: String(rate), seed: String(at), optimizer: 'adam' },
        tags: { team: at % 2 ? 'vision' : 'speech' },
        metrics: { loss, accuracy },
        startTime: Date.now() - (count - at) * 60_000,
      }),
    );
  }
  return ids;
}

export async function logFile(server: Server, file: { runId: string; path: string; text: string }): Promise<void> {
  const found = await fetch(`${server.url}/api/2.0/mlflow/runs/get?run_id=${file.runId}`, {
    headers: { authorization: `Bearer ${server.token}` },
  });
  const { run } = (await found.json()) as { run: { info: { artifact_uri: string } } };
  const root = run.info.artifact_uri.replace('mlflow-artifacts:/', '');
  const response = await fetch(`${server.url}/api/2.0/mlflow-artifacts/artifacts/${root}/${file.path}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${server.token}` },
    body: file.text,
  });
  if (!response.ok) throw new Error(`${file.path}: ${response.status} ${await response.text()}`);
}

type Input = { readonly runId: string; readonly name: string; readonly digest: string };

export function logInput(server: Server, { runId, name, digest }: Input): Promise<unknown> {
  const dataset = { name, digest, source_type: 'local', source: '{}' };
  return post(server, 'runs/log-inputs', { run_id: runId, datasets: [{ tags: [], dataset }] });
}
