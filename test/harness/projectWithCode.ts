/** A project on a server with a work tree pushed to it: what every test that launches begins with. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { prepareLaunch } from '../../client/snapshot/prepareLaunch.ts';
import type { CodeRef } from '../../protocol/model/run.ts';
import type { TestClient } from './client.ts';
import { temporaryFolder } from './temporaryFolder.ts';

type Place = { readonly url: string; readonly token: string; readonly api: TestClient };
type Project = { readonly id: string; readonly files?: Readonly<Record<string, string>> };

export async function projectWithCode({ url, token, api }: Place, project: Project): Promise<CodeRef> {
  await using folder = await temporaryFolder();
  for (const [path, text] of Object.entries(project.files ?? { 'README.md': 'Nothing to see.\n' })) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    await writeFile(join(folder.path, path), text);
  }
  await api.projects.create({ id: project.id });
  return await prepareLaunch({ folder: folder.path, projectId: project.id, url, token });
}
