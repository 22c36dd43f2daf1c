/** What a backend that runs real shell commands promises about their surroundings and output. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { UsageSample } from '../../../server/domain/compute/ports.ts';
import {
  type ComputeTarget,
  codeFile,
  endOf,
  jobSpec,
  type OpenTarget,
  openTarget,
  outputOf,
  patience,
  run,
} from './computeTarget.ts';

export function describeShellJobs(target: ComputeTarget): void {
  describe(`shell commands on ${target.name}`, () => {
    let open: OpenTarget;
    before(async function () {
      open = await openTarget(this, target);
    });
    after(() => open?.close());

    describeSurroundings(() => open);
    describeOutput(() => open, target.countsDropped !== false);
    describeResults(() => open);
  });
}

function describeSurroundings(open: () => OpenTarget): void {
  it('runs in the folder asked for, with the code and its executable files', async () => {
    const code = [
      codeFile('tool.sh', '#!/bin/sh\necho tool\n', 'executable'),
      codeFile('src/deep/data.txt', 'data\n'),
      codeFile('src/alias', 'deep/data.txt', 'link'),
    ];
    const command = 'pwd | sed "s|.*/||"; cat alias; ../tool.sh; test -x deep/data.txt || echo plain';
    const { output } = await run(open().backend, jobSpec(command, { code, folder: 'src' }));
    assert.equal(output.text, 'src\ndata\ntool\nplain\n');
  });

  it('gives variables as they are, and none of the server', async () => {
    process.env.FLYWHEEL_TOKEN = 'server-secret';
    const variables = { TRICKY: 'a "b" $c `d`\n\'e\' é', EMPTY: '' };
    const { output } = await run(
      open().backend,
      jobSpec(
        'printf "%s|%s|%s|%s" "$TRICKY" "$EMPTY" "$FLYWHEEL_TOKEN" "$OMP_NUM_THREADS"; test -n "$PATH" && test -n "$HOME"',
        {
          variables,
          limits: { cpus: 2 },
        },
      ),
    );
    assert.equal(output.text, `${variables.TRICKY}|||2`);
  });

  it('lets a command open its standard output anew', async () => {
    const { output } = await run(open().backend, jobSpec('echo a > /dev/stdout; echo b > /dev/stderr'));
    assert.equal(output.text, 'a\nb\n');
  });

  it('starts a job once, however many submit it at the same time', async () => {
    const { backend, restart, scratch } = open();
    const mark = join(scratch ?? '', 'starts');
    const spec = jobSpec(`echo start >> '${mark}'; sleep 0.2; cat '${mark}'`);
    const backends = [backend, restart(), restart()];
    const handles = await Promise.all(Array.from({ length: 12 }, (_, index) => backends[index % 3]?.submit(spec)));
    assert.equal(new Set(handles).size, 1);
    await endOf(backend, handles[0] ?? '');
    await backend.submit(spec);
    assert.equal((await outputOf(backend, handles[0] ?? '')).text, 'start\n');
  });
}

function describeOutput(open: () => OpenTarget, countsDropped: boolean): void {
  it('keeps the order of both output streams, and colours', async () => {
    const command = 'for i in 1 2 3 4 5; do echo o$i; echo e$i >&2; done; printf "\\033[31mred\\033[0m"';
    const { output } = await run(open().backend, jobSpec(command));
    const lines = [1, 2, 3, 4, 5].map((i) => `o${i}\ne${i}\n`).join('');
    assert.equal(output.text, `${lines}\u001b[31mred\u001b[0m`);
  });

  it('resumes at any byte without loss or repetition while the job writes', async () => {
    const { backend } = open();
    const handle = await backend.submit(jobSpec('for i in $(seq 1 2000); do echo line $i; done'));
    let text = '';
    let ended = false;
    while (!ended) {
      ended = true;
      let left = 3 + (text.length % 1000);
      for await (const piece of backend.output(handle, { after: text.length, signal: patience() })) {
        assert.equal(piece.kind, 'data');
        if (piece.kind === 'data') text += Buffer.from(piece.data.subarray(0, left)).toString('latin1');
        left -= piece.kind === 'data' ? piece.data.length : 0;
        ended = false;
        if (left <= 0) break;
      }
    }
    assert.equal(text, Array.from({ length: 2000 }, (_, index) => `line ${index + 1}\n`).join(''));
  });

  it('bounds what 50 MB of output take, keeps its beginning and end, and says what is missing', async () => {
    const { backend } = open();
    const handle = await backend.submit(jobSpec('echo FIRST; yes 0123456789abcdef | head -c 50000000; echo LAST'));
    const end = await endOf(backend, handle);
    const output = await outputOf(backend, handle);
    assert.equal(end.exitCode, 0);
    assert.ok(output.bytes <= 9 * 1024 * 1024 && output.bytes >= 1024 * 1024, `${output.bytes} bytes were kept`);
    assert.ok(output.gaps > 0 && output.text.endsWith('LAST\n'));
    if (!countsDropped) return;
    assert.ok(output.bytes >= 4 * 1024 * 1024, `${output.bytes} bytes were kept`);
    assert.equal(output.end, 50_000_000 + 6 + 5);
    assert.ok(output.text.startsWith('FIRST\n'));
  });
}

function describeResults(open: () => OpenTarget): void {
  it('measures what the whole process tree uses', async () => {
    const { backend } = open();
    // A shell that counts, in a child of a child, for two to three seconds: its clock knows whole ones only.
    const command = `bash -c "bash -c 'end=\\$((SECONDS+3)); while [ \\$SECONDS -lt \\$end ]; do :; done'"`;
    const handle = await backend.submit(jobSpec(command));
    const samples: UsageSample[] = [];
    for await (const sample of backend.usage(handle, { after: 0, signal: patience() })) samples.push(sample);
    const { usage } = await endOf(backend, handle);
    assert.ok(usage.cpuSeconds > 0.3 && usage.cpuSeconds < 6, `${usage.cpuSeconds} s`);
    assert.ok(usage.peakMemoryBytes > 1024 * 1024 && usage.peakMemoryBytes < 200 * 1024 * 1024);
    assert.ok(samples.length >= 2 && samples.length <= 8, `${samples.length} samples`);
    assert.ok(samples.every(({ at }, index) => index === 0 || at > (samples[index - 1]?.at ?? 0)));
    assert.ok(samples.some(({ cpuCores }) => cpuCores > 0.2 && cpuCores < 2));
    const later: UsageSample[] = [];
    const after = samples[0]?.at ?? 0;
    for await (const sample of backend.usage(handle, { after, signal: patience() })) later.push(sample);
    assert.deepEqual(later, samples.slice(1));
  });

  it('collects files of the work folder, follows no link and leaves no path out of it', async () => {
    const { backend, scratch } = open();
    const command = [
      'mkdir -p outputs/deep other; echo one > outputs/1.txt; echo two > outputs/deep/2.txt; echo no > other/no.txt',
      `ln -s /etc/passwd outputs/passwd; ln -s '${scratch ?? '/home'}' outputs/scratch; ln -s outputs link; echo m > model.bin`,
    ].join('; ');
    const spec = jobSpec(command, { folder: 'work', code: [codeFile('work/main.py', '')] });
    const handle = await backend.submit(spec);
    await endOf(backend, handle);
    const files: string[] = [];
    for await (const file of backend.collect(handle, ['outputs', 'model.bin', 'link', 'missing', 'outputs/deep'])) {
      const parts: Uint8Array[] = [];
      for await (const part of file.open()) parts.push(part);
      files.push(`${file.path} ${file.bytes} ${Buffer.concat(parts)}`);
    }
    assert.deepEqual(files.sort(), ['model.bin 2 m\n', 'outputs/1.txt 4 one\n', 'outputs/deep/2.txt 4 two\n']);
    await assert.rejects(async () => {
      for await (const _file of backend.collect(handle, ['../..'])) break;
    }, /not inside the work folder/);
  });

  it('does not remove a job that runs', async () => {
    const { backend } = open();
    const handle = await backend.submit(jobSpec('sleep 30'));
    await assert.rejects(backend.remove(handle), /not ended/);
    await backend.stop(handle, { graceMs: 0 });
    await endOf(backend, handle);
    await backend.remove(handle);
  });
}
