/** A definition as the `.devcontainer` folder that plain VS Code and Codespaces open, with the files it stands on. */
import { applyEdits, findNodeAtLocation, modify, parse, parseTree } from 'jsonc-parser';
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import type { TextFile } from '../../../protocol/model/environmentFiles.ts';

const folder = '.devcontainer';
const pythonImage = 'mcr.microsoft.com/devcontainers/python:3';
const formattingOptions = { insertSpaces: true, tabSize: 2 };
/** Run in the container once it is made; the folder is where the tools put it. */
const installs = {
  requirements: { file: 'requirements.txt', command: `python3 -m pip install -r ${folder}/requirements.txt` },
  conda: { file: 'environment.yml', command: `conda env update -n base -f ${folder}/environment.yml` },
  renv: { file: 'renv.lock', command: `Rscript -e 'renv::restore(lockfile = "${folder}/renv.lock", prompt = FALSE)'` },
};

export function definitionFiles(definition: EnvironmentDefinition, name: string): readonly TextFile[] {
  if (definition.kind === 'system') return [];
  const { devcontainer, dockerfile, requirements, conda, renv } =
    definition.kind === 'container' ? definition : { ...definition, ...plain(name) };
  const texts = { requirements, conda, renv };
  const used = Object.entries(installs).filter(([key]) => texts[key as keyof typeof texts].trim() !== '');
  const files = used.map(([key, { file }]) => ({
    path: `${folder}/${file}`,
    text: `${texts[key as keyof typeof texts]}\n`,
  }));
  const all = used.map(([, { command }]) => command);
  const dockerfiles = dockerfile.trim() === '' ? [] : [{ path: `${folder}/Dockerfile`, text: `${dockerfile}\n` }];
  return [
    { path: `${folder}/devcontainer.json`, text: `${installing(withDockerfile(devcontainer), all)}\n` },
    ...dockerfiles,
    ...files,
  ];
}

function plain(name: string) {
  const devcontainer = JSON.stringify({ name, image: pythonImage }, null, 2);
  return { devcontainer, dockerfile: '', conda: '', renv: '' };
}

/** However the file was called and wherever it lay, here it lies beside the definition. */
function withDockerfile(text: string): string {
  const root = parseTree(text);
  const path = [['build', 'dockerfile'], ['dockerFile']].find((each) => root && findNodeAtLocation(root, each));
  return path ? set(text, path, 'Dockerfile') : text;
}

/** Its own commands stay; ours join them in the form in which several run side by side. */
function installing(text: string, commands: readonly string[]): string {
  if (commands.length === 0) return text;
  const own: unknown = parse(text)?.updateContentCommand;
  const joined = commands.join(' && ');
  if (own === undefined) return set(text, ['updateContentCommand'], joined);
  const named = typeof own === 'object' && own !== null && !Array.isArray(own) ? own : { own };
  return set(text, ['updateContentCommand'], { ...named, packages: joined });
}

function set(text: string, path: string[], value: unknown): string {
  return applyEdits(text, modify(text, path, value, { formattingOptions }));
}
