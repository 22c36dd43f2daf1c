/**
 * What is being put together for a launch: pure rules over plain values. Knows
 * which command a script means, what is still missing, what the request is.
 */
import type { Run } from '../../../protocol/model/run.ts';
import type { LaunchRequest } from '../../../protocol/panel.ts';

export type ParameterRow = { readonly key: string; readonly value: string };

export type LaunchForm = {
  readonly folderId: string;
  readonly projectId: string;
  readonly command: string;
  readonly parameters: readonly ParameterRow[];
  readonly environmentId: string;
  readonly tierId: string;
  readonly name: string;
};

export const emptyForm: LaunchForm = {
  folderId: '',
  projectId: '',
  command: '',
  parameters: [],
  environmentId: '',
  tierId: '',
  name: '',
};

/** What is remembered for each project: the choices, never the run's own name. */
export type RememberedChoice = Pick<LaunchForm, 'command' | 'parameters' | 'environmentId' | 'tierId'>;

export function choiceOf(form: LaunchForm): RememberedChoice {
  return {
    command: form.command,
    parameters: form.parameters,
    environmentId: form.environmentId,
    tierId: form.tierId,
  };
}

/** The choices of a run, to be changed and launched again with the code as it is in the folder now. */
export function choiceOfRun(run: Pick<Run, 'command' | 'parameters' | 'environmentId' | 'tierId'>): RememberedChoice {
  return {
    command: run.command ?? '',
    parameters: Object.entries(run.parameters).map(([key, value]) => ({ key, value })),
    environmentId: run.environmentId ?? '',
    tierId: run.tierId ?? '',
  };
}

const starters: readonly [RegExp, (path: string) => string][] = [
  [/\.py$/i, (path) => `python3 ${path}`],
  [/\.ipynb$/i, (path) => `jupyter nbconvert --to notebook --execute ${path}`],
  [/\.r$/i, (path) => `Rscript ${path}`],
  [/\.sh$/i, (path) => `bash ${path}`],
];

export function commandFor(script: string): string {
  const path = /^[\w./-]+$/.test(script) ? script : `'${script.replaceAll("'", `'\\''`)}'`;
  return starters.find(([pattern]) => pattern.test(script))?.[1](path) ?? path;
}

const keyPattern = /^[\w.\-/: ]{1,250}$/;

/** Why a parameter cannot be sent; null when it can. Empty rows are left out and need no reason. */
export function parameterProblem(rows: readonly ParameterRow[], at: number): string | null {
  const row = rows[at];
  if (!row || (row.key.trim() === '' && row.value === '')) return null;
  if (row.key.trim() === '') return 'A name is missing';
  if (!keyPattern.test(row.key.trim())) return 'Letters, digits, space and _ . - / : only';
  return rows.findIndex((other) => other.key.trim() === row.key.trim()) < at ? 'This name is there already' : null;
}

/** The first thing that is still missing, in words; null when it can be launched. */
export function missing(form: LaunchForm): string | null {
  if (form.folderId === '') return 'Open a folder first';
  if (form.projectId === '') return 'Choose a project';
  if (form.command.trim() === '') return 'Say what to run';
  if (form.environmentId === '') return 'Choose an environment';
  if (form.tierId === '') return 'Choose a hardware tier';
  return form.parameters.some((_, at) => parameterProblem(form.parameters, at) !== null) ? 'Mend the parameters' : null;
}

export function requestOf(form: LaunchForm, requestId: string): LaunchRequest {
  const rows = form.parameters.filter((row) => row.key.trim() !== '');
  return {
    folderId: form.folderId,
    projectId: form.projectId,
    command: form.command.trim(),
    parameters: Object.fromEntries(rows.map((row) => [row.key.trim(), row.value])),
    environmentId: form.environmentId,
    tierId: form.tierId,
    ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
    tags: {},
    artifacts: ['outputs'],
    priority: 0,
    requestId,
  };
}

/** An id for a name that a person typed. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
}
