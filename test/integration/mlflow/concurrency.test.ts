/** Many writers on one run: nothing lost, nothing doubled, nobody waits for ever. */
import assert from 'node:assert/strict';
import { MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

const clients = 64;
const keys = ['a', 'b', 'c', 'd', 'e'];
const rounds = 4;

describe('many clients on one run', () => {
  let server: TrackingServer;
  let client: MlflowClient;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
  });
  after(() => server[Symbol.asyncDispose]());

  for (const order of ['the same', 'reversed'] as const) {
    it(`logs batches of 64 clients with keys in ${order} order, each sent twice`, async () => {
      const run_id = await client.createRun();
      const batchOf = (who: number, round: number) => {
        const ordered = order === 'reversed' && who % 2 === 1 ? keys.toReversed() : keys;
        const step = who * rounds + round;
        return {
          run_id,
          metrics: ordered.map((key) => ({ key, value: who, timestamp: round, step })),
          params: ordered.map((key) => ({ key: `p-${key}`, value: 'same' })),
          tags: ordered.map((key) => ({ key: `t-${key}-${who}`, value: String(round) })),
        };
      };
      await Promise.all(
        Array.from({ length: clients }, async (_, who) => {
          for (let round = 0; round < rounds; round += 1) {
            // The second is what a client sends again when the first answer did not reach it.
            await client.done('runs/log-batch', batchOf(who, round));
            await client.done('runs/log-batch', batchOf(who, round));
          }
        }),
      );
      const { values } = await server.tracking.run(run_id);
      assert.deepEqual(
        Object.values(values.metrics)
          .map(({ key, count }) => [key, count])
          .sort(),
        keys.map((key) => [key, clients * rounds]),
      );
      assert.equal(Object.keys(values.parameters).length, keys.length);
      assert.equal(Object.keys(values.tags).length, keys.length * clients + 1);
      for (const key of keys) {
        const points = await server.tracking.history(run_id, key, { offset: 0, limit: 10_000 });
        assert.deepEqual(
          points.map(({ step }) => step),
          Array.from({ length: clients * rounds }, (_, step) => step),
        );
      }
    });
  }

  for (const order of ['the same', 'reversed'] as const) {
    it(`logs long batches of 64 clients that lie in each other, with keys in ${order} order, each sent twice`, async () => {
      const run_id = await client.createRun();
      const length = 30;
      const batchOf = (who: number, round: number) => {
        const ordered = order === 'reversed' && who % 2 === 1 ? keys.toReversed() : keys;
        const stepAt = (index: number) => (round * length + index) * clients + who;
        return {
          run_id,
          metrics: ordered.flatMap((key) =>
            Array.from({ length }, (_, index) => ({ key, value: who, timestamp: round, step: stepAt(index) })),
          ),
        };
      };
      await Promise.all(
        Array.from({ length: clients }, async (_, who) => {
          for (let round = 0; round < rounds; round += 1) {
            await client.done('runs/log-batch', batchOf(who, round));
            await client.done('runs/log-batch', batchOf(who, round));
          }
        }),
      );
      const total = clients * rounds * length;
      const { values } = await server.tracking.run(run_id);
      for (const key of keys) {
        assert.equal(values.metrics[key]?.count, total);
        const points = await server.tracking.history(run_id, key, { offset: 0, limit: 2 * total });
        assert.deepEqual(
          points.map(({ step, value }) => [step, value]),
          Array.from({ length: total }, (_, step) => [step, step % clients]),
        );
      }
    });
  }

  it('lets one of many win a parameter, and tells the others', async () => {
    const run_id = await client.createRun();
    const answers = await Promise.all(
      Array.from({ length: clients }, (_, who) =>
        client.post('runs/log-parameter', { run_id, key: 'p', value: String(who) }),
      ),
    );
    const winners = answers.flatMap(({ status }, who) => (status === 200 ? [String(who)] : []));
    assert.equal(winners.length, 1);
    assert.equal((await server.tracking.run(run_id)).values.parameters.p, winners[0]);
    assert.ok(answers.every(({ status }) => status === 200 || status === 400));
  });

  it('makes one experiment of a name', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.post('experiments/create', { name: 'raced' })),
    );
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    assert.ok(answers.every(({ status, body }) => status === 200 || body.error_code === 'RESOURCE_ALREADY_EXISTS'));
  });
});
