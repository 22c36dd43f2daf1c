/** Whether what a run recorded as its source is a script at a path. Pure. */
import { scriptOf } from '../../../protocol/model/script.ts';
import type { Source } from './ports.ts';

/** The file that a recorded source names: a logged run names it bare, a launched one inside its command. */
export function recordedScript(source: string): string | null {
  const isPath = !/\s/.test(source) && /\.\w+$/.test(source);
  const script = isPath ? source : scriptOf(source);
  return script === null ? null : script.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
}

/** A first look, before the folder is known: whether the names agree from their ends. */
export function mayBe(path: string, source: string): boolean {
  const script = recordedScript(source);
  return script !== null && (endsWith(path, script) || endsWith(script, path));
}

/**
 * A launched run knows its place in the repository exactly. A client tells what
 * its person typed, or an address on another machine: there the ends must agree.
 */
export function isScript(path: string, source: Pick<Source, 'name' | 'launched' | 'folder'>): boolean {
  const script = recordedScript(source.name);
  if (script === null) return false;
  if (!source.launched) return mayBe(path, source.name);
  return resolved(source.folder, script) === path;
}

function endsWith(long: string, short: string): boolean {
  return long === short || long.endsWith(`/${short}`);
}

function resolved(folder: string, script: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${script}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
