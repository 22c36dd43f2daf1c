/**
 * Fills an empty server with the example projects and launches the first one,
 * so that the first thing a person sees is a live run.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection, type FlywheelClient } from '../client/connection/connection.ts';
import { prepareLaunch } from '../client/snapshot/prepareLaunch.ts';

const folder = join(import.meta.dirname, '../examples');

type Server = { readonly url: string; readonly token: string };

async function addProjects(client: FlywheelClient): Promise<void> {
  await client.projects.create({
    id: 'digits',
    name: 'Handwritten digits',
    description: 'A neural network in plain Python reads 8×8 images. Needs no package.',
    tags: ['example'],
  });
  await client.projects.create({
    id: 'breast-cancer',
    name: 'Breast cancer',
    description: 'Gradient boosting with scikit-learn, tracked by stock MLflow autologging.',
    tags: ['example'],
  });
  await client.environments.create({
    id: 'sklearn',
    name: 'scikit-learn',
    description: 'scikit-learn with the MLflow client',
    definition: {
      kind: 'python',
      python: 'python3',
      requirements: await readFile(join(folder, 'breast-cancer/requirements.txt'), 'utf8'),
    },
  });
}

async function launchDigits(client: FlywheelClient, server: Server): Promise<string> {
  const code = await prepareLaunch({ folder: join(folder, 'digits'), projectId: 'digits', ...server });
  const { defaultTierId, tiers } = await client.tiers.list();
  const tierId = defaultTierId ?? tiers[0]?.id;
  if (!tierId) throw new Error('the catalog has no hardware tier');
  const run = await client.runs.launch({
    projectId: 'digits',
    name: 'first-run',
    command: 'python3 train.py',
    parameters: { epochs: '60', hidden: '24', rate: '0.02', seed: '1' },
    environmentId: 'system',
    tierId,
    code,
  });
  return run.id;
}

/** The id of the launched run; null when the server has projects already. */
export async function addExamples(server: Server): Promise<string | null> {
  const connection = new Connection({ client: { name: 'examples', version: '1' } });
  connection.connect(server);
  try {
    await connection.ready(AbortSignal.timeout(20_000));
    const { client } = connection;
    const projects = await client.projects.list({ archived: true });
    if (projects.some((project) => project.id !== 'default')) return null;
    await addProjects(client);
    return await launchDigits(client, server);
  } finally {
    connection.stop();
  }
}
