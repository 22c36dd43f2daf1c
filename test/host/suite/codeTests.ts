/** The code of runs in the editor: files, comparisons, lenses, hovers, repetition. Called inside the suite. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import type { activate } from '../../../extension/extension.ts';
import { codeUri, commitUri } from '../../../extension/platform/codeUri.ts';
import { reproducesTag } from '../../../protocol/model/reproduction.ts';
import type { Run, RunSummary } from '../../../protocol/model/run.ts';
import { until } from './until.ts';

export type CodeTestContext = {
  readonly api: () => ReturnType<typeof activate>;
  readonly fileUri: (name: string) => vscode.Uri;
  readonly launch: (script: string, parameters?: Record<string, string>) => Promise<Run>;
  readonly ended: (id: string) => Promise<RunSummary>;
  readonly control: (verb: 'kill' | 'start') => Promise<unknown>;
};

const tune = [
  'import argparse',
  '',
  'def main(momentum=0.9):',
  '    parser = argparse.ArgumentParser()',
  "    parser.add_argument('--learning-rate', type=float, default=0.1)",
  '    print(parser.parse_known_args())',
  '',
  "if __name__ == '__main__':",
  '    main()',
  '',
].join('\n');

const text = async (uri: vscode.Uri) => Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);

export function codeTests({ api, fileUri, launch, ended, control }: CodeTestContext): void {
  let first: Run;
  let second: Run;
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], {
      cwd: fileUri('').fsPath,
      encoding: 'utf8',
    }).trim();
  const write = (name: string, content: string) => vscode.workspace.fs.writeFile(fileUri(name), Buffer.from(content));
  const post = async (path: string, body: object) => {
    const { url, token } = api().server.target;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.clone().text());
    return response.json();
  };
  const logMetric = (runId: string, value: number) =>
    post('runs/log-metric', { run_id: runId, key: 'accuracy', value, timestamp: 1, step: 1 });
  const lenses = async (name: string) => {
    await vscode.workspace.openTextDocument(fileUri(name));
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      fileUri(name),
      100,
    );
    return found.map(({ range, command }) => `${range.start.line} ${command?.title}`);
  };

  it('shows the snapshot of a run, its base and its artifacts as files, as they were', async () => {
    await write('tune.py', tune);
    await write('docs/notes.txt', 'committed\n');
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-q', '-m', 'first');
    await write('docs/notes.txt', 'not committed\n');
    first = await launch('tune.py', { 'learning-rate': '0.1' });
    await ended(first.id);
    await write('docs/notes.txt', 'changed since\n');
    const at = (of: 'code' | 'base' | 'artifacts', path: string) => codeUri({ runId: first.id, of, path });
    assert.equal(await text(at('code', 'docs/notes.txt')), 'not committed\n');
    assert.equal(await text(at('base', 'docs/notes.txt')), 'committed\n');
    const stat = await vscode.workspace.fs.stat(at('code', 'docs/notes.txt'));
    assert.deepEqual([stat.size, stat.permissions], [14, vscode.FilePermission.Readonly]);
    const top = await vscode.workspace.fs.readDirectory(at('code', ''));
    assert.ok(top.some(([name, type]) => name === 'docs' && type === vscode.FileType.Directory));
    assert.deepEqual(await vscode.workspace.fs.readDirectory(at('code', 'docs')), [
      ['notes.txt', vscode.FileType.File],
    ]);
    const trained = await until('a run has artifacts', async () => {
      const runs = api().runs.items.filter((run) => run.state === 'succeeded');
      for (const run of runs) {
        const [found] = await api().server.client.runs.artifacts({ runId: run.id, path: 'outputs' });
        if (found) return { runId: run.id, path: found.path };
      }
      return false;
    });
    assert.match(await text(codeUri({ ...trained, of: 'artifacts' })), /accuracy/);
    const run = await vscode.workspace.fs.readDirectory(vscode.Uri.parse(`flywheel:/runs/${first.id}`));
    assert.deepEqual(
      run.map(([name]) => name),
      ['code', 'base', 'artifacts'],
    );
  });

  it('copies a file out of a run, and lets nobody write into one', async () => {
    const source = codeUri({ runId: first.id, of: 'code', path: 'docs/notes.txt' });
    await vscode.workspace.fs.copy(source, fileUri('copied.txt'));
    assert.equal(await text(fileUri('copied.txt')), 'not committed\n');
    await vscode.workspace.fs.delete(fileUri('copied.txt'));
    const refused = (work: Thenable<unknown>) =>
      assert.rejects(Promise.resolve(work), /NoPermissions|read-?only|cannot be changed/i);
    await refused(vscode.workspace.fs.writeFile(source, Buffer.from('x')));
    await refused(vscode.workspace.fs.delete(source));
  });

  it('tells what is not there from what is too large', async () => {
    const missing = [
      codeUri({ runId: first.id, of: 'code', path: 'none.py' }),
      codeUri({ runId: 'none', of: 'code', path: 'tune.py' }),
      codeUri({ runId: first.id, of: 'artifacts', path: 'none/none.txt' }),
      vscode.Uri.parse('flywheel:/other/place'),
    ];
    for (const uri of missing) {
      await assert.rejects(Promise.resolve(vscode.workspace.fs.stat(uri)), { code: 'FileNotFound' }, uri.path);
    }
    const { url, token } = api().server.target;
    const path = `${first.experimentId}/${first.id}/artifacts/large.bin`;
    const put = {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}` },
      body: new Uint8Array(50 * 2 ** 20 + 1),
    };
    assert.equal((await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/${path}`, put)).status, 200);
    const large = codeUri({ runId: first.id, of: 'artifacts', path: 'large.bin' });
    const stat = await until('the file is listed', async () => {
      const [found] = await Promise.allSettled([vscode.workspace.fs.stat(large)]);
      return found.status === 'fulfilled' && found.value;
    });
    assert.equal(stat.size, 50 * 2 ** 20 + 1);
    await assert.rejects(Promise.resolve(vscode.workspace.fs.readFile(large)), /50 MiB.*Download/);
  });

  it('shows all changes of a run, of two runs, and against the folder now, in the editor’s own diff', async () => {
    const opened = async (target: object, label: string) => {
      await vscode.commands.executeCommand('flywheel.code.compare', target);
      await until(`the tab ${label}`, () => tabs().some((tab) => tab.label.includes(label)));
    };
    await opened({ runIds: [first.id], with: 'base' }, `↔ ${first.name}`);
    await opened({ runIds: [first.id], with: 'workspace' }, `${first.name} ↔ now`);
    second = await launch('tune.py', { 'learning-rate': '0.3' });
    await ended(second.id);
    await opened({ runIds: [first.id, second.id] }, `${first.name} ↔ ${second.name}`);
    await opened({ runIds: [first.id, second.id], path: 'docs/notes.txt' }, 'notes.txt (');
    const input = tabs().find((tab) => tab.label.startsWith('notes.txt ('))?.input;
    assert.ok(input instanceof vscode.TabInputTextDiff);
    assert.equal(input.original.path, `/runs/${first.id}/code/docs/notes.txt`);
    assert.equal(input.modified.path, `/runs/${second.id}/code/docs/notes.txt`);
  });

  it('shows a commit of a project as files, and nothing of one that is not there', async () => {
    const { url, token } = api().server.target;
    const address = `${url.replace('http://', `http://user:${token}@`)}/git/host-test.git`;
    git('push', '-q', address, 'main');
    const commit = git('rev-parse', 'main');
    const at = (id: string, path: string) => commitUri({ projectId: 'host-test', commit: id, path });
    assert.equal(await text(at(commit, 'docs/notes.txt')), 'committed\n');
    assert.ok((await vscode.workspace.fs.readDirectory(at(commit, ''))).some(([name]) => name === 'tune.py'));
    await assert.rejects(Promise.resolve(vscode.workspace.fs.stat(at('f'.repeat(40), 'tune.py'))), {
      code: 'FileNotFound',
    });
  });

  it('compares notebooks by their cells: one in the notebook diff, among many by sources and outputs', async () => {
    const notebook = (source: string, output: string) => {
      const outputs = [{ output_type: 'stream', name: 'stdout', text: [output] }];
      const cell = { cell_type: 'code', execution_count: 1, metadata: {}, source: [source], outputs };
      return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] });
    };
    await write('look.ipynb', notebook('print(1)', '1'));
    const before = await launch('tune.py', {});
    await write('look.ipynb', notebook('print(2)', '1'));
    const after = await launch('tune.py', {});
    const runIds = [before.id, after.id];
    await vscode.commands.executeCommand('flywheel.code.compare', { runIds, path: 'look.ipynb' });
    const tab = await until('the notebook diff', () => tabs().find(({ label }) => label.startsWith('look.ipynb (')));
    assert.ok(tab.input instanceof vscode.TabInputNotebookDiff);
    assert.equal(tab.input.original.path, `/runs/${before.id}/code/look.ipynb`);
    await vscode.commands.executeCommand('flywheel.code.compare', { runIds });
    const opened = (name: string) =>
      vscode.workspace.textDocuments.filter(({ uri }) => uri.path.endsWith(`/look.ipynb/${name}`));
    await until('the sources are shown', () => opened('sources.py').length === 2);
    assert.deepEqual(
      opened('sources.py')
        .map((document) => document.getText())
        .sort(),
      ['# %%\nprint(1)\n', '# %%\nprint(2)\n'],
    );
    assert.equal(opened('outputs.txt').length, 0);
    await ended(before.id);
    await ended(after.id);
    await vscode.workspace.fs.delete(fileUri('look.ipynb'));
  });

  it('opens the script that a run ran, at what it was', async () => {
    await vscode.commands.executeCommand('flywheel.code.openFile', { runId: first.id });
    const path = `/runs/${first.id}/code/tune.py`;
    await until('the script is shown', () => vscode.window.activeTextEditor?.document.uri.path === path);
  });

  it('reads on after the server was killed and came back', async () => {
    const uri = codeUri({ runId: second.id, of: 'code', path: 'train.py' });
    await control('kill');
    await until('the loss is noticed', () => api().server.status.state !== 'ready');
    await control('start');
    await until('it is connected again', () => api().server.status.state === 'ready', 60_000);
    assert.match(await text(uri), /hello from/);
  });

  it('reads the code of a run that was logged elsewhere from the repository that has its commit', async () => {
    const { experimentId } = await api().server.client.projects.get({ projectId: 'host-test' });
    const logged = async (commit: string) => {
      const tags = [
        { key: 'mlflow.source.git.commit', value: commit },
        { key: 'mlflow.source.name', value: '/home/x/tune.py' },
      ];
      const { run } = (await post('runs/create', { experiment_id: experimentId, tags })) as {
        run: { info: { run_id: string } };
      };
      return run.info.run_id;
    };
    const runId = await logged(git('rev-parse', 'HEAD'));
    assert.equal(await text(codeUri({ runId, of: 'code', path: 'docs/notes.txt' })), 'committed\n');
    const elsewhere = codeUri({ runId: await logged('b'.repeat(40)), of: 'code', path: 'tune.py' });
    await assert.rejects(
      Promise.resolve(vscode.workspace.fs.readFile(elsewhere)),
      /No open folder has the commit bbbbbbbbbbbb/,
    );
  });

  it('tells past runs at a script and at its parameters', async () => {
    await logMetric(first.id, 0.7);
    await logMetric(second.id, 0.9);
    const found = await until(
      'the lenses tell the best',
      async () => {
        const all = await lenses('tune.py');
        return all.some((title) => /best accuracy 0\.9/.test(title)) && all;
      },
      30_000,
    );
    // The run that was logged elsewhere came from a script of this name too.
    assert.ok(
      found.some((title) => /^7 \d runs · best accuracy 0\.9 · last by Administrator/.test(title)),
      found.join('\n'),
    );
    assert.ok(found.includes('4 best run: 0.3 · 2 values'), found.join('\n'));
    assert.ok(found.some((title) => title.startsWith('7 $(rocket)')));
  });

  it('shows past values of a parameter with what they led to, as a picture and in words', async () => {
    const at = new vscode.Position(4, 30);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      fileUri('tune.py'),
      at,
    );
    const shown = hovers
      .flatMap(({ contents }) => contents.map((each) => (each as vscode.MarkdownString).value))
      .join('\n');
    assert.match(shown, /\*\*learning\\-rate\*\* in past runs · accuracy, higher is better/);
    assert.match(shown, /!\[accuracy by learning-rate: on average best.*\]\(data:image\/svg\+xml;base64,/);
    assert.match(shown, /\[0\\\.3\]\(command:flywheel\.scripts\.showRuns/);
    const nothing = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      fileUri('tune.py'),
      new vscode.Position(5, 5),
    );
    assert.ok(!JSON.stringify(nothing).includes('past runs'));
  });

  it('tells past values at the keys of a configuration, and nothing when it is switched off', async () => {
    await write('config.yaml', 'model:\n  learning-rate: 0.2\n  depth: 3\n');
    await until('the key has a lens', async () => (await lenses('config.yaml')).includes('1 best run: 0.3 · 2 values'));
    const settings = vscode.workspace.getConfiguration('flywheel');
    await settings.update('pastRuns', 'none', vscode.ConfigurationTarget.Global);
    assert.deepEqual(await lenses('config.yaml'), []);
    assert.deepEqual(await lenses('tune.py'), ['7 $(rocket) Run on Flywheel']);
    await settings.update('pastRuns', undefined, vscode.ConfigurationTarget.Global);
  });

  it('launches a run again by command, linked to it', async () => {
    const id = await vscode.commands.executeCommand<string>('flywheel.runs.reproduce', first.id, 'now');
    assert.equal((await ended(id)).state, 'succeeded');
    const again = await api().server.client.runs.get({ runId: id });
    assert.deepEqual([again.tags[reproducesTag], again.code?.commit], [first.id, first.code?.commit]);
    assert.deepEqual(again.parameters, first.parameters);
  });
}
