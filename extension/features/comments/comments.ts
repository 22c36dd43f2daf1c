/** People's words in the editor: on lines of code, and those that are meant for whoever sits here. */
import type * as vscode from 'vscode';
import { Disposables } from '../../platform/disposables.ts';
import { CodeComments, type CodeCommentsDeps } from './codeComments.ts';
import { Inbox, type InboxDeps } from './inbox.ts';

export function registerComments(deps: CodeCommentsDeps & InboxDeps): vscode.Disposable {
  const owned = new Disposables();
  owned.add(new CodeComments(deps));
  owned.add(new Inbox(deps));
  return owned;
}
