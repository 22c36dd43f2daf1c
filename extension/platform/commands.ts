/**
 * The one place that registers commands: each run is logged with its time,
 * and its error shown with the action that its reason calls for.
 */
import * as vscode from 'vscode';
import type { CommandId } from './commandIds.ts';
import { type FailureReason, failureOf, isCancelled, sentenceOf } from './failure.ts';
import type { Log } from './log.ts';

type Handler = (...values: readonly unknown[]) => unknown;

const remedies: Partial<Record<FailureReason, { readonly title: string; readonly command: CommandId }>> = {
  'signed-out': { title: 'Sign In', command: 'flywheel.signIn' },
  'token-unknown': { title: 'Sign In', command: 'flywheel.signIn' },
  'token-expired': { title: 'Sign In', command: 'flywheel.signIn' },
  'role-missing': { title: 'Request a Role', command: 'flywheel.access.request' },
  offline: { title: 'Connect', command: 'flywheel.connect' },
  'shutting-down': { title: 'Connect', command: 'flywheel.connect' },
};

export class Commands {
  readonly #log: Log;
  readonly #registered = new Map<CommandId, vscode.Disposable>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Registering an id twice throws at once: the second handler would silently replace the first. */
  register(id: CommandId, handler: Handler): void {
    if (this.#registered.has(id)) throw new Error(`command ${id} is registered twice`);
    const registration = vscode.commands.registerCommand(id, (...values: unknown[]) => this.#run(id, handler, values));
    this.#registered.set(id, registration);
  }

  /** Runs a command of ours; the caller does not learn how it ended, the person does. */
  run(id: CommandId, ...values: readonly unknown[]): Thenable<unknown> {
    return vscode.commands.executeCommand(id, ...values);
  }

  dispose(): void {
    for (const registration of this.#registered.values()) registration.dispose();
    this.#registered.clear();
  }

  async #run(id: CommandId, handler: Handler, values: readonly unknown[]): Promise<unknown> {
    const start = performance.now();
    try {
      const result = await handler(...values);
      this.#log.debug(`${id}: done in ${Math.round(performance.now() - start)} ms`);
      return result;
    } catch (error) {
      if (isCancelled(error)) this.#log.debug(`${id}: cancelled`);
      else this.#report(id, error);
      return undefined;
    }
  }

  #report(id: CommandId, error: unknown): void {
    const failure = failureOf(error);
    const cause = error instanceof Error && failure.reason === null ? error : sentenceOf(failure);
    this.#log.error(`${id}: ${failure.reason ?? 'failed'}:`, cause);
    const output = { title: 'Show Output', command: 'flywheel.output.show' } as const;
    const remedy = failure.reason === null ? output : remedies[failure.reason];
    void vscode.window.showErrorMessage(sentenceOf(failure), ...(remedy ? [remedy.title] : [])).then((picked) => {
      if (picked && remedy) void this.run(remedy.command);
    });
  }
}
