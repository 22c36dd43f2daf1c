/**
 * Conversations on lines of code, in the editor's own comments: beside a
 * run's code and in the folders that were launched from. What is shown is
 * fetched per open document, and again when somebody says something there.
 */
import * as vscode from 'vscode';
import type { Comment, CommentThread } from '../../../protocol/model/comment.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import { type CodePlace, codePlaceOf } from '../../connection/codePlaces.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { codeScheme } from '../../platform/codeUri.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { failureOf, sentenceOf } from '../../platform/failure.ts';
import type { Log } from '../../platform/log.ts';
import { anchorOf } from './anchor.ts';

export type CodeCommentsDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly folders: Pick<LaunchFolders, 'projectOf'>;
  readonly log: Log;
};

type Shown = vscode.Comment & { readonly comment: Comment; readonly thread: CommentThread };
/** What is drawn, by the id of the conversation. */
type Opened = { readonly place: CodePlace; readonly drawn: ReadonlyMap<string, vscode.CommentThread> };

const most = 200;

export class CodeComments implements vscode.Disposable {
  readonly #deps: CodeCommentsDeps;
  readonly #owned = new Disposables();
  readonly #controller: vscode.CommentController;
  readonly #opened = new Map<string, Opened>();

  constructor(deps: CodeCommentsDeps) {
    this.#deps = deps;
    this.#controller = this.#owned.add(vscode.comments.createCommentController('flywheel.code', 'Flywheel'));
    this.#controller.options = { prompt: 'Reply…', placeHolder: 'Markdown; @ names somebody' };
    this.#controller.commentingRangeProvider = {
      provideCommentingRanges: (document) => (this.#opened.has(keyOf(document)) ? [wholeOf(document)] : []),
    };
    this.#owned.add(vscode.workspace.onDidOpenTextDocument((document) => this.#show(document)));
    this.#owned.add(vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)));
    this.#owned.add(deps.server.onDidChange(() => deps.server.hello !== null && this.#showAll()));
    this.#owned.add(
      deps.server.onEvent((message) => {
        if (message.kind !== 'event' || !message.event.type.startsWith('comment.')) return;
        if (message.event.detail.on === 'code') this.#showAll(message.event.subject.projectId);
      }),
    );
    this.#register();
    this.#showAll();
  }

  dispose(): void {
    for (const { drawn } of this.#opened.values()) for (const thread of drawn.values()) thread.dispose();
    this.#opened.clear();
    this.#owned.dispose();
  }

  #register(): void {
    const { commands } = this.#deps;
    commands.register('flywheel.comments.reply', (reply) => this.#reply(reply as vscode.CommentReply));
    commands.register('flywheel.comments.settle', (thread) => this.#settle(thread as vscode.CommentThread));
    commands.register('flywheel.comments.delete', (shown) => this.#delete(shown as Shown));
  }

  #showAll(projectId?: string): void {
    for (const document of vscode.workspace.textDocuments) {
      const known = this.#opened.get(keyOf(document));
      if (projectId === undefined || known === undefined || known.place.projectId === projectId) this.#show(document);
    }
  }

  #show(document: vscode.TextDocument): void {
    if (document.uri.scheme !== 'file' && document.uri.scheme !== codeScheme) return;
    if (this.#deps.server.hello === null) return;
    this.#fetch(document).catch((error: unknown) => {
      this.#deps.log.debug(`comments of ${document.uri.toString()}: ${sentenceOf(failureOf(error))}`);
    });
  }

  async #fetch(document: vscode.TextDocument): Promise<void> {
    const place = await codePlaceOf(document.uri, this.#deps);
    if (place === null || document.isClosed) return;
    const target = { kind: 'code', path: place.path } as const;
    const { projectId } = place;
    const page = await this.#deps.server.client.comments.list({ projectId, target, limit: most });
    if (!document.isClosed) this.#take(document, place, page.threads);
  }

  /** What is drawn already is changed in its place, so that nothing that is open closes. */
  #take(document: vscode.TextDocument, place: CodePlace, threads: readonly CommentThread[]): void {
    const before = this.#opened.get(keyOf(document))?.drawn ?? new Map<string, vscode.CommentThread>();
    const drawn = new Map(
      threads.map((thread) => [thread.first.id, this.#draw(document, thread, before.get(thread.first.id))]),
    );
    for (const [id, thread] of before) if (!drawn.has(id)) thread.dispose();
    this.#opened.set(keyOf(document), { place, drawn });
  }

  #forget(document: vscode.TextDocument): void {
    for (const thread of this.#opened.get(keyOf(document))?.drawn.values() ?? []) thread.dispose();
    this.#opened.delete(keyOf(document));
  }

  #draw(document: vscode.TextDocument, thread: CommentThread, known?: vscode.CommentThread): vscode.CommentThread {
    const { line, isGone } = anchorOf(thread.place, document.getText().split(/\r?\n/));
    const range = new vscode.Range(line, 0, line, 0);
    const said = [thread.first, ...thread.replies].map((comment) => toShown(comment, thread));
    // One that begins without comments is taken for one that is being written.
    const drawn = known ?? this.#controller.createCommentThread(document.uri, range, said);
    drawn.comments = said;
    const quote = spellOut(thread.place?.quote.trim() ?? '').slice(0, 80);
    drawn.label = isGone ? `The line is gone: ${quote}` : thread.resolved ? 'Settled' : 'Conversation';
    drawn.state = thread.resolved ? vscode.CommentThreadState.Resolved : vscode.CommentThreadState.Unresolved;
    drawn.contextValue = thread.resolved ? 'settled' : 'open';
    if (known === undefined) drawn.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
    return drawn;
  }

  async #reply({ thread, text }: vscode.CommentReply): Promise<void> {
    const known = threadOf(thread);
    const { comments } = this.#deps.server.client;
    if (known !== null) {
      const { projectId, target, first } = known;
      await comments.add({ projectId, target, text, replyTo: first.id });
      return;
    }
    const document = await vscode.workspace.openTextDocument(thread.uri);
    const place = await codePlaceOf(thread.uri, this.#deps);
    if (place === null) return;
    const line = thread.range?.start.line ?? 0;
    const quote = document.lineAt(line).text.slice(0, 1000);
    const { projectId, path, commit } = place;
    await comments.add({ projectId, target: { kind: 'code', path }, text, place: { line: line + 1, quote, commit } });
    // What the server kept is drawn in its place.
    thread.dispose();
    this.#show(document);
  }

  async #settle(thread: vscode.CommentThread): Promise<void> {
    const known = threadOf(thread);
    if (known === null) return;
    const { projectId, first, resolved } = known;
    await this.#deps.server.client.comments.resolve({ projectId, commentId: first.id, resolved: resolved === null });
  }

  async #delete({ comment, thread }: Shown): Promise<void> {
    await this.#deps.server.client.comments.delete({ projectId: thread.projectId, commentId: comment.id });
  }
}

function toShown(comment: Comment, thread: CommentThread): Shown {
  return {
    body: new vscode.MarkdownString(comment.deleted ? '_Deleted_' : comment.text),
    mode: vscode.CommentMode.Preview,
    author: { name: spellOut(comment.author.name) },
    timestamp: new Date(comment.createdAt),
    contextValue: comment.mine && !comment.deleted ? 'mine' : 'others',
    ...(comment.editedAt !== null && !comment.deleted && { label: 'edited' }),
    comment,
    thread,
  };
}

/** Null for one that the person has just begun. */
function threadOf(thread: vscode.CommentThread): CommentThread | null {
  const [first] = thread.comments;
  return first === undefined ? null : (first as Shown).thread;
}

function keyOf({ uri }: vscode.TextDocument): string {
  return uri.toString();
}

function wholeOf(document: vscode.TextDocument): vscode.Range {
  return new vscode.Range(0, 0, document.lineCount - 1, 0);
}
