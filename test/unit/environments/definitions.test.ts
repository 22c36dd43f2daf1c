/** Importers and the schema against files as real repositories have them. */
import assert from 'node:assert/strict';
import { type EnvironmentDefinition, environmentDefinition } from '../../../protocol/model/environment.ts';
import { dockerNeed } from '../../../protocol/model/environmentNeeds.ts';
import { createDefinitionReader } from '../../../server/adapters/definitions/definitionReader.ts';

const reader = createDefinitionReader();
const imported = (files: Readonly<Record<string, string>>) =>
  reader.import(Object.entries(files).map(([path, text]) => ({ path, text })));
const container = (devcontainer: string, more: object = {}): EnvironmentDefinition =>
  environmentDefinition.parse({ kind: 'container', devcontainer, ...more });

const devcontainer = `{
  // As the template of the Python image writes it.
  "name": "Python 3",
  "image": "mcr.microsoft.com/devcontainers/python:1-3.12-bookworm",
  "features": { "ghcr.io/devcontainers/features/node:1": {} },
  "hostRequirements": { "cpus": 4, "gpu": "optional" },
  "postCreateCommand": "pip3 install --user -r requirements.txt",
}`;
const pyproject = `[build-system]
requires = ["setuptools>=68"]
[project]
name = "spam-eggs"
requires-python = ">=3.10"
dependencies = ["httpx", "gidgethub[httpx]>4.0.0", "django>2.1; os_name != 'nt'"]
[project.optional-dependencies]
gui = ["PyQt5"]
`;
const poetry = `[tool.poetry]
name = "poetry-demo"
[tool.poetry.dependencies]
python = "^3.11"
requests = "^2.31.0"
pydantic = "~1.10"
rich = "*"
boto3 = "1.34.0"
uvicorn = { version = "^0.23", extras = ["standard"] }
mine = { git = "https://github.com/org/mine.git", tag = "v1" }
`;
const conda = `name: stats2
channels: [conda-forge, defaults]
dependencies:
  - python=3.11
  - numpy=1.26.*
  - pip
  - pip:
      - mlflow==2.14.1
`;
const renv = `{ "R": { "Version": "4.3.2", "Repositories": [{ "Name": "CRAN", "URL": "https://cloud.r-project.org" }] },
  "Packages": { "R6": { "Package": "R6", "Version": "2.5.1", "Source": "Repository" }, "cli": { "Package": "cli", "Version": "3.6.2" } } }`;

describe('importing an environment', () => {
  it('takes a dev container with the requirements beside it', async () => {
    const files = { '.devcontainer/devcontainer.json': devcontainer, 'requirements.txt': 'scikit-learn==1.5.0\n' };
    const { definition, name, used, problems } = await imported(files);
    assert.deepEqual([name, used], ['Python 3', ['.devcontainer/devcontainer.json', 'requirements.txt']]);
    assert.deepEqual(problems, []);
    assert.equal(dockerNeed(definition), null);
    assert.deepEqual(reader.traits(definition, null), {
      image: 'mcr.microsoft.com/devcontainers/python:1-3.12-bookworm',
      languages: ['Python', 'JavaScript'],
      tools: ['scikit-learn 1.5.0', 'node'],
      gpu: true,
    });
  });

  it('finds the Dockerfile where the dev container names it, and says what it needs', async () => {
    const files = {
      '.devcontainer/devcontainer.json': '{ "build": { "dockerfile": "../docker/gpu.Dockerfile" } }',
      'docker/gpu.Dockerfile': 'FROM --platform=linux/amd64 nvidia/cuda:12.4.1-runtime-ubuntu22.04\nRUN true\n',
    };
    const { definition, notes, problems } = await imported(files);
    assert.deepEqual(problems, []);
    assert.equal(reader.traits(definition, null).image, 'nvidia/cuda:12.4.1-runtime-ubuntu22.04');
    assert.match(notes[0] ?? '', /needs a Docker host: it is built from a Dockerfile/);
  });

  it('reads pip files with what they include', async () => {
    const files = { 'requirements.txt': '-r requirements/base.txt\npandas\n', 'requirements/base.txt': 'numpy<2\n' };
    const { definition, used } = await imported(files);
    assert.deepEqual(definition, { kind: 'python', requirements: 'numpy<2\npandas', python: 'python3' });
    assert.deepEqual([...used].sort(), ['requirements.txt', 'requirements/base.txt']);
  });

  it('reads pyproject.toml of the standard and of Poetry', async () => {
    const standard = await imported({ 'pyproject.toml': pyproject });
    assert.equal(
      standard.definition.kind === 'python' && standard.definition.requirements,
      "httpx\ngidgethub[httpx]>4.0.0\ndjango>2.1; os_name != 'nt'",
    );
    assert.deepEqual(standard.notes, [
      'It asks for Python >=3.10: name such an interpreter.',
      'Optional groups are left out: gui.',
    ]);
    const own = await imported({ 'pyproject.toml': poetry });
    assert.deepEqual(own.definition.kind === 'python' && own.definition.requirements.split('\n'), [
      'requests>=2.31.0,<3',
      'pydantic>=1.10,<1.11',
      'rich',
      'boto3==1.34.0',
      'uvicorn[standard]>=0.23,<0.24',
      'mine @ git+https://github.com/org/mine.git@v1',
    ]);
  });

  it('keeps conda and renv whole, and says that they need a Docker host', async () => {
    for (const [path, text, need, language] of [
      ['environment.yml', conda, /conda/, 'Python'],
      ['renv.lock', renv, /renv\.lock/, 'R'],
    ] as const) {
      const { definition, notes, problems } = await imported({ [path]: text });
      assert.match(dockerNeed(definition) ?? '', need);
      assert.match(notes[0] ?? '', /needs a Docker host/);
      assert.deepEqual(problems, []);
      assert.ok(reader.traits(definition, null).languages.includes(language));
    }
    const { definition } = await imported({ 'renv.lock': renv });
    assert.equal(reader.traits(definition, null).image, 'rocker/r-ver:4.3.2');
  });

  for (const [path, text, message] of [
    ['pyproject.toml', '[project]\nname = oops\n', /pyproject\.toml, line 2: /],
    ['environment.yml', 'name: x\ndependencies:\n  - a: [\n', /environment\.yml, line \d+: /],
    ['environment.yml', 'name: x\n', /dependencies is not what conda takes/],
    ['renv.lock', '{ "Packages": {} }', /renv\.lock: R is missing/],
    ['devcontainer.json', '{ "image": }', /devcontainer\.json, line 1: ValueExpected/],
    ['README.md', 'words', /None of these files/],
  ] as const) {
    it(`refuses ${path} that is wrong (${message.source}), and names the place`, async () => {
      await assert.rejects(
        imported({ [path]: text }),
        (error: { reason?: string; field?: string; message: string }) => {
          assert.deepEqual([error.reason, error.field], ['invalid-input', 'files']);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});

describe('checking a definition', () => {
  it('names line and field of what the schema refuses', async () => {
    const text = '{\n  "image": "debian",\n  "forwardPorts": "8080",\n  "hostRequirements": { "cpus": 0 }\n}';
    const problems = await reader.problems(container(text));
    assert.deepEqual(
      problems.map(({ line, field, severity }) => [line, field, severity]),
      [
        [3, 'forwardPorts', 'error'],
        [4, 'hostRequirements.cpus', 'error'],
      ],
    );
  });

  it('only warns of a field that it does not know', async () => {
    const problems = await reader.problems(container('{ "image": "debian", "imge": 1 }'));
    assert.deepEqual(
      problems.map(({ field, severity }) => [field, severity]),
      [['imge', 'warning']],
    );
  });

  it('names what is missing: an image, the text of a Dockerfile, files that pip is led to', async () => {
    assert.ok((await reader.problems(container('{}'))).some(({ severity }) => severity === 'error'));
    assert.ok((await reader.problems(container('[]'))).some(({ severity }) => severity === 'error'));
    const build = await reader.problems(container('{ "build": { "dockerfile": "Dockerfile" } }'));
    assert.deepEqual(
      build.map(({ field }) => field),
      ['build.dockerfile'],
    );
    const requirements = 'numpy\n-r base.txt\n-e .\n./lib\n-e git+https://x/y\n--index-url https://pypi.org/simple\n';
    const lines = await reader.problems({ kind: 'python', requirements, python: 'python3' });
    assert.deepEqual(
      lines.map(({ line }) => line),
      [2, 3, 4],
    );
  });

  it('gives a definition away as a folder that is one again', async () => {
    const definition = container(devcontainer, { requirements: 'numpy', conda });
    const files = await reader.files(definition, 'vision');
    assert.deepEqual(
      files.map(({ path }) => path),
      ['.devcontainer/devcontainer.json', '.devcontainer/requirements.txt', '.devcontainer/environment.yml'],
    );
    const again = await reader.import(files);
    assert.deepEqual(again.problems, []);
    assert.match(files[0]?.text ?? '', /As the template of the Python image writes it/);
    assert.match(files[0]?.text ?? '', /"updateContentCommand": "python3 -m pip install -r .* && conda env update/);
    assert.equal(reader.files({ kind: 'python', requirements: 'numpy', python: 'python3' }, 'x').length, 2);
  });
});
