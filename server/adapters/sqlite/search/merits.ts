/**
 * How much a found thing is used and what came of it, beside its text:
 * score = text × (1 + use + outcome). Use is a tenth of the logarithm of how
 * often it was used; outcome is what `outcomes` says.
 */
import type { Connection } from '../connection.ts';
import type { Candidate } from './candidates.ts';

export type Merit = { readonly factor: number; readonly facts: readonly string[] };

const outcomes: Readonly<Record<string, number>> = {
  ...{ deployed: 0.3, monitored: 0.3, validation: 0.15, retired: -0.3 },
  ...{ succeeded: 0.2, failed: -0.3, lost: -0.3, stopped: -0.1 },
};
const promoted = 0.4;
const readme = 0.5;

const sql = {
  project: `SELECT stage, (SELECT count(*) FROM live.runs WHERE project_id = x.id AND deleted_at IS NULL) AS uses
    FROM live.projects x WHERE id = ?`,
  run: `SELECT state, (SELECT count(*) FROM live.stars WHERE run = x.number) AS uses,
    (SELECT m.name || ' v' || v.version FROM live.model_versions v JOIN live.registered_models m ON m.number = v.model
      WHERE v.run_id = x.id AND v.deleted_at IS NULL AND m.project_id = x.project_id
      ORDER BY v.number DESC LIMIT 1) AS model FROM live.runs x WHERE id = ?`,
  model: `SELECT (SELECT count(*) FROM live.model_versions WHERE model = x.number AND deleted_at IS NULL) AS uses,
    (SELECT group_concat(alias, ', ') FROM live.model_aliases WHERE model = x.number) AS aliases,
    EXISTS (SELECT 1 FROM live.model_versions WHERE model = x.number AND deleted_at IS NULL AND stage = 'Production')
      AS production FROM live.registered_models x WHERE name = ?`,
  experiment: `SELECT count(*) AS uses FROM live.runs WHERE experiment_id = CAST(? AS INTEGER) AND deleted_at IS NULL`,
  environment: 'SELECT count(*) AS uses FROM live.launches WHERE environment_id = ?',
  file: `SELECT count(*) AS uses FROM snapshot_runs s JOIN live.runs r ON r.number = s.run AND r.deleted_at IS NULL
    WHERE s.project_id = ? AND s.commit_id IN (SELECT value FROM json_each(?))`,
} as const;

type Row = Readonly<Record<string, unknown>>;

export function meritOf(connection: Connection, found: Candidate): Merit {
  const get = (key: keyof typeof sql, ...values: string[]): Row => connection.statement(sql[key]).get(...values) ?? {};
  switch (found.source) {
    case 'file':
      return fileMerit(found, get('file', found.project, JSON.stringify(found.commits)));
    case 'project':
      return projectMerit(get('project', found.ref));
    case 'run':
      return runMerit(get('run', found.ref));
    case 'model':
      return modelMerit(get('model', found.ref));
    case 'experiment':
    case 'environment':
      return merit(get(found.source, found.ref), { outcome: 0, facts: [] });
    default:
      return { factor: 1, facts: [] };
  }
}

function projectMerit(row: Row): Merit {
  return merit(row, { outcome: outcomes[String(row.stage)] ?? 0, facts: [String(row.stage ?? '')] });
}

function runMerit(row: Row): Merit {
  const model = typeof row.model === 'string' ? `registered as ${row.model}` : '';
  const outcome = (outcomes[String(row.state)] ?? 0) + (model === '' ? 0 : promoted);
  return merit(row, { outcome, facts: [String(row.state ?? ''), model], noun: 'star' });
}

function modelMerit(row: Row): Merit {
  const aliases = typeof row.aliases === 'string' ? row.aliases : '';
  const isInProduction = row.production === 1;
  const facts = [aliases, isInProduction ? 'in production' : ''];
  return merit(row, { outcome: aliases !== '' || isInProduction ? promoted : 0, facts, noun: 'version' });
}

function fileMerit({ ref, head }: Candidate, row: Row): Merit {
  const isReadme = /^readme[^/]*$/i.test(ref);
  return merit(row, { outcome: (isReadme ? readme : 0) + (head ? 0.2 : 0), facts: [] });
}

type Outcome = { readonly outcome: number; readonly facts: readonly string[]; readonly noun?: string };

function merit(row: Row, { outcome, facts, noun = 'run' }: Outcome): Merit {
  const uses = Number(row.uses ?? 0);
  const used = uses === 0 ? '' : `${uses} ${noun}${uses === 1 ? '' : 's'}`;
  const factor = Math.max(0.2, 1 + 0.1 * Math.log1p(uses) + outcome);
  return { factor, facts: [...facts, used].filter((fact) => fact !== '') };
}
