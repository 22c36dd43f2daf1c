/**
 * What the source of a model version names. A source leads to files that other
 * people will download and run, so whatever could be read in two ways is
 * refused: local paths, dot segments, escapes, queries and fragments. Pure.
 */
import { isSafeRelativePath, runId as runIdSchema } from '../../../protocol/model/common.ts';
import { DomainError } from '../shared/errors.ts';

export type ModelSource =
  | {
      readonly kind: 'logged-model';
      readonly modelId: string;
      readonly path: string;
      readonly experimentId: string | null;
    }
  | { readonly kind: 'version'; readonly name: string; readonly version: number }
  | { readonly kind: 'alias'; readonly name: string; readonly alias: string }
  | { readonly kind: 'run'; readonly runId: string; readonly path: string; readonly experimentId: string | null }
  | { readonly kind: 'elsewhere' };

const longest = 4096;

export function parseModelSource(source: string): ModelSource {
  const [, scheme = '', rest = ''] = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(source) ?? [];
  if (source.length > longest) throw refused(source, `it is longer than ${longest} characters`);
  const read = readers[scheme.toLowerCase()];
  if (read !== undefined) return read(plainPath(source, rest), source);
  return elsewhere(source, { scheme: scheme.toLowerCase(), rest });
}

const readers: Readonly<Record<string, (path: string, source: string) => ModelSource>> = {
  models: readModels,
  runs: readRuns,
  'mlflow-artifacts': readArtifacts,
};

/** `models:/m-...`, `models:/name/3` or `models:/name@alias`. */
function readModels(path: string, source: string): ModelSource {
  const [name = '', version, ...more] = path.split('/');
  if (more.length === 0 && version !== undefined && /^\d{1,15}$/.test(version)) {
    return { kind: 'version', name, version: Number(version) };
  }
  if (version === undefined && /^m-[\w-]+$/.test(name)) {
    return { kind: 'logged-model', modelId: name, path: '', experimentId: null };
  }
  const at = name.lastIndexOf('@');
  if (version === undefined && at > 0) return { kind: 'alias', name: name.slice(0, at), alias: name.slice(at + 1) };
  throw refused(source, 'it must be models:/<logged model id>, models:/<name>/<version> or models:/<name>@<alias>');
}

function readRuns(path: string, source: string): ModelSource {
  const [runId = '', ...rest] = path.split('/');
  if (!runIdSchema.safeParse(runId).success || rest.length === 0)
    throw refused(source, 'it must be runs:/<run id>/<path>');
  return { kind: 'run', runId, path: rest.join('/'), experimentId: null };
}

function readArtifacts(path: string, source: string): ModelSource {
  const [experimentId = '', first = '', second = '', third, ...rest] = path.split('/');
  if (first === 'models' && third === 'artifacts') {
    return { kind: 'logged-model', modelId: second, path: rest.join('/'), experimentId };
  }
  if (second === 'artifacts' && runIdSchema.safeParse(first).success) {
    const inRun = third === undefined ? rest : [third, ...rest];
    return { kind: 'run', runId: first, path: inRun.join('/'), experimentId };
  }
  throw refused(source, 'it must lie among the artifacts of a run or of a logged model');
}

/** The path of an address of ours: after one slash, with no host, and written in one way only. */
function plainPath(source: string, rest: string): string {
  const path = /^\/(?!\/)/.test(rest) ? rest.slice(1).replace(/\/$/, '') : '';
  if (path === '') throw refused(source, 'it needs one slash after the scheme, and no host');
  if (/[%#?]/.test(path) || !isSafeRelativePath(path)) throw refused(source, 'it may not hold %, #, ?, . or .. parts');
  return path;
}

/** Another store, which clients reach by themselves: taken as it is, if it could not mean a place on this machine. */
function elsewhere(source: string, { scheme, rest }: { readonly scheme: string; readonly rest: string }): ModelSource {
  if (scheme.length < 2 || scheme === 'file') throw refused(source, 'a path on a local disk means nothing on a server');
  if (/[\p{C}\\]/u.test(source) || /(?:^|[/\\])\.\.?(?:[/\\?#]|$)/.test(fullyDecoded(rest))) {
    throw refused(source, 'it may not hold . or .. parts');
  }
  return { kind: 'elsewhere' };
}

/** Until nothing is left to decode, as a store behind a store may do. */
function fullyDecoded(text: string): string {
  const decoded = text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return decoded === text ? text : fullyDecoded(decoded);
}

function refused(source: string, why: string): DomainError {
  return new DomainError('invalid-input', `Invalid model version source: '${source.slice(0, 200)}': ${why}.`, {
    field: 'source',
    remedy: 'Register a model by the address that logging it answered.',
  });
}
