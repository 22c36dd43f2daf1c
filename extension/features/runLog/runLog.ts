/** The output of a run in a terminal of the editor: its colours, its search, and as it arrives. */
import * as vscode from 'vscode';
import { followLogs } from '../../../client/connection/follow.ts';
import type { LogChunk, RunSummary } from '../../../protocol/model/run.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { LiveList } from '../../connection/liveList.ts';
import { pickRun, type RunTarget } from '../../connection/pickRun.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Commands } from '../../platform/commands.ts';
import { failureOf, sentenceOf } from '../../platform/failure.ts';

export type RunLogDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly runs: LiveList<RunSummary>;
};

/** Of an output larger than this, the end is shown; the run's panel has all of it. */
const tailBytes = 4 * 1024 * 1024;

export function registerRunLog({ commands, server, runs }: RunLogDeps): vscode.Disposable {
  const open = new Map<string, vscode.Terminal>();
  commands.register('flywheel.runs.showLog', async (target) => {
    const run = await pickRun(target, runs.items, 'Show the log of which run?');
    const terminal = open.get(run.id) ?? createTerminal(run, server);
    open.set(run.id, terminal);
    terminal.show();
  });
  const closing = vscode.window.onDidCloseTerminal((closed) => {
    for (const [id, terminal] of open) if (terminal === closed) open.delete(id);
  });
  return {
    dispose: () => {
      closing.dispose();
      for (const terminal of open.values()) terminal.dispose();
    },
  };
}

function createTerminal(run: RunTarget, server: ServerConnection): vscode.Terminal {
  const writing = new vscode.EventEmitter<string>();
  const closing = new AbortController();
  return vscode.window.createTerminal({
    name: spellOut(run.name),
    iconPath: new vscode.ThemeIcon('output'),
    isTransient: true,
    pty: {
      onDidWrite: writing.event,
      open: () => void write(run, server, { print: (text) => writing.fire(text), signal: closing.signal }),
      close: () => {
        closing.abort();
        writing.dispose();
      },
    },
  });
}

type Printing = { readonly print: (text: string) => void; readonly signal: AbortSignal };

async function write(run: RunTarget, server: ServerConnection, { print, signal }: Printing): Promise<void> {
  try {
    for await (const chunk of followLogs(server.link, { runId: run.id, tail: tailBytes, signal })) print(textOf(chunk));
  } catch (error) {
    if (!signal.aborted) print(`\r\n\u001b[31m${sentenceOf(failureOf(error))}\u001b[0m\r\n`);
  }
}

/** A terminal starts a new line at a return, not at a line feed alone. */
function textOf(chunk: LogChunk): string {
  if (chunk.kind === 'text') return chunk.text.replace(/\r?\n/g, '\r\n');
  if (chunk.kind === 'gap') return `\r\n\u001b[33m(${chunk.bytes} bytes left out)\u001b[0m\r\n`;
  return '\r\n\u001b[2m(end of the output)\u001b[0m\r\n';
}
