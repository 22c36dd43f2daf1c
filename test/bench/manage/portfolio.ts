/** The portfolio of very many projects, as a panel asks for it over the socket. */
import { join } from 'node:path';
import { openMigrated } from '../../../server/adapters/sqlite/migrate.ts';
import { openClient } from '../../harness/client.ts';
import { dataFolder, startServer } from '../../harness/server.ts';
import { quantile, type Reading } from '../figure.ts';

const projects = 2000;
const runs = 100_000;
const repeats = 30;

export async function portfolio(): Promise<readonly Reading[]> {
  await using folder = await dataFolder();
  fill(join(folder.path, 'flywheel.db'));
  await using server = await startServer({ data: folder.path });
  await using client = await openClient(server);
  const took: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const began = performance.now();
    const answer = await client.api.projects.portfolio({ from: runs * 0.9 });
    took.push(performance.now() - began);
    if (answer.projects.length !== projects + 1) throw new Error(`${answer.projects.length} projects came`);
  }
  return [
    { name: `portfolio of ${projects} projects with ${runs} runs (best)`, unit: 'ms', ours: Math.min(...took) },
    {
      name: `portfolio of ${projects} projects with ${runs} runs (p95)`,
      unit: 'ms',
      ours: quantile(took, 0.95),
      goal: { kind: 'at-most', value: 300, of: 'ours' },
    },
  ];
}

/** Half of the runs were launched, a tenth of them since the beginning of the period; each project has a goal, each tenth a blocker. */
function fill(file: string): void {
  const connection = openMigrated(file);
  try {
    connection.exec(`
      INSERT INTO users VALUES ('admin', 'Administrator', 1, 0);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${projects})
      INSERT INTO projects (id, name, description, stage, tags, owner_id, experiment_id, archived, created_at, last_activity_at)
        SELECT 'p' || i, 'Project ' || i, 'Finds what fails', 'exploration', '["a","b"]', 'admin', '0', 0, i, i FROM n;
      INSERT INTO goals SELECT id, id, 'Recall', 50, NULL, 0, 1, 0 FROM projects;
      INSERT INTO blockers SELECT id, id, 'Labels', NULL, 'admin', 0, NULL, NULL, NULL, 1 FROM projects
        WHERE created_at % 10 = 0;
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${runs})
      INSERT INTO runs (number, id, project_id, experiment_id, name, note, state, launched, created_by_id, created_by_name,
          created_at, started_at, ended_at)
        SELECT i, 'r' || i, 'p' || (1 + i % ${projects}), 0, 'run', '', 'succeeded', i % 2, 'admin', 'A', i, i, i + 1000 FROM n;
      INSERT INTO launches (run, command, parameters, environment_id, environment_revision, tier_id, backend,
          price_per_hour, priority, code, artifacts)
        SELECT number, 'c', '{}', 'system', 1, 'small', 'process', 1, 0, '{}', '[]' FROM runs WHERE launched = 1;
    `);
  } finally {
    connection.close();
  }
}
