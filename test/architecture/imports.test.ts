import assert from 'node:assert/strict';
import { refusal } from './importRule.ts';
import { type Source, sources } from './sources.ts';

/** A cycle through a file, as a list of files; null when there is none. */
function findCycle(all: readonly Source[]): readonly string[] | null {
  const imports = new Map(all.map((source) => [source.file, source.imports.flatMap((each) => each.file ?? [])]));
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): readonly string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(file);
    return null;
  };
  for (const file of imports.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return null;
}

describe('imports', () => {
  it('follow the import rule', () => {
    const refused = sources().flatMap((source) => source.imports.flatMap((each) => refusal(source.file, each) ?? []));
    assert.deepEqual(refused, []);
  });

  it('make no cycle, types included', () => {
    assert.equal(findCycle(sources()), null);
  });

  it('name files that exist', () => {
    const files = new Set(sources().map((source) => source.file));
    const missing = sources().flatMap((source) =>
      source.imports.flatMap((each) =>
        each.file?.endsWith('.ts') && !files.has(each.file) ? `${source.file} → ${each.file}` : [],
      ),
    );
    assert.deepEqual(missing, []);
  });

  it('never reach into tests from what ships', () => {
    const reaching = sources()
      .filter((source) => !source.file.startsWith('test/') && !source.file.startsWith('scripts/'))
      .filter((source) => source.imports.some((each) => each.file?.startsWith('test/')));
    assert.deepEqual(reaching, []);
  });

  it('would be caught: the rule refuses known wrong ones', () => {
    assert.ok(refusal('server/domain/runs/runService.ts', { specifier: 'node:fs', file: null }));
    assert.ok(
      refusal('server/domain/runs/runService.ts', { specifier: '../x', file: 'server/adapters/sqlite/store.ts' }),
    );
    assert.ok(
      refusal('server/domain/runs/runService.ts', {
        specifier: '../x',
        file: 'server/domain/projects/projectService.ts',
      }),
    );
    assert.ok(
      refusal('extension/features/runs/tree.ts', { specifier: '../x', file: 'extension/features/launch/view.ts' }),
    );
    assert.ok(refusal('webviews/panels/run/main.ts', { specifier: '@vscode/webview-ui-toolkit', file: null }));
    assert.equal(
      refusal('server/domain/runs/runService.ts', { specifier: '../x', file: 'server/domain/projects/ports.ts' }),
      null,
    );
  });
});
