/** Requirements files of pip: what refers to files that an environment does not have, and how they join into one. */
import { posix } from 'node:path';
import type { DefinitionProblem, TextFile } from '../../../protocol/model/environmentFiles.ts';

const include = /^\s*(?:-r|-c|--requirement|--constraint)(?:\s+|=)(\S+)/;
const local = /^\s*(?:(?:-e|--editable)(?:\s+|=)(?!\S+:\/\/)(?!git\+)\S+|\.{1,2}(?:\/|\[|\s|$)\S*)/;

export function requirementProblems(text: string): DefinitionProblem[] {
  return text.split(/\r\n?|\n/).flatMap((line, at) => {
    const path = include.exec(line)?.[1];
    const isInclude = path !== undefined && !/^(https?:|\/)/.test(path);
    if (!isInclude && !local.test(line)) return [];
    const what = isInclude ? `${path} is a file` : `“${line.trim()}” is a folder`;
    const remedy = isInclude ? 'Put its lines here instead.' : 'Name a package, or an address that pip can fetch.';
    const message = `${what} that the environment does not have. ${remedy}`;
    return [{ file: 'requirements' as const, line: at + 1, field: null, message, severity: 'error' as const }];
  });
}

/** The text with what it includes in place, as far as those files are given. */
export function joinRequirements(file: TextFile, files: readonly TextFile[], seen: readonly string[] = []): string {
  const folder = posix.dirname(file.path);
  const lines = file.text.split(/\r\n?|\n/).map((line) => {
    const named = /^\s*(?:-r|--requirement)(?:\s+|=)(\S+)/.exec(line)?.[1];
    const path = named === undefined ? undefined : posix.join(folder, named);
    const included = files.find((each) => each.path === path);
    if (!included || seen.includes(included.path)) return line;
    return joinRequirements(included, files, [...seen, file.path]);
  });
  return lines.join('\n').trimEnd();
}
