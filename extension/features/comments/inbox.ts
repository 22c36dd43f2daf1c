/**
 * What was said to the person: a count in the status bar, a message for what
 * is new, and a list that leads there. Many comments in a short while make one
 * message.
 */
import * as vscode from 'vscode';
import type { Notice } from '../../../protocol/model/comment.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { CommandId } from '../../platform/commandIds.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { failureOf, sentenceOf } from '../../platform/failure.ts';
import type { Log } from '../../platform/log.ts';
import { tell } from '../../platform/notifications.ts';
import { digestOf, excerptOf, placeOf, titleOf } from './digest.ts';
import { openCode } from './openCode.ts';

export type InboxDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly folders: Pick<LaunchFolders, 'projectOf'>;
  readonly memory: vscode.Memento;
  readonly log: Log;
};

/** Comments of so long a while are told together. */
const gatherMs = 3000;
const listed = 100;
const toldKey = 'flywheel.inbox.told';

export class Inbox implements vscode.Disposable {
  readonly #deps: InboxDeps;
  readonly #owned = new Disposables();
  readonly #item: vscode.StatusBarItem;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: InboxDeps) {
    this.#deps = deps;
    this.#item = this.#owned.add(
      vscode.window.createStatusBarItem('flywheel.inbox', vscode.StatusBarAlignment.Left, 9),
    );
    this.#item.name = 'Flywheel Inbox';
    this.#item.command = 'flywheel.inbox.open' satisfies CommandId;
    deps.commands.register('flywheel.inbox.open', () => this.#open());
    this.#owned.add(deps.server.onDidChange(() => this.#later()));
    this.#owned.add(
      deps.server.onEvent((message) => {
        if (message.kind === 'reset' || (message.kind === 'event' && message.event.type.startsWith('comment.')))
          this.#later();
      }),
    );
    this.#later();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#owned.dispose();
  }

  #later(): void {
    if (this.#deps.server.hello === null) {
      this.#item.hide();
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#look().catch((error: unknown) => this.#deps.log.debug(`inbox: ${sentenceOf(failureOf(error))}`));
    }, gatherMs);
  }

  async #look(): Promise<void> {
    const { server, memory, commands } = this.#deps;
    if (server.hello === null) return;
    const { notices, unread } = await server.client.comments.inbox({ unread: true, limit: listed });
    this.#count(unread);
    const key = `${toldKey}:${server.hello.serverId}`;
    const told = memory.get<number>(key, 0);
    const fresh = notices.filter(({ id }) => id > told);
    if (fresh.length === 0) return;
    await memory.update(key, Math.max(...fresh.map(({ id }) => id)));
    const [only] = fresh;
    const show = { title: 'Show', run: () => only && this.#show(only) };
    const open = { title: 'Open Inbox', run: () => commands.run('flywheel.inbox.open') };
    tell('info', digestOf(fresh), fresh.length === 1 ? [show, open] : [open]);
  }

  #count(unread: number): void {
    this.#item.text = `$(comment-unresolved) ${unread}`;
    this.#item.tooltip =
      unread === 1 ? 'One comment that you have not read' : `${unread} comments that you have not read`;
    if (unread === 0) this.#item.hide();
    else this.#item.show();
  }

  async #open(): Promise<void> {
    const { comments } = this.#deps.server.client;
    const { notices, unread } = await comments.inbox({ limit: listed });
    const all = { label: '$(check-all) Mark all as read', notice: null };
    const items = [
      ...(unread > 0 ? [all] : []),
      ...notices.map((notice) => ({
        label: `$(${notice.read ? 'comment' : 'comment-unresolved'}) ${titleOf(notice)}`,
        description: placeOf(notice),
        detail: excerptOf(notice),
        notice,
      })),
    ];
    const placeHolder =
      items.length > 0 ? 'What was said to you and on what you follow' : 'Nobody has said anything to you yet';
    const picked = await vscode.window.showQuickPick(items, {
      placeHolder,
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (picked?.notice) await this.#show(picked.notice);
    else if (picked) await comments.markRead({});
    this.#later();
  }

  async #show({ id, target, place, projectId }: Notice): Promise<void> {
    const { commands, server } = this.#deps;
    await server.client.comments.markRead({ ids: [id] });
    this.#later();
    if (target.kind === 'run') await commands.run('flywheel.runs.open', { runId: target.runId, tab: 'comments' });
    else if (target.kind === 'experiment') await commands.run('flywheel.experiments.open', target);
    else if (target.kind === 'code') await openCode(this.#deps, { projectId, path: target.path, place });
    else await commands.run('flywheel.experiments.open', { projectId });
  }
}
