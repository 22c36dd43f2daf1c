/**
 * What a panel may ask of the editor around it. It answers for one panel: its
 * place, its memory; all else goes to the commands and parts it was given.
 */
import { implement } from '@orpc/server';
import type * as vscode from 'vscode';
import type { PanelPlace } from '../../protocol/panel.ts';
import { hostContract } from '../../protocol/panel.ts';
import type { Launcher } from '../connection/launcher.ts';
import type { LaunchFolders } from '../connection/launchFolders.ts';
import type { ServerConnection } from '../connection/serverConnection.ts';
import type { CommandId } from '../platform/commandIds.ts';
import type { Commands } from '../platform/commands.ts';
import { Emitter, type Signal, valuesOf } from '../platform/emitter.ts';
import { toWireError } from './panelRelay.ts';
import { type SaveRequest, saveFile } from './saveFile.ts';

export type PanelHostDeps = {
  readonly server: ServerConnection;
  readonly commands: Commands;
  readonly memory: vscode.Memento;
  readonly folders: Pick<LaunchFolders, 'list'>;
  readonly launcher: Pick<Launcher, 'launch'>;
  /** Answers what it put into the clipboard. */
  readonly copyLink: (place: PanelPlace) => Promise<string>;
};

export type PanelSeat = { readonly place: PanelPlace; readonly onDidMove: Signal<unknown> };

const openers: Readonly<Record<PanelPlace['panel'], CommandId>> = {
  launch: 'flywheel.launch.open',
  run: 'flywheel.runs.open',
  experiments: 'flywheel.experiments.open',
  costs: 'flywheel.costs.open',
  project: 'flywheel.projects.open',
  portfolio: 'flywheel.portfolio.open',
  compare: 'flywheel.runs.compare',
  environments: 'flywheel.environments.open',
  home: 'flywheel.browser.open',
  search: 'flywheel.search.open',
  sweep: 'flywheel.sweeps.open',
  jobs: 'flywheel.jobs.open',
};

export function createPanelHost(deps: PanelHostDeps, seat: PanelSeat) {
  const os = implement(hostContract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw toWireError(error);
    }
  });
  const done = async (work: PromiseLike<unknown>) => {
    await work;
    return {};
  };
  return os.router({
    status: os.status.handler(({ signal }) => statuses(deps.server, seat, signal)),
    capabilities: os.capabilities.handler(() => ({ launch: true, diff: true, kind: 'vscode' as const })),
    open: os.open.handler(({ input }) => done(deps.commands.run(openers[input.panel], input))),
    recall: os.recall.handler(({ input }) => ({ value: deps.memory.get<string>(memoryKey(seat, input.name)) ?? null })),
    remember: os.remember.handler(({ input }) => done(deps.memory.update(memoryKey(seat, input.name), input.value))),
    folders: os.folders.handler(async () => [...(await deps.folders.list())]),
    launch: os.launch.handler(({ input, signal }) => withWireErrors(deps.launcher.launch(input, signal))),
    openCode: os.openCode.handler(({ input }) => done(deps.commands.run('flywheel.code.openFile', input))),
    openCodeFolder: os.openCodeFolder.handler(({ input }) =>
      done(deps.commands.run('flywheel.code.open', input.runId)),
    ),
    compareCode: os.compareCode.handler(({ input }) => done(deps.commands.run('flywheel.code.compare', input))),
    save: os.save.handler(({ input, signal }) => done(saveFile(input satisfies SaveRequest, deps.server, signal))),
    newSweep: os.newSweep.handler(({ input }) => done(deps.commands.run('flywheel.sweeps.new', input))),
    editDefinition: os.editDefinition.handler(({ input }) =>
      done(deps.commands.run('flywheel.environments.edit', input)),
    ),
    copyLink: os.copyLink.handler(async ({ input }) => ({ link: await deps.copyLink(input) })),
    openFound: os.openFound.handler(({ input }) => done(deps.commands.run('flywheel.search.openHit', input))),
    connect: os.connect.handler(() => done(deps.commands.run('flywheel.connect'))),
  });
}

/** Each panel has its own names. */
function memoryKey(seat: PanelSeat, name: string): string {
  return `flywheel.panel.${seat.place.panel}.${name}`;
}

async function* statuses(server: ServerConnection, seat: PanelSeat, signal: AbortSignal | undefined) {
  const changed = new Emitter<void>();
  const subscriptions = [server.onDidChange(() => changed.fire()), seat.onDidMove(() => changed.fire())];
  try {
    yield* valuesOf(() => ({ place: seat.place, connection: server.status }), changed.event, signal);
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}

async function* withWireErrors<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    throw toWireError(error);
  }
}
