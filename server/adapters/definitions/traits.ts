/** What a picker shows of a definition: languages, well-known tools, whether it asks for a GPU. */
import { parse } from 'jsonc-parser';
import type { EnvironmentDefinition, EnvironmentTraits } from '../../../protocol/model/environment.ts';
import { canonical, packagesOf } from '../../../protocol/model/packageLock.ts';

type Values = Readonly<Record<string, unknown>>;

/** Packages that people choose an environment for, in the order in which they are shown. */
const known: ReadonlyMap<string, string> = new Map([
  ['torch', 'PyTorch'],
  ['tensorflow', 'TensorFlow'],
  ['jax', 'JAX'],
  ['transformers', 'Transformers'],
  ['scikit-learn', 'scikit-learn'],
  ['xgboost', 'XGBoost'],
  ['lightgbm', 'LightGBM'],
  ['catboost', 'CatBoost'],
  ['statsmodels', 'statsmodels'],
  ['pandas', 'pandas'],
  ['polars', 'Polars'],
  ['numpy', 'NumPy'],
  ['scipy', 'SciPy'],
  ['mlflow', 'MLflow'],
  ['mlflow-skinny', 'MLflow'],
  ['optuna', 'Optuna'],
  ['ray', 'Ray'],
  ['pyspark', 'Spark'],
  ['duckdb', 'DuckDB'],
  ['jupyterlab', 'JupyterLab'],
  ['streamlit', 'Streamlit'],
  ['dash', 'Dash'],
  ['fastapi', 'FastAPI'],
]);
const languages: readonly (readonly [RegExp, string])[] = [
  [/python|conda|jupyter|pytorch|tensorflow/i, 'Python'],
  [/(^|[ /:-])r-(ver|base|apt)|rocker|rstudio|tidyverse|\/r:/i, 'R'],
  [/julia/i, 'Julia'],
  [/(^|[ /:-])(javascript-)?node/i, 'JavaScript'],
  [/java(?!script)|openjdk/i, 'Java'],
  [/(^|[ /:-])go(lang)?:/i, 'Go'],
  [/rust/i, 'Rust'],
];

export function traitsOf(definition: EnvironmentDefinition, lock: string | null): EnvironmentTraits {
  if (definition.kind === 'system') return { image: null, languages: [], tools: [], gpu: false };
  const packages = lock === null ? namedIn(definition.requirements) : packagesOf(lock);
  const tools = [...known].flatMap(([key, label]) => {
    const found = packages.find(({ name }) => canonical(name) === key);
    return found ? [`${label} ${found.version}`.trim()] : [];
  });
  if (definition.kind === 'python')
    return { image: null, languages: ['Python'], tools: [...new Set(tools)], gpu: false };
  return ofContainer(definition, tools);
}

function ofContainer(definition: Extract<EnvironmentDefinition, { kind: 'container' }>, tools: readonly string[]) {
  const read = table(parse(definition.devcontainer));
  const from = /^\s*FROM\s+(?:--\S+\s+)*(\S+)/im.exec(definition.dockerfile)?.[1];
  const image = typeof read.image === 'string' ? read.image : (from ?? null);
  const features = Object.keys(table(read.features)).map((id) => id.split('/').at(-1)?.split(':')[0] ?? id);
  const words = [image ?? '', ...features.map((feature) => `${feature}:`)].join(' ');
  const spoken = languages.flatMap(([sign, language]) => (sign.test(words) ? [language] : []));
  const own = [
    ...(definition.requirements.trim() !== '' || definition.conda !== '' ? ['Python'] : []),
    ...(definition.renv !== '' ? ['R'] : []),
  ];
  const { gpu } = table(read.hostRequirements);
  return {
    image,
    languages: [...new Set([...own, ...spoken])],
    tools: [...new Set([...tools, ...features])],
    gpu: gpu !== undefined && gpu !== false,
  };
}

/** What a requirements file names; the version only where it is pinned. */
function namedIn(requirements: string): { readonly name: string; readonly version: string }[] {
  return requirements.split(/\r?\n/).flatMap((line) => {
    const [, name, version = ''] = /^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:==\s*([^\s;,]+))?/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, version }];
  });
}

function table(value: unknown): Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : {};
}
