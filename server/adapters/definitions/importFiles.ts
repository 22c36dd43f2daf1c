/**
 * A definition from the files of a repository: the dev container where there is
 * one, else what says most of the software. What a machine without Docker
 * cannot realise is kept and said, never dropped.
 */
import { posix } from 'node:path';
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import type { ImportedDefinition, TextFile } from '../../../protocol/model/environmentFiles.ts';
import { dockerNeed } from '../../../protocol/model/environmentNeeds.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { readConda, readJson, readRenv } from './otherFiles.ts';
import { readPyProject } from './pyproject.ts';
import { joinRequirements } from './requirements.ts';

type Imported = Omit<ImportedDefinition, 'problems'>;
type Container = Extract<EnvironmentDefinition, { kind: 'container' }>;
type Found = { readonly file: TextFile; readonly files: readonly TextFile[] };

/** The images that a file without one of its own is realised on. */
const condaImage = 'mcr.microsoft.com/devcontainers/miniconda:3';
const rImage = (version: string) => `rocker/r-ver:${version}`;

/** What says most comes first; the first that is there decides. */
const kinds: readonly { readonly name: RegExp; readonly read: (found: Found) => Imported }[] = [
  { name: /^\.?devcontainer\.json$/, read: fromDevContainer },
  { name: /^(Dockerfile|Containerfile)(\..+)?$|\.Dockerfile$/i, read: fromDockerfile },
  { name: /^environment\.ya?ml$/, read: fromConda },
  { name: /^renv\.lock$/, read: fromRenv },
  { name: /^requirements.*\.(txt|in)$/, read: fromRequirements },
  { name: /^pyproject\.toml$/, read: fromPyProject },
];

export function importFiles(files: readonly TextFile[]): Imported {
  const byDepth = [...files].sort((a, b) => depth(a.path) - depth(b.path) || a.path.length - b.path.length);
  for (const { name, read } of kinds) {
    const file = byDepth.find(({ path }) => name.test(posix.basename(path)));
    if (!file) continue;
    const imported = read({ file, files: byDepth });
    const need = dockerNeed(imported.definition);
    const others = byDepth.filter(({ path }) => isKnown(path) && !imported.used.includes(path));
    return {
      ...imported,
      notes: [
        ...(need === null ? [] : [`It needs a Docker host: ${need}.`]),
        ...imported.notes,
        ...others.map(({ path }) => `${path} is left out.`),
      ],
    };
  }
  throw new DomainError('invalid-input', 'None of these files describes an environment.', {
    field: 'files',
    remedy: 'Choose a devcontainer.json, Dockerfile, requirements.txt, pyproject.toml, environment.yml or renv.lock.',
  });
}

const depth = (path: string): number => path.split('/').filter((part) => part !== '.devcontainer').length;
const isKnown = (path: string): boolean => kinds.some(({ name }) => name.test(posix.basename(path)));
const base: Omit<Container, 'devcontainer'> = {
  kind: 'container',
  dockerfile: '',
  requirements: '',
  conda: '',
  renv: '',
  python: 'python3',
};
const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function fromDevContainer({ file, files }: Found): Imported {
  const value = readJson(file) as {
    readonly name?: unknown;
    readonly build?: { readonly dockerfile?: unknown };
    readonly dockerFile?: unknown;
  };
  const named = value?.build?.dockerfile ?? value?.dockerFile;
  const path = typeof named === 'string' ? posix.join(posix.dirname(file.path), named) : null;
  const dockerfile = files.find((each) => each.path === path);
  const requirements = files.find((each) => each.path.endsWith('requirements.txt'));
  return {
    definition: {
      ...base,
      devcontainer: file.text,
      dockerfile: dockerfile?.text ?? '',
      requirements: requirements ? joinRequirements(requirements, files) : '',
    },
    name: typeof value?.name === 'string' ? value.name : null,
    used: [file, dockerfile, requirements].flatMap((each) => (each ? [each.path] : [])),
    notes: requirements ? [`${requirements.path} is installed in it as well.`] : [],
  };
}

function fromDockerfile({ file }: Found): Imported {
  const devcontainer = jsonText({ build: { dockerfile: 'Dockerfile' } });
  const copies = /^\s*(COPY|ADD)\s+(?!--from)/im.test(file.text);
  return {
    definition: { ...base, devcontainer, dockerfile: file.text },
    name: null,
    used: [file.path],
    notes: copies ? ['It copies files of its folder, which an environment does not have: the build will say so.'] : [],
  };
}

function fromConda({ file }: Found): Imported {
  const { name, dependencies } = readConda(file);
  const pip = dependencies.flatMap((each) => (typeof each === 'string' ? [] : (each.pip ?? [])));
  const own = dependencies.filter((each) => typeof each === 'string' && each !== 'pip').length;
  return {
    definition: { ...base, devcontainer: jsonText({ name: name ?? undefined, image: condaImage }), conda: file.text },
    name: name ?? null,
    used: [file.path],
    notes: [`${own} packages of conda and ${pip.length} of pip, on the image ${condaImage}.`],
  };
}

function fromRenv({ file }: Found): Imported {
  const { R, Packages } = readRenv(file);
  const image = rImage(R.Version);
  return {
    definition: { ...base, devcontainer: jsonText({ image }), renv: file.text },
    name: null,
    used: [file.path],
    notes: [`${Object.keys(Packages).length} packages of R ${R.Version}, on the image ${image}.`],
  };
}

function fromRequirements({ file, files }: Found): Imported {
  const requirements = joinRequirements(file, files);
  return {
    definition: { kind: 'python', requirements, python: 'python3' },
    name: null,
    used: files.filter((each) => each === file || isIncluded(each, file, files)).map(({ path }) => path),
    notes: [],
  };
}

/** Whether its lines came in by `-r`. */
function isIncluded(each: TextFile, by: TextFile, files: readonly TextFile[]): boolean {
  const without = files.filter((one) => one !== each);
  return joinRequirements(by, without) !== joinRequirements(by, files);
}

function fromPyProject({ file }: Found): Imported {
  const { name, requirements, notes } = readPyProject(file);
  return { definition: { kind: 'python', requirements, python: 'python3' }, name, used: [file.path], notes };
}
