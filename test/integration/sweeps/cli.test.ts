/** `flywheel sweep` as a person uses it. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder, startServer } from '../../harness/server.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';
import { cli } from '../cli/cli.ts';
import { manyPlaces } from './sweepServer.ts';

const root = join(import.meta.dirname, '../../..');

describe('flywheel sweep', function () {
  this.timeout(120_000);

  it('tells all mistakes by line, and follows a sweep to its end', async () => {
    await using folder = await temporaryFolder();
    const put = (name: string, text: string) => writeFile(join(folder.path, name), text);
    await put('job.py', await readFile(join(import.meta.dirname, 'job.py'), 'utf8'));
    await put('tracking.py', await readFile(join(root, 'examples/digits/tracking.py'), 'utf8'));
    const right = `name: terminal
command: python3 job.py
parameters:
  steps: 1
  x: { values: [2, 3, 5] }
objective: { metric: loss, direction: minimize }
sampler: grid
tiers: [small, other]
environment: system
parallel: 3
`;
    await put('wrong.yaml', right.replace('grid', 'guess').replace('steps: 1', 'steps: { low: 2 }'));
    const wrong = await cli(['sweep', 'wrong.yaml', '--check'], { cwd: folder.path });
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /^wrong\.yaml:4: /m);
    assert.match(wrong.err, /^wrong\.yaml:7: /m);
    const none = await cli(['sweep', '--check'], { cwd: folder.path });
    assert.match(none.err, /There is no file sweep\.yaml/);

    await put('sweep.yaml', right);
    await using data = await dataFolder();
    await manyPlaces(data.path);
    await using server = await startServer({ data: data.path });
    const env = { FLYWHEEL_DATA: server.data, FLYWHEEL_CACHE: join(folder.path, '.cache') };
    const words = ['sweep', '--project', 'default', '--follow', '--json'];
    const done = await cli(words, { cwd: folder.path, env });
    assert.equal(done.code, 0, done.err);
    assert.match(done.err, /Started terminal: http.*\/sweeps\//);
    assert.match(done.err, /ended \(space-done\): 3 complete; best loss 1 by trial 1/);
    assert.equal((JSON.parse(done.out) as { best: { value: number } }).best.value, 1);
  });
});
