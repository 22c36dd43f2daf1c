/** How code through time reads: notebooks as text, lines with the run that first had them, what a run is compared with. */
import assert from 'node:assert/strict';
import { notebookText } from '../../../extension/features/code/notebookText.ts';
import { otherSides } from '../../../extension/features/code/others.ts';
import { noteAt, notesOf, sentenceAbout } from '../../../extension/features/firstRuns/notes.ts';
import type { Blame, BlameRun } from '../../../protocol/model/code.ts';
import type { Run, RunSummary } from '../../../protocol/model/run.ts';

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const code = (source: string | string[], outputs: readonly object[] = [], count = 1) => ({
  cell_type: 'code',
  execution_count: count,
  metadata: {},
  source,
  outputs,
});
const notebook = (...cells: readonly object[]) => bytes({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });

describe('a notebook as text', () => {
  it('has what was written cell by cell, and what came out apart', () => {
    const found = notebookText(
      notebook(
        { cell_type: 'markdown', source: ['# Digits\n', '\n', 'read'] },
        code(
          ['import x\n', 'x.run()'],
          [
            { output_type: 'stream', name: 'stdout', text: ['1\n', '2\n'] },
            { output_type: 'execute_result', data: { 'text/plain': ['0.9'], 'image/png': 'aGVsbG8=' } },
          ],
        ),
        code('y', [{ output_type: 'error', ename: 'NameError', evalue: 'y', traceback: [] }]),
      ),
    );
    assert.equal(found?.sources, '# %% [markdown]\n# # Digits\n#\n# read\n\n# %%\nimport x\nx.run()\n\n# %%\ny\n');
    assert.match(found?.outputs ?? '', /^── cell 2 ──\n1\n2\n\[image\/png, 8 characters, [0-9a-f]{8}\]\n0\.9\n/);
    assert.match(found?.outputs ?? '', /── cell 3 ──\nNameError: y\n$/);
  });

  it('is the same when it only ran once more', () => {
    assert.deepEqual(notebookText(notebook(code('a', [], 1))), notebookText(notebook(code('a', [], 7))));
  });

  for (const [what, content] of [
    ['broken JSON', '{"cells": ['],
    ['another format', { nbformat: 3, worksheets: [] }],
    ['no cells', { nbformat: 4 }],
    ['a list', []],
    ['nothing', ''],
  ] as const) {
    it(`is none for ${what}`, () => assert.equal(notebookText(bytes(content)), null));
  }
});

const day = 86_400_000;
const run: BlameRun = {
  runId: 'r1',
  name: 'a rather long name of a run',
  createdBy: { id: 'ada', name: 'Ada' },
  createdAt: day,
  deleted: false,
  commit: 'a'.repeat(40),
  base: 'b'.repeat(40),
  dirty: true,
};
const searched = { commits: 1, versions: 1, complete: true };

describe('notes at lines', () => {
  const blame: Blame = {
    spans: [
      { line: 1, count: 2, run: 0 },
      { line: 3, count: 1, run: null },
    ],
    runs: [run],
    searched,
  };

  it('tell the run, a star for what was not committed, and lines of no run', () => {
    const notes = notesOf(blame, 4 * day);
    assert.deepEqual(
      notes.map(({ from, count, text }) => [from, count, text]),
      [
        [0, 2, 'a rather long…* · 3 days ago'],
        [2, 1, 'in no run yet'],
      ],
    );
    assert.equal(noteAt(notes, 1)?.run?.runId, 'r1');
    assert.equal(noteAt(notes, 2)?.run, null);
    assert.equal(noteAt(notes, 3), null);
  });

  it('say in a sentence where the line comes from', () => {
    const said = (more: Partial<BlameRun>) => sentenceAbout({ ...run, ...more }, 4 * day);
    assert.match(said({}), /^first in the run .*, by Ada 3 days ago, not committed then, on top of bbbbbbbb$/);
    assert.match(said({ dirty: false, deleted: true }), /\(deleted\), by Ada 3 days ago, at commit bbbbbbbb$/);
    assert.match(said({ base: null, name: 'a\u202eb' }), /the run a\[U\+202E\]b, by Ada 3 days ago$/);
  });
});

describe('what the code of a run is compared with', () => {
  const summary = (id: string, createdAt: number, more: Partial<RunSummary> = {}) =>
    ({ id, name: `run ${id}`, projectId: 'p', createdAt, commit: 'c', ...more }) as RunSummary;
  const runs = [summary('d', 4), summary('c', 3), summary('b', 2, { projectId: 'q' }), summary('a', 1)];
  const base = { commit: 'c', base: 'e'.repeat(40), branch: 'main', dirty: true, folder: '' };
  const of = (more: Partial<Run>) =>
    otherSides({ ...summary('c', 3), tags: {}, code: base, ...more } as Run, runs).map(
      ({ label, description, value }) => `${label.replace(/\$\(.*?\) /, '')}|${description ?? ''}|${value.kind}`,
    );

  it('is its commit, the one before, runs that it comes from or follows, the folder, and what is chosen', () => {
    assert.deepEqual(of({ tags: { 'mlflow.parentRunId': 'd', 'flywheel.reproduces': 'a' } }), [
      'Its commit|eeeeeeee · what was uncommitted|base',
      'The commit before it|before eeeeeeee|before',
      'Its parent run|run d|run',
      'The run that it repeats|run a|run',
      'The run before it|run a|run',
      'The folder now|with what is not committed|workspace',
      'Another commit…||chosen-commit',
      'run d|p|run',
      'run b|q|run',
      'run a|p|run',
    ]);
  });

  it('is not its commit when nothing was uncommitted, and no commit when it was only logged', () => {
    assert.ok(!of({ code: { ...base, dirty: false } }).some((each) => each.startsWith('Its commit')));
    assert.ok(!of({ code: null }).some((each) => /(Its|before) (commit|it)\|.*\|(base|before)$/.test(each)));
  });
});
