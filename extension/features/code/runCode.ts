/**
 * The code of one run as files: from the server for a run that it launched,
 * from a repository of an open folder for one that a client only logged. It
 * never changes, so it is listed once.
 */
import { ClientError } from '../../../client/clientError.ts';
import type { LocalCommit } from '../../../client/snapshot/localCommit.ts';
import type { FileKind } from '../../../protocol/model/code.ts';
import type { CodeFile, Run } from '../../../protocol/model/run.ts';
import { scriptOf } from '../../../protocol/model/script.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { downloadCommitFile, downloadRunFile } from './download.ts';
import { FileTree } from './fileTree.ts';

export type CodeEntry = {
  /** Equal content has equal ids, over all runs and the work tree. */
  readonly id: string;
  /** Null where only reading it would tell. */
  readonly bytes: number | null;
  /** Null where it is not known. */
  readonly kind: FileKind | null;
  read(signal: AbortSignal): Promise<Uint8Array>;
};
export type CodeTree = FileTree<CodeEntry>;

export type RunCode = {
  readonly run: Run;
  readonly code: CodeTree;
  /** Null when there was no commit that the snapshot was made from. */
  readonly base: CodeTree | null;
  /** Where it comes from, for titles. */
  readonly origin: string;
};

export type RunCodeDeps = {
  readonly server: ServerConnection;
  /** Folders on disk that are open. */
  readonly folders: () => readonly string[];
};

const commitTag = 'mlflow.source.git.commit';

export async function loadRunCode(deps: RunCodeDeps, runId: string): Promise<RunCode> {
  const { client } = deps.server;
  const run = await client.runs.get({ runId });
  if (run.code === null) return loadLogged(deps, run);
  const { base, commit, dirty } = run.code;
  const listed: Listed = { server: deps.server, runId, files: await client.runs.code({ runId }) };
  const origin = dirty ? 'with its uncommitted changes' : `commit ${commit.slice(0, 8)}`;
  return { run, code: snapshotOf(listed), base: base === null ? null : baseOf(listed), origin };
}

type Listed = { readonly server: ServerConnection; readonly runId: string; readonly files: readonly CodeFile[] };

function snapshotOf(listed: Listed): CodeTree {
  const present = listed.files.filter(({ change }) => change !== 'deleted');
  return new FileTree(new Map(present.map((file) => [file.path, onServer(listed, file, 'snapshot')])));
}

function baseOf(listed: Listed): CodeTree {
  const before = listed.files.filter(({ change }) => change !== 'added');
  return new FileTree(new Map(before.map((file) => [file.path, onServer(listed, file, 'base')])));
}

function onServer({ server, runId }: Listed, file: CodeFile, of: 'snapshot' | 'base'): CodeEntry {
  const { path } = file;
  const replaced = of === 'base' && file.change === 'modified';
  const id = (replaced ? file.baseId : file.id) ?? `${runId}/${of}/${path}`;
  const read: CodeEntry['read'] = (signal) => downloadRunFile(server.target, { runId, of, path }, signal);
  return { id, bytes: replaced ? (file.baseBytes ?? null) : file.bytes, kind: file.kind ?? null, read };
}

/** A commit of a project; how large its files are only reading them would tell. */
export async function loadCommit({ server }: RunCodeDeps, projectId: string, commit: string): Promise<CodeTree> {
  const files = await server.client.code.files({ projectId, commit });
  const entries = files.map(({ path, id, kind }): [string, CodeEntry] => {
    const read: CodeEntry['read'] = (signal) => downloadCommitFile(server.target, { projectId, commit, path }, signal);
    return [path, { id, bytes: null, kind, read }];
  });
  return new FileTree(new Map(entries));
}

async function loadLogged({ folders }: RunCodeDeps, run: Run): Promise<RunCode> {
  const commit = run.tags[commitTag];
  if (commit === undefined) {
    throw new ClientError('not-found', `The code of ${run.name} is not known: its client told no Git commit.`, {
      remedy: 'Launch with Flywheel, or log from a folder that is a Git repository.',
    });
  }
  const { findLocalCommit } = await import('../../../client/snapshot/main.ts');
  const local = /^[0-9a-f]{40}$/.test(commit) ? await findLocalCommit(folders(), commit) : null;
  if (local === null) {
    throw new ClientError(
      'not-found',
      `No open folder has the commit ${commit.slice(0, 12)} that ${run.name} was logged from.`,
      {
        remedy: 'Open the folder of its repository, and fetch if the commit was made elsewhere.',
      },
    );
  }
  const origin = `commit ${commit.slice(0, 8)}, without what was not committed`;
  return { run, code: new FileTree(entriesOf(local)), base: null, origin };
}

function entriesOf(local: LocalCommit): Map<string, CodeEntry> {
  const entries = [...local.files].map(([path, id]): [string, CodeEntry] => [
    path,
    { id, bytes: null, kind: null, read: () => local.read(id) },
  ]);
  return new Map(entries);
}

/** The file that the run ran, where it is in its code; null when nobody can tell. */
export function scriptPathOf({ run, code }: Pick<RunCode, 'run' | 'code'>): string | null {
  const told = run.command === null ? run.tags['mlflow.source.name'] : scriptOf(run.command);
  if (!told) return null;
  const script = told.replaceAll('\\', '/');
  const inFolder = run.code?.folder ? `${run.code.folder}/${script}` : script;
  if (code.files.has(inFolder)) return inFolder;
  // A client tells an address on its own machine, or one from where it stood.
  const ends = [...code.files.keys()].filter((path) => script.endsWith(`/${path}`) || path.endsWith(`/${script}`));
  return ends.sort((a, b) => b.length - a.length)[0] ?? null;
}
