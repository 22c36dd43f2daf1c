/** Every file among a run's artifacts, folder by folder, up to a limit that is told. */
import type { Artifact } from '../../protocol/model/run.ts';
import type { PanelClient } from './panelClient.ts';

export type Listing = {
  readonly files: readonly Artifact[];
  /** Whether there is more than was listed. */
  readonly cut: boolean;
};

export const mostFiles = 20_000;
const mostFolders = 500;

type Asked = { readonly runId: string; readonly signal: AbortSignal };

export async function allArtifacts(client: PanelClient, { runId, signal }: Asked): Promise<Listing> {
  const files: Artifact[] = [];
  let level: readonly string[] = [''];
  let seen = 0;
  while (level.length > 0 && seen < mostFolders && files.length < mostFiles) {
    const folders = level.slice(0, mostFolders - seen);
    seen += level.length;
    const lists = await Promise.all(folders.map((path) => client.runs.artifacts({ runId, path }, { signal })));
    files.push(...lists.flat().filter(({ folder }) => !folder));
    level = lists.flat().flatMap(({ folder, path }) => (folder ? [path] : []));
  }
  return { files: files.slice(0, mostFiles), cut: level.length > 0 || seen > mostFolders || files.length > mostFiles };
}
