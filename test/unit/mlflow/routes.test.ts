/** Each call of MLflow's interface is served, or the documentation says that it is not. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mlflowRoutes } from '../../../server/transport/mlflow/handler.ts';
import { addressOf, Router } from '../../../server/transport/mlflow/router.ts';
import { interfaceOfMlflow } from './interface.ts';

/** No call is made: the routes need their services only to answer. */
const routes = mlflowRoutes({ tracking: {}, models: {}, artifacts: {}, uploads: {} } as never);

function absentPatterns(): readonly RegExp[] {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/mlflow.md'), 'utf8');
  const section = text.slice(text.indexOf('\n## What is not there'));
  const listed = [...section.matchAll(/^ {4}(\S+)$/gm)].map(([, address = '']) => address);
  return listed.map((address) => new RegExp(`^${address.replaceAll('.', '\\.').replaceAll('*', '.*')}$`));
}

/** An address as a client would write it. */
function example(address: string): string {
  return address.replace(/\{\w+\.{3}\}/, 'some/path').replace(/\{\w+\}/g, 'some-id');
}

describe("the calls of MLflow's interface", () => {
  const router = new Router(routes);
  const absent = absentPatterns();

  it('are each either served or listed as absent, and never both', () => {
    const wrong = interfaceOfMlflow.filter((call) => {
      const [method = '', address = ''] = call.split(' ');
      const isServed = router.find(method, example(address)) !== null;
      return isServed === absent.some((pattern) => pattern.test(address));
    });
    assert.deepEqual(wrong, []);
  });

  it('are all that is served', () => {
    const known = new Set(interfaceOfMlflow.map((call) => call.replace(/\{\w+/g, '{')));
    const own = routes.flatMap((route) => route.methods.map((method) => `${method} ${addressOf(route)}`));
    assert.deepEqual(
      own.filter((call) => !known.has(call.replace(/\{\w+/g, '{'))),
      [],
    );
  });

  it('list nothing that is not of the interface', () => {
    const addresses = interfaceOfMlflow.map((call) => call.split(' ')[1] ?? '');
    const idle = absent.filter((pattern) => !addresses.some((address) => pattern.test(address)));
    assert.deepEqual(idle, []);
  });

  it('take parameters of one segment, decoded once, and the rest where it is asked for', () => {
    const found = router.find('DELETE', '2.0/mlflow/logged-models/m-1/tags/a%20b%252F');
    assert.deepEqual(found?.parameters, { model_id: 'm-1', tag_key: 'a b%2F' });
    assert.deepEqual(router.find('POST', '2.0/mlflow-artifacts/mpu/create/0/r/artifacts/a')?.parameters, {
      folder: '0/r/artifacts/a',
    });
    for (const address of [
      '2.0/mlflow/logged-models/',
      '2.0/mlflow/logged-models//tags',
      '2.0/mlflow/logged-models/a/b',
    ]) {
      assert.equal(router.find('GET', address), null, address);
    }
    assert.throws(() => router.find('GET', '2.0/mlflow/logged-models/%zz'), /Invalid path/);
    assert.equal(router.find('GET', '2.0/mlflow/runs/create'), null, 'by another verb');
  });
});
