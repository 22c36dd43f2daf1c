/** Messages with buttons, and questions to the person. Leaving a question unanswered is `Cancelled`. */
import * as vscode from 'vscode';
import { Cancelled } from './failure.ts';

export type Action = { readonly title: string; readonly run: () => unknown };

const show = {
  info: vscode.window.showInformationMessage,
  warning: vscode.window.showWarningMessage,
  error: vscode.window.showErrorMessage,
} as const;

/** Shows a message; a picked button runs its action. Returns at once. */
export function tell(level: keyof typeof show, message: string, actions: readonly Action[] = []): void {
  void show[level](message, ...actions.map((action) => action.title)).then((title) =>
    actions.find((action) => action.title === title)?.run(),
  );
}

/** A question that must be answered before work goes on. */
export async function confirm(message: string, detail: string, yes: string): Promise<void> {
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, yes);
  if (answer !== yes) throw new Cancelled();
}

export async function ask(options: vscode.InputBoxOptions): Promise<string> {
  const text = await vscode.window.showInputBox({ ignoreFocusOut: true, ...options });
  if (text === undefined) throw new Cancelled();
  return text;
}

export type Choice<T> = vscode.QuickPickItem & { readonly value: T };

export async function choose<T>(title: string, choices: readonly Choice<T>[]): Promise<T> {
  const picked = await vscode.window.showQuickPick([...choices], { title, matchOnDescription: true });
  if (!picked) throw new Cancelled();
  return picked.value;
}

/** Any number of them. It stays while the person looks at something else, where that is asked for. */
export async function chooseMany<T>(
  title: string,
  choices: readonly Choice<T>[],
  more: Pick<vscode.QuickPickOptions, 'ignoreFocusOut' | 'placeHolder'> = {},
): Promise<readonly T[]> {
  const options = { title, matchOnDescription: true, canPickMany: true, ...more } as const;
  const picked = await vscode.window.showQuickPick([...choices], options);
  if (!picked) throw new Cancelled();
  return picked.map(({ value }) => value);
}
