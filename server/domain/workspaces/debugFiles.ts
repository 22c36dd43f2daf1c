/**
 * What a workspace that debugs a run has beside the run's code: how VS Code
 * starts the same command with the same arguments under its debugger. Pure.
 */
import type { CodeEntry } from '../compute/ports.ts';
import type { StoredWorkspace } from './ports.ts';

type Debugged = Pick<StoredWorkspace, 'debugCommand' | 'fromRunId'>;

export function debugFiles({ debugCommand, fromRunId }: Debugged): readonly CodeEntry[] {
  if (debugCommand === null) return [];
  const name = `Run ${fromRunId?.slice(0, 8) ?? ''}`;
  const launch = { version: '0.2.0', configurations: [{ name, ...configurationOf(debugCommand) }] };
  const content = Buffer.from(`${JSON.stringify(launch, null, 2)}\n`);
  return [{ path: '.vscode/launch.json', kind: 'file', content }];
}

/** `python script.py ...` is started under debugpy; whatever else it is runs in a terminal that children attach from. */
function configurationOf(command: string): Readonly<Record<string, unknown>> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of VS Code
  const cwd = '${workspaceFolder}';
  const shared = { type: 'debugpy', request: 'launch', console: 'integratedTerminal', cwd };
  const [program = '', ...rest] = splitWords(command) ?? [];
  if (!/^(?:[\w./-]*\/)?python[\d.]*$/.test(program)) {
    return { ...shared, program: '/bin/sh', args: ['-c', command], subProcess: true };
  }
  const unbuffered = rest[0] === '-u' ? rest.slice(1) : rest;
  const [first = '', second = '', ...args] = unbuffered;
  if (first === '-m') return { ...shared, module: second, args };
  return { ...shared, program: `\${workspaceFolder}/${first}`, args: unbuffered.slice(1), justMyCode: false };
}

/** As a shell would split it; null when it is more than words. */
function splitWords(command: string): readonly string[] | null {
  if (/[;&|<>`$(){}*?\n]/.test(command)) return null;
  const words = [...command.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  );
  return words;
}
