/** The reading end of a job's output, on a real named pipe. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { OutputPipe } from '../../../server/adapters/process/outputPipe.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';

/** A pipe that a command writes to; it closes when the command ends. */
function pipeOf(folder: string, command: string) {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const pipe = new OutputPipe(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
  const writing = openSync(path, constants.O_WRONLY);
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', writing, 'ignore'] });
  closeSync(writing);
  return { pipe, child };
}

describe('output pipe', () => {
  it('hands on every byte in order, also to one who is slow', async () => {
    await using folder = await temporaryFolder();
    const bytes = 5_000_000;
    const { pipe } = pipeOf(folder.path, `seq 1 2000000 | head -c ${bytes}`);
    const hash = createHash('sha256');
    let seen = 0;
    for await (const piece of pipe.pieces()) {
      // The other buffer fills meanwhile: this one must not change.
      await new Promise((resolve) => setTimeout(resolve, 10));
      hash.update(piece);
      seen += piece.length;
    }
    const expected = execFileSync('/bin/sh', ['-c', `seq 1 2000000 | head -c ${bytes} | sha256sum`]);
    assert.equal(seen, bytes);
    assert.equal(hash.digest('hex'), expected.toString('utf8').slice(0, 64));
  });

  it('makes the job wait when nobody takes what it writes', async () => {
    await using folder = await temporaryFolder();
    const { pipe, child } = pipeOf(folder.path, `head -c 20000000 /dev/zero`);
    const pieces = pipe.pieces();
    const first = await pieces.next();
    const most = await Promise.race([
      new Promise((resolve) => child.once('exit', () => resolve('ended'))),
      new Promise((resolve) => setTimeout(() => resolve('waits'), 300)),
    ]);
    assert.equal(most, 'waits');
    let seen = first.value?.length ?? 0;
    for await (const piece of pieces) seen += piece.length;
    assert.equal(seen, 20_000_000);
  });

  it('can be let go while somebody still holds the other end', async () => {
    await using folder = await temporaryFolder();
    const { pipe, child } = pipeOf(folder.path, 'echo held; exec sleep 60');
    let text = '';
    for await (const piece of pipe.pieces()) {
      text += Buffer.from(piece).toString('utf8');
      pipe.letGo();
    }
    assert.equal(text, 'held\n');
    assert.equal(child.exitCode, null);
    child.kill('SIGKILL');
  });
});
