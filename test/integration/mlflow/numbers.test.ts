/** Any number that a client may log comes back as it was; any other is refused with its field. */
import assert from 'node:assert/strict';
import { assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

const most = Number.MAX_SAFE_INTEGER;

describe('numbers over the MLflow wire', () => {
  let server: TrackingServer;
  let client: MlflowClient;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
  });
  after(() => server[Symbol.asyncDispose]());

  const history = async (run_id: string, metric_key: string) =>
    (await client.get('metrics/get-history', { run_id, metric_key })).body as {
      readonly metrics?: readonly {
        readonly value: number | string;
        readonly step: number;
        readonly timestamp: number;
      }[];
    };

  it('gives back values, steps and times of any size, in one call or in many', async () => {
    const values = [0, 0.1, -1e-320, 2 ** 53 + 2, -(2 ** 63), 1.7976931348623157e308, 'NaN', 'Infinity', '-Infinity'];
    const steps = [-most, -(2 ** 31) - 1, -1, 0, 1, 2 ** 31, 2 ** 40, most - 1, most];
    // Clocks of jobs jump: the times do not follow the steps.
    const times = [0, 4_102_444_800_000, 1, most, 1_700_000_000_000, 951_782_400_000, 1, 0, 2];
    const points = values.map((value, index) => ({ value, step: steps[index], timestamp: times[index] }));
    const run_id = await client.createRun();
    await client.done('runs/log-batch', { run_id, metrics: points.map((point) => ({ key: 'many', ...point })) });
    for (const point of points) await client.done('runs/log-metric', { run_id, key: 'one', ...point });
    for (const key of ['many', 'one']) {
      assert.deepEqual(
        (await history(run_id, key)).metrics,
        points.map((point) => ({ key, ...point })),
      );
    }
  });

  it('takes numbers that are written as text, and a zero with a sign as zero', async () => {
    const run_id = await client.createRun();
    await client.done('runs/log-metric', { run_id, key: 'm', value: '1.5e3', timestamp: '7', step: '-8' });
    assert.equal((await client.send('runs/log-metric', bodyOf(run_id, '-0', '1'))).status, 200);
    assert.deepEqual((await history(run_id, 'm')).metrics, [
      { key: 'm', value: 1500, timestamp: 7, step: -8 },
      { key: 'm', value: 0, timestamp: 1, step: 0 },
    ]);
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['1', '-1', /parameter 'timestamp' supplied: Timestamps must be non-negative/],
    ['1', '9007199254740993', /parameter 'timestamp' supplied: not an integer of at most 2\^53/],
    ['1', '"9007199254740993"', /parameter 'timestamp' supplied: not an integer of at most 2\^53/],
    ['1', '1.5', /parameter 'timestamp' supplied: not an integer/],
    ['1e400', '1', /parameter 'value' supplied/],
    ['true', '1', /Invalid value true for parameter 'value' supplied/],
    ['"0x10"', '1', /Invalid value "0x10" for parameter 'value' supplied/],
  ];
  for (const [value, timestamp, message] of refused) {
    it(`refuses the value ${value} at the time ${timestamp}`, async () => {
      const run_id = await client.createRun();
      const answer = await client.send('runs/log-metric', bodyOf(run_id, value, timestamp));
      assertRefused(answer, 'INVALID_PARAMETER_VALUE', message);
      assert.deepEqual(await history(run_id, 'm'), {});
    });
  }
});

/** By hand: JavaScript writes some of these numbers otherwise. */
function bodyOf(run_id: string, value: string, timestamp: string): string {
  return `{"run_id": "${run_id}", "key": "m", "value": ${value}, "timestamp": ${timestamp}}`;
}
