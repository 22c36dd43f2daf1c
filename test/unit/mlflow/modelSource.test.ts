/** Sources of model versions: what each names, and everything that could be read as another place refused. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseModelSource } from '../../../server/domain/models/modelSource.ts';
import { isDomainError } from '../../../server/domain/shared/errors.ts';

const invalid = (error: unknown) => isDomainError(error) && error.reason === 'invalid-input';

describe('parseModelSource', () => {
  it('knows runs, logged models, versions and aliases', () => {
    const model = { kind: 'logged-model', modelId: 'm-1' };
    assert.deepEqual(parseModelSource('models:/m-1'), { ...model, path: '', experimentId: null });
    assert.deepEqual(parseModelSource('mlflow-artifacts:/3/models/m-1/artifacts'), {
      ...model,
      ...{ path: '', experimentId: '3' },
    });
    assert.deepEqual(parseModelSource('models:/net/3'), { kind: 'version', name: 'net', version: 3 });
    assert.deepEqual(parseModelSource('models:/my net@a-1'), { kind: 'alias', name: 'my net', alias: 'a-1' });
    const run = { kind: 'run', runId: 'abc' };
    assert.deepEqual(parseModelSource('runs:/abc/a b/net'), { ...run, path: 'a b/net', experimentId: null });
    assert.deepEqual(parseModelSource('mlflow-artifacts:/0/abc/artifacts/net/'), {
      ...run,
      ...{ path: 'net', experimentId: '0' },
    });
  });

  it('takes other stores as they are', () => {
    for (const uri of ['s3://bucket/a/b', 'https://host/x?y=1', 'dbfs:/x', 'gs://b/..x', 'wasbs://c@h/p']) {
      assert.deepEqual(parseModelSource(uri), { kind: 'elsewhere' }, uri);
    }
  });

  const refused = [
    ...['', '/etc/passwd', 'etc/passwd', '../x', 'C:\\x', 'c:/x', 'file:///etc', 'FILE:/etc', 'file://localhost/etc'],
    ...['mlflow-artifacts:/0/abc/artifacts/../x', 'mlflow-artifacts:/../x', 'mlflow-artifacts://host/0/abc/artifacts'],
    ...['mlflow-artifacts:/0/abc/artifacts/%2e%2e/x', 'mlflow-artifacts:/0/abc/artifacts/%252e%252e'],
    ...['mlflow-artifacts:/0/abc/artifacts#/../x', 'mlflow-artifacts:/0/abc/artifacts/x?y', 'mlflow-artifacts:'],
    ...['mlflow-artifacts:/0/abc', 'mlflow-artifacts:0/abc/artifacts', 'mlflow-artifacts:/0/models/m-1', '\0'],
    ...['runs:/abc', 'runs:/abc/', 'runs:/abc/../x', 'runs://abc/x', 'runs:/abc/a//b', 'runs:/abc/a\\b', 'runs:/.x/y'],
    ...['models:/', 'models:/net', 'models:/net/x', 'models:/net/1/2', 'models:/../1', 'models:/@a', 'models:/m-1/x'],
    ...['s3://b/../x', 's3://b/%2e%2e/x', 's3://b/%252e%252e/x', 's3://b/a/..', 's3://b/.', 'http://h/..%2f..%2fx'],
    ...['http://h/%25%32%65%25%32%65/x', 's3://b\\..\\x', 's3://b/\u202ex', `s3://${'x'.repeat(5000)}`],
    ...['MLFLOW-ARTIFACTS:/0/../x', 'Runs:/abc/../x', 'mlflow-artifacts:/0/abc/artifacts/x ', 'runs:/abc/x.'],
  ];
  for (const source of refused) {
    it(`refuses ${JSON.stringify(source.slice(0, 60))}`, () => {
      assert.throws(() => parseModelSource(source), invalid);
    });
  }

  it('answers or refuses any text, and never with a path that climbs', () => {
    const part = fc.constantFrom(
      'models',
      'runs',
      'mlflow-artifacts',
      ':',
      '/',
      '..',
      '.',
      '%2e',
      'm-1',
      'a',
      '@',
      '#',
      '1',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            const source = parseModelSource(text);
            const path = 'path' in source ? source.path : '';
            assert.ok(
              path.split('/').every((each) => each !== '..' && each !== '.'),
              path,
            );
          } catch (error) {
            assert.ok(invalid(error), String(error));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
