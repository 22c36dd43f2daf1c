/** conda's environment.yml and R's renv.lock: read far enough to name what they ask for and to refuse what is none. */
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import type { TextFile } from '../../../protocol/model/environmentFiles.ts';
import { wrongFile } from './wrongFile.ts';

const condaFile = z.object({
  name: z.string().nullish(),
  channels: z.array(z.string()).nullish(),
  dependencies: z.array(z.union([z.string(), z.object({ pip: z.array(z.string()).nullish() })])),
});
export type CondaFile = z.infer<typeof condaFile>;

export function readConda(file: TextFile): CondaFile {
  const document = parseDocument(file.text, { prettyErrors: false });
  const [error] = document.errors;
  if (error) throw wrongFile(file.path, lineAt(file.text, error.pos[0]), error.message);
  const read = condaFile.safeParse(document.toJS());
  if (read.success) return read.data;
  const field = read.error.issues[0]?.path.join('.') ?? '';
  throw wrongFile(
    file.path,
    null,
    `${field || 'dependencies'} is not what conda takes; it needs a list of dependencies.`,
  );
}

const renvFile = z.object({
  R: z.object({ Version: z.string() }),
  Packages: z.record(z.string(), z.object({ Version: z.string().optional() })),
});
export type RenvFile = z.infer<typeof renvFile>;

export function readRenv(file: TextFile): RenvFile {
  const read = renvFile.safeParse(readJson(file));
  if (read.success) return read.data;
  const field = read.error.issues[0]?.path.join('.') ?? '';
  throw wrongFile(file.path, null, `${field} is missing or wrong; an renv.lock names R.Version and Packages.`);
}

export function readJson(file: TextFile): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(file.text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error) throw wrongFile(file.path, lineAt(file.text, error.offset), printParseErrorCode(error.error));
  return value;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
