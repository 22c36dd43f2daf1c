/**
 * Templates: what a `flywheel-template.yaml` asks for, and files filled in.
 * `{{ name }}` of a parameter stands for its value in text files and in paths;
 * every other `{{ … }}` is left as it is, as much of it belongs to other tools.
 */
import { parse, YAMLParseError } from 'yaml';
import { isSafeRelativePath } from '../../../protocol/model/common.ts';
import {
  type TemplateDefinition,
  type TemplateParameter,
  templateDefinition,
  templateFile,
} from '../../../protocol/model/projectCode.ts';
import type { CodeEntry } from '../compute/ports.ts';
import { DomainError } from '../shared/errors.ts';

export type Values = Readonly<Record<string, string>>;

const placeholder = /\{\{\s*([a-z][a-z0-9_]*)\s*\}\}/g;

/** Throws `wrong-state` with what is wrong in the file, and where. */
export function readTemplate(text: string): TemplateDefinition {
  const read = templateDefinition.safeParse(parsed(text) ?? {});
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw notReadable(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}`);
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 20 });
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw notReadable(String(error));
    throw notReadable(`line ${error.linePos?.[0].line ?? '?'}: ${error.message.split('\n', 1)[0]}`);
  }
}

function notReadable(why: string): DomainError {
  return new DomainError('wrong-state', `${templateFile} of the template cannot be read: ${why}`, {
    field: 'projectId',
    remedy: 'Ask an owner of the template to mend the file on its default branch.',
  });
}

/** Every parameter with a value; throws `invalid-input` naming the one at fault. */
export function fillParameters({ parameters }: TemplateDefinition, given: Values): Values {
  const unknown = Object.keys(given).find((name) => !parameters.some((parameter) => parameter.name === name));
  if (unknown !== undefined) throw wrongValue(unknown, `The template has no parameter ${unknown}.`);
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, chosen(parameter, given)]));
}

function chosen({ name, default: standard, choices }: TemplateParameter, given: Values): string {
  const value = (Object.hasOwn(given, name) ? given[name] : undefined) ?? standard;
  if (value === undefined) throw wrongValue(name, `The template needs a value for ${name}.`);
  if (choices === undefined || choices.includes(value)) return value;
  throw wrongValue(name, `${name} must be one of ${choices.join(', ')}.`);
}

function wrongValue(name: string, message: string): DomainError {
  return new DomainError('invalid-input', message, { field: `parameters.${name}` });
}

/** The files of the new project; what describes the template is no part of it. */
export function fillFiles(entries: readonly CodeEntry[], values: Values): readonly CodeEntry[] {
  const files = entries.filter(({ path }) => path !== templateFile).map((entry) => fillFile(entry, values));
  const taken = new Set<string>();
  for (const { path } of files) {
    if (!isSafeRelativePath(path) || path === '' || /(^|\/)\.git(\/|$)/i.test(path)) throw badPath(path);
    if (taken.has(path)) throw badPath(path);
    taken.add(path);
  }
  return files;
}

function fillFile(entry: CodeEntry, values: Values): CodeEntry {
  const path = fillText(entry.path, values);
  const text = entry.kind === 'link' ? null : textOf(entry.content);
  if (text === null) return { ...entry, path };
  const filled = fillText(text, values);
  return filled === text ? { ...entry, path } : { ...entry, path, content: new TextEncoder().encode(filled) };
}

function fillText(text: string, values: Values): string {
  return text.replace(placeholder, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}

/** Null for what is no text: its bytes stay as they are. */
function textOf(content: Uint8Array): string | null {
  if (content.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return null;
  }
}

function badPath(path: string): DomainError {
  return new DomainError('invalid-input', `These values make ${JSON.stringify(path)} of a file's path.`, {
    field: 'parameters',
    remedy: 'Choose values that can stand in names of files, and that keep paths apart.',
  });
}
