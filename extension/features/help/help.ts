/** Where help is: the walkthrough and the log. */
import * as vscode from 'vscode';
import type { Commands } from '../../platform/commands.ts';
import type { Log } from '../../platform/log.ts';

export type HelpDeps = { readonly commands: Commands; readonly log: Log; readonly extensionId: string };

export function registerHelp({ commands, log, extensionId }: HelpDeps): void {
  commands.register('flywheel.output.show', () => log.show());
  commands.register('flywheel.walkthrough.open', () =>
    vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#flywheel.start`, false),
  );
}
