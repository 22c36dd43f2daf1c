/** A server with prior work worth finding: two projects with code, and runs with what came of them. */
import { openClient, type TestClient } from '../harness/client.ts';
import { projectWithCode } from '../harness/projectWithCode.ts';
import { pushFiles } from '../harness/pushFiles.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { until } from './until.ts';

export type SearchWorld = AsyncDisposable & {
  readonly server: TestServer;
  readonly api: TestClient;
  readonly runId: string;
};

const trainer = `"""Trains the churn estimator with early stopping."""
import numpy as np


class ChurnEstimator:
    def __init__(self, learning_rate: float = 0.1):
        self.learning_rate = learning_rate

    def fitWithEarlyStopping(self, frame, patience=5):
        """Early stopping on the validation loss."""
        best = np.inf
        for epoch in range(200):
            loss = self.step(frame)
            if loss < best:
                best, waited = loss, 0
`;

export async function startSearchWorld(): Promise<SearchWorld> {
  await using owned = new AsyncDisposableStack();
  const server = owned.use(await startServer());
  const { api } = owned.use(await openClient(server));
  await api.session.createUser({ id: 'ada', name: 'Ada Lovelace' });
  await api.projects.create({
    ...{
      id: 'churn',
      name: 'Customer churn',
      description: 'Who leaves next month, with early stopping',
      stage: 'deployed',
    },
  });
  await pushFiles({
    server,
    project: 'churn',
    files: {
      'README.md': '# Customer churn\n\nPredicts who leaves. Trained with early stopping on the validation loss.\n',
      'src/train_churn.py': trainer,
      'docs/method.md': 'Early stopping waits for five epochs without a better loss.\n',
      'explore.ipynb': JSON.stringify({
        cells: [
          { cell_type: 'code', source: '# early stopping by hand', outputs: [{ text: 'stopped early at epoch 17' }] },
        ],
        metadata: {},
      }),
    },
  });
  const code = await projectWithCode(
    { url: server.url, token: server.token, api },
    { id: 'digits', files: { 'train.py': 'print("early stopping of digits")\n' } },
  );
  const { id: runId } = await api.runs.launch({
    ...{ projectId: 'digits', command: 'true', environmentId: 'system', tierId: 'small', code },
    ...{ name: 'early stopping, patience 5', parameters: { patience: '5', learning_rate: '0.05' } },
  });
  const said = { target: { kind: 'run', runId }, text: 'Would a longer patience have helped?' } as const;
  await api.comments.add({ projectId: 'digits', ...said });
  for (const text of [
    'longer patience',
    'fitWithEarlyStopping',
    'stopping of digits',
    'kind:notebook stopping',
    'kind:run patience',
  ]) {
    await until(`${text} is found`, async () => (await api.search.query({ text })).total > 0);
  }
  const all = owned.move();
  return { server, api, runId, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
