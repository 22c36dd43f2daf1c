/** Files of a run: what it left as artifacts, and the code that it ran. */
import type { Artifact, CodeFile, FilePreview } from '../../../protocol/model/run.ts';
import type { CodeStore } from '../code/ports.ts';
import { artifactRootKey } from '../shared/artifactRoot.ts';
import { DomainError } from '../shared/errors.ts';
import { previewBytes, previewOf } from './filePreview.ts';
import type { ArtifactStore, StoredRun } from './ports.ts';

export type RunFilesDependencies = {
  readonly artifacts: Pick<ArtifactStore, 'list' | 'stat' | 'read'>;
  readonly code: Pick<CodeStore, 'files' | 'file'>;
};

export class RunFiles {
  readonly #deps: RunFilesDependencies;

  constructor(deps: RunFilesDependencies) {
    this.#deps = deps;
  }

  async artifacts(run: StoredRun, path: string): Promise<readonly Artifact[]> {
    return this.#deps.artifacts.list(artifactRootKey(run), path);
  }

  async previewArtifact(run: StoredRun, path: string): Promise<FilePreview> {
    const root = artifactRootKey(run);
    const stat = await this.#deps.artifacts.stat(root, path);
    if (stat === null) throw noFile(`The run has no artifact ${path}.`);
    const range = { from: 0, bytes: previewBytes(path) };
    return previewOf(path, stat.bytes, await gather(this.#deps.artifacts.read(root, path, range)));
  }

  async code(run: StoredRun): Promise<readonly CodeFile[]> {
    const code = run.launch?.code;
    if (code === undefined) return [];
    return this.#deps.code.files(run.projectId, code.commit, code.base);
  }

  async previewCode(run: StoredRun, path: string, of: 'snapshot' | 'base'): Promise<FilePreview> {
    const code = run.launch?.code;
    const commit = of === 'base' ? code?.base : code?.commit;
    const content = commit ? await this.#deps.code.file(run.projectId, commit, path) : null;
    if (content === null) throw noFile(`There is no file ${path} in the ${of} of this run's code.`);
    return previewOf(path, content.length, content.subarray(0, previewBytes(path)));
  }
}

function noFile(message: string): DomainError {
  return new DomainError('not-found', message, { field: 'path', remedy: 'Choose one of the listed files.' });
}

async function gather(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts);
}
