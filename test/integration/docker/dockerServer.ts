/** A data folder whose catalog has one Docker host and a tier on it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerEngine } from '../../harness/dockerEngine.ts';
import { dataFolder } from '../../harness/server.ts';

type Wish = { readonly image: string; readonly tier?: object; readonly host?: object };

export function catalogOf(engine: DockerEngine, { image, tier = {}, host = {} }: Wish): string {
  const connection = { kind: 'local', socket: engine.socket };
  const size = { cpus: 1, memoryMiB: 512, concurrency: 4 };
  return JSON.stringify({
    hosts: [
      { id: 'near', name: 'Near', connection, image: `flywheel-test/${image}`, labels: { disk: 'fast' }, ...host },
    ],
    tiers: [{ id: 'box', name: 'Box', backend: 'docker', ...size, ...tier }],
    defaults: { tierId: 'box', environmentId: 'system' },
  });
}

export async function dockerData(engine: DockerEngine, wish: Wish) {
  const folder = await dataFolder();
  await writeFile(join(folder.path, 'catalog.json'), catalogOf(engine, wish));
  return folder;
}
