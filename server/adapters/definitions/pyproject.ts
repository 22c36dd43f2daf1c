/** The dependencies of a pyproject.toml, as lines of a requirements file: PEP 621, and Poetry's own table. */
import { parse, TomlError } from 'smol-toml';
import type { TextFile } from '../../../protocol/model/environmentFiles.ts';
import { wrongFile } from './wrongFile.ts';

export type PyProject = {
  readonly name: string | null;
  readonly requirements: string;
  readonly notes: readonly string[];
};
type Values = Readonly<Record<string, unknown>>;

export function readPyProject(file: TextFile): PyProject {
  const root = parseToml(file);
  const project = table(root.project);
  const poetry = table(table(root.tool).poetry);
  const name = [project.name, poetry.name].find((each) => typeof each === 'string') ?? null;
  const own = texts(project.dependencies);
  const lines = own.length > 0 ? own : poetryLines(table(poetry.dependencies));
  return { name, requirements: lines.join('\n'), notes: notesOf({ root, project, poetry, lines }) };
}

function parseToml(file: TextFile): Values {
  try {
    return parse(file.text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw wrongFile(file.path, error.line, error.message.split('\n')[0] ?? 'not TOML');
  }
}

type Parts = {
  readonly root: Values;
  readonly project: Values;
  readonly poetry: Values;
  readonly lines: readonly string[];
};

function notesOf({ root, project, poetry, lines }: Parts): string[] {
  const python = project['requires-python'] ?? table(poetry.dependencies).python;
  const left = [
    ...Object.keys(table(project['optional-dependencies'])),
    ...Object.keys(table(root['dependency-groups'])),
    ...Object.keys(table(poetry.group)),
  ];
  return [
    ...(typeof python === 'string' ? [`It asks for Python ${python}: name such an interpreter.`] : []),
    ...(left.length > 0 ? [`Optional groups are left out: ${[...new Set(left)].join(', ')}.`] : []),
    ...(lines.length === 0 ? ['It names no dependencies.'] : []),
  ];
}

function poetryLines(dependencies: Values): string[] {
  return Object.entries(dependencies)
    .filter(([name]) => name !== 'python')
    .map(([name, wanted]) => poetryLine(name, wanted));
}

function poetryLine(name: string, wanted: unknown): string {
  if (typeof wanted === 'string') return `${name}${range(wanted)}`;
  const { version, extras, git, rev, tag, branch, url, markers } = table(Array.isArray(wanted) ? wanted[0] : wanted);
  const full = `${name}${texts(extras).length > 0 ? `[${texts(extras).join(',')}]` : ''}`;
  const marker = typeof markers === 'string' ? ` ; ${markers}` : '';
  const at = [rev, tag, branch].find((each) => typeof each === 'string');
  if (typeof git === 'string') return `${full} @ git+${git}${at ? `@${at}` : ''}${marker}`;
  if (typeof url === 'string') return `${full} @ ${url}${marker}`;
  return `${full}${typeof version === 'string' ? range(version) : ''}${marker}`;
}

/** Poetry's own signs, in those of pip: `^1.2` stays below the next number that may break, `~1.2` below the next minor. */
function range(wanted: string): string {
  return wanted
    .split(',')
    .map((part) => one(part.trim()))
    .filter((part) => part !== '')
    .join(',');
}

function one(part: string): string {
  const [, sign = '', version = ''] = /^(\^|~(?!=))?\s*(.*)$/.exec(part) ?? [];
  if (sign !== '') return `>=${version},<${below(version, sign)}`;
  if (part === '*' || part === '') return '';
  return /^\d/.test(part) ? `==${part}` : part.replace(/\s+/g, '');
}

function below(version: string, sign: string): string {
  const numbers = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const first = numbers.findIndex((number) => number > 0);
  const caret = first === -1 ? numbers.length - 1 : first;
  const at = sign === '^' ? caret : Math.min(1, numbers.length - 1);
  return numbers
    .slice(0, at + 1)
    .map((number, place) => (place === at ? number + 1 : number))
    .join('.');
}

function table(value: unknown): Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : {};
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
