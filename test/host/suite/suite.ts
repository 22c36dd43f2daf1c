import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { followLogs } from '../../../client/connection/follow.ts';
import type { activate } from '../../../extension/extension.ts';
import { codeUri } from '../../../extension/platform/codeUri.ts';
import { commandIds } from '../../../extension/platform/commandIds.ts';
import { isFinal, type Run } from '../../../protocol/model/run.ts';
import type { LaunchRequest } from '../../../protocol/panel.ts';
import { codeTests } from './codeTests.ts';
import { until } from './until.ts';

type Api = ReturnType<typeof activate>;

const extension = vscode.extensions.getExtension<Api>('flywheel.flywheel');
const control = (verb: 'kill' | 'start') => fetch(`${process.env.FLYWHEEL_TEST_CONTROL}/${verb}`, { method: 'POST' });

function api(): Api {
  assert.ok(extension?.isActive, 'the extension is active');
  return extension.exports;
}

function folderUri(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'a folder is open');
  return folder.uri;
}

const fileUri = (name: string) => vscode.Uri.joinPath(folderUri(), name);

function request(script: string, parameters: Record<string, string> = {}): LaunchRequest {
  const choices = { projectId: 'host-test', environmentId: 'system', tierId: tierId ?? '' };
  const quiet = { parameters, tags: {}, artifacts: ['outputs'], priority: 0 };
  return { folderId: folderUri().toString(), command: `python3 ${script}`, ...choices, ...quiet };
}
/** What the suite measured beside passing or failing. */
export const figures: { activationMs: number | null } = { activationMs: null };

let tierId: string | null = null;

async function launch(script: string, parameters?: Record<string, string>): Promise<Run> {
  const steps: string[] = [];
  for await (const step of api().launcher.launch(request(script, parameters))) {
    if (step.kind === 'done') return step.run;
    steps.push(step.text);
  }
  throw new Error(`no run after ${steps.join(', ')}`);
}

const seen = (id: string) => api().runs.items.find((run) => run.id === id);
const ended = (id: string) =>
  until(`${id} ends`, () => {
    const run = seen(id);
    return run && isFinal(run.state) && run;
  });

export function defineSuite(): void {
  describe('Flywheel', () => {
    it('activates', async () => {
      assert.ok(extension, 'VS Code knows the extension');
      const early = extension.isActive;
      const start = performance.now();
      await extension.activate();
      // With loading the bundle; unknown where the editor was faster than the suite.
      figures.activationMs = early ? null : Math.round(performance.now() - start);
      assert.ok(extension.isActive);
    });

    it('registers every command of its manifest, and no other', async () => {
      const manifest: readonly { readonly command: string }[] = extension?.packageJSON.contributes.commands;
      const all = new Set(await vscode.commands.getCommands(true));
      assert.deepEqual(manifest.map((each) => each.command).sort(), [...commandIds].sort());
      assert.deepEqual(
        commandIds.filter((id) => !all.has(id)),
        [],
      );
    });

    it('finds the server of its data folder by itself', async () => {
      const hello = await api().server.ready(AbortSignal.timeout(30_000));
      assert.equal(hello.user.admin, true);
      assert.equal(api().server.status.state, 'ready');
    });

    it('lists a new project without being asked to', async () => {
      await api().server.client.projects.create({ id: 'host-test', name: 'Host <b>test</b>' });
      await until('the project is listed', () => api().projects.items.some((project) => project.id === 'host-test'));
      tierId = (await api().server.client.tiers.list()).defaultTierId;
      assert.ok(tierId, 'the catalog has a default tier');
    });

    it('offers the scripts of the folder, likely ones first', async () => {
      const [folder] = await api().folders.list();
      assert.deepEqual(folder?.scripts, ['train.py', 'endless.py', 'library.py']);
    });

    it('puts "Run on Flywheel" above the main block and nowhere in a library', async () => {
      assert.deepEqual(await lensLines('train.py'), [6]);
      assert.deepEqual(await lensLines('library.py'), []);
    });

    it('launches the folder and sees the run succeed', async () => {
      const run = await launch('train.py');
      const end = await ended(run.id);
      assert.deepEqual([end.state, end.detail], ['succeeded', null]);
      const log = await logOf(run.id);
      assert.match(log, new RegExp(`hello from ${run.id}`));
      assert.equal(api().folders.projectOf(folderUri().toString()), 'host-test');
    });

    it('shows the code of a run as it was, after the file has changed', async () => {
      const run = await until('a run is listed', () => api().runs.items[0]);
      const before = (await vscode.workspace.fs.readFile(fileUri('train.py'))).toString();
      await vscode.workspace.fs.writeFile(fileUri('train.py'), Buffer.from('# changed since\n'));
      const document = await vscode.workspace.openTextDocument(
        codeUri({ runId: run.id, of: 'code', path: 'train.py' }),
      );
      assert.equal(document.getText(), before);
      await vscode.workspace.fs.writeFile(fileUri('train.py'), Buffer.from(before));
    });

    it('stops a run by command', async () => {
      const run = await launch('endless.py');
      await until('it runs', () => seen(run.id)?.state === 'running');
      await vscode.commands.executeCommand('flywheel.runs.stop', run.id, 'now');
      assert.equal((await ended(run.id)).state, 'stopped');
    });

    it('comes back by itself after the server was killed, and misses nothing', async () => {
      const run = await launch('endless.py');
      await until('it runs', () => seen(run.id)?.state === 'running');
      await control('kill');
      await until('the loss is noticed', () => api().server.status.state !== 'ready');
      await assert.rejects(async () => api().server.client.projects.list({}), { reason: 'offline' });
      await control('start');
      await until('it is connected again', () => api().server.status.state === 'ready', 60_000);
      await vscode.commands.executeCommand('flywheel.runs.stop', run.id, 'now');
      assert.equal((await ended(run.id)).state, 'stopped');
    });

    it('opens panels for a run and for the experiments, once each', async () => {
      const run = await until('a run is listed', () => api().runs.items[0]);
      for (const _ of [1, 2]) await vscode.commands.executeCommand('flywheel.runs.open', run);
      await vscode.commands.executeCommand('flywheel.experiments.open', { projectId: 'host-test' });
      const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label)).sort();
      const expected = ['Experiments', run.name].sort();
      await until('both are open', () => expected.every((label) => tabs().includes(label)));
      assert.equal(tabs().filter((label) => label === run.name).length, 1);
    });

    it('searches prior work for an agent', async () => {
      assert.ok(vscode.lm.tools.some(({ name }) => name === 'flywheel_search'));
      const found = await until('the project is found', async () => {
        const input = { text: 'host-test', limit: 5 };
        const { content } = await vscode.lm.invokeTool('flywheel_search', { input, toolInvocationToken: undefined });
        const [part] = content;
        return part instanceof vscode.LanguageModelTextPart && part.value.includes('"kind":"project"') && part.value;
      });
      assert.match(found, /host-test/);
    });

    it('refuses to run a file outside of the open folder with a reason', async () => {
      const untitled = await vscode.workspace.openTextDocument({ language: 'python', content: 'print(1)' });
      await vscode.window.showTextDocument(untitled);
      const count = api().runs.items.length;
      await vscode.commands.executeCommand('flywheel.launch.file');
      assert.equal(api().runs.items.length, count);
    });

    codeTests({ api, fileUri, launch, ended, control });

    it('leaves nothing behind when it is disposed of', async () => {
      api().dispose();
      await sleep(1_000);
      const all = new Set(await vscode.commands.getCommands(true));
      assert.deepEqual(
        commandIds.filter((id) => all.has(id)),
        [],
        'no command is left',
      );
      assert.equal(api().server.status.state, 'stopped');
      await sleep(3_000);
      assert.equal(api().server.status.state, 'stopped', 'nobody looks for a server any more');
    });
  });
}

async function lensLines(name: string): Promise<number[]> {
  await vscode.workspace.openTextDocument(fileUri(name));
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    fileUri(name),
  );
  return lenses.map((lens) => lens.range.start.line);
}

async function logOf(runId: string): Promise<string> {
  let text = '';
  const signal = AbortSignal.timeout(30_000);
  for await (const chunk of followLogs(api().server.link, { runId, signal }))
    if (chunk.kind === 'text') text += chunk.text;
  return text;
}
