/** Puts files on a branch of a project as a person does: a commit, pushed by git. */

import { ok } from '../integration/git/gitBinary.ts';
import { WorkTree } from '../unit/client/workTree.ts';

export type Push = {
  readonly server: { readonly url: string; readonly token: string };
  readonly project: string;
  readonly files: Readonly<Record<string, string>>;
};

/** All that the branch has then: what it had before is replaced. */
export async function pushFiles({ server, project, files }: Push): Promise<void> {
  using tree = new WorkTree().init();
  tree.write(files).commit();
  const url = `${server.url.replace('http://', `http://user:${server.token}@`)}/git/${project}.git`;
  await ok(tree.folder, 'push', '-q', '--force', url, 'main');
}
