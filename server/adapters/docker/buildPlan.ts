/**
 * How an environment becomes an image: which one it stands on and what is
 * added. Pure. A definition that cannot be realised says why, never half.
 */
import { parse } from 'jsonc-parser';
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import { hasRequirements } from '../../../protocol/model/environmentNeeds.ts';

export type BuildPlan =
  | { readonly kind: 'image'; readonly image: string; readonly readOnlySystem: boolean }
  | {
      readonly kind: 'build';
      readonly files: Readonly<Record<string, string>>;
      readonly args: Readonly<Record<string, string>>;
      readonly target: string | null;
      readonly readOnlySystem: boolean;
    }
  | { readonly kind: 'impossible'; readonly error: string };

type Container = Extract<EnvironmentDefinition, { kind: 'container' }>;
type Values = Readonly<Record<string, unknown>>;

const venv = '/opt/flywheel/venv';

export function buildPlan(definition: EnvironmentDefinition, image: string): BuildPlan {
  if (definition.kind === 'system') return { kind: 'image', image, readOnlySystem: true };
  if (definition.kind === 'python') {
    const lines = [`FROM ${image}`, ...virtualEnvironment(definition)];
    return build({ lines, definition, readOnlySystem: true });
  }
  return containerPlan(definition);
}

function containerPlan(definition: Container): BuildPlan {
  const file = table(parse(definition.devcontainer));
  const features = Object.keys(table(file['features']));
  if (features.length > 0) {
    const error = `The features ${features.join(', ')} cannot be added here: they are fetched from a registry by the Dev Containers tools. Write what they install into a Dockerfile.`;
    return { kind: 'impossible', error };
  }
  const readOnlySystem = table(table(file['customizations'])['flywheel'])['writableSystem'] !== true;
  const base = baseLines(definition, file);
  if (base === null) {
    return { kind: 'impossible', error: 'The devcontainer.json names neither an image nor a Dockerfile.' };
  }
  const added = [...variables(file), ...conda(definition), ...renv(definition), ...virtualEnvironment(definition)];
  const image = file['image'];
  if (added.length === 0 && typeof image === 'string') return { kind: 'image', image, readOnlySystem };
  const own = table(file['build']);
  const target = typeof own['target'] === 'string' ? own['target'] : null;
  return build({ lines: [...base, ...added], definition, readOnlySystem, args: texts(own['args']), target });
}

/** A Dockerfile, where there is one, wins over an image, as in the specification. */
function baseLines({ dockerfile }: Container, file: Values): readonly string[] | null {
  if (dockerfile.trim() !== '') return [dockerfile.trimEnd(), 'USER root'];
  return typeof file['image'] === 'string' ? [`FROM ${oneLine(file['image'])}`, 'USER root'] : null;
}

type Wish = {
  readonly lines: readonly string[];
  readonly definition: Exclude<EnvironmentDefinition, { kind: 'system' }>;
  readonly readOnlySystem: boolean;
  readonly args?: Readonly<Record<string, string>>;
  readonly target?: string | null;
};

function build({ lines, definition, readOnlySystem, args = {}, target = null }: Wish): BuildPlan {
  const { requirements } = definition;
  const other: Readonly<Record<string, string>> =
    definition.kind === 'container' ? { 'environment.yml': definition.conda, 'renv.lock': definition.renv } : {};
  const files = { Dockerfile: `${lines.join('\n')}\n`, 'requirements.txt': requirements, ...other };
  return { kind: 'build', files, args, target, readOnlySystem };
}

/** In a virtual environment of its own, so that the system's packages are seen and never changed. */
function virtualEnvironment(definition: {
  readonly requirements: string;
  readonly python: string;
  readonly kind: string;
}) {
  const { requirements, python, kind } = definition;
  if (kind === 'container' && !hasRequirements(requirements)) return [];
  const install = `${venv}/bin/python -m pip install --no-input --no-cache-dir --requirement /opt/flywheel/requirements.txt`;
  const seen = kind === 'container' ? ' --system-site-packages' : '';
  return [
    'COPY requirements.txt /opt/flywheel/requirements.txt',
    `RUN ${python} -m venv${seen} ${venv}${hasRequirements(requirements) ? ` && ${install}` : ''}`,
    `ENV VIRTUAL_ENV=${venv} PATH=${venv}/bin:$PATH`,
  ];
}

function conda({ conda: text }: Container): readonly string[] {
  if (text.trim() === '') return [];
  return [
    'COPY environment.yml /opt/flywheel/',
    'RUN conda env update --name base --file /opt/flywheel/environment.yml',
  ];
}

function renv({ renv: text }: Container): readonly string[] {
  if (text.trim() === '') return [];
  const restore = `Rscript -e "install.packages('renv')" -e "renv::restore(library = .Library, prompt = FALSE)"`;
  return ['COPY renv.lock /opt/flywheel/', `RUN cd /opt/flywheel && ${restore}`];
}

function variables(file: Values): readonly string[] {
  const given = Object.entries(texts(file['containerEnv'])).filter(([name]) => /^[A-Za-z_]\w*$/.test(name));
  return given.map(([name, value]) => `ENV ${name}=${JSON.stringify(oneLine(value))}`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function texts(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(table(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}

function table(value: unknown): Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : {};
}
