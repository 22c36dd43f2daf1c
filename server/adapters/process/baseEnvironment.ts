/**
 * The environment that jobs and builds begin with: what the machine needs to
 * work, by name. Everything else of the server's own environment, its secrets
 * above all, stays with the server.
 */

const always = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TZ', 'LANG', 'LANGUAGE'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'],
  ...['LD_LIBRARY_PATH', 'CUDA_HOME', 'CUDA_PATH', 'CUDA_VISIBLE_DEVICES', 'PYENV_ROOT', 'PYENV_VERSION'],
]);

const threadCounts = ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'NUMEXPR_NUM_THREADS'];

export function baseEnvironment(): Record<string, string> {
  return pick((name) => always.has(name) || name.startsWith('LC_'));
}

/** A build may also use the administrator's settings for pip, such as a mirror. */
export function buildEnvironment(): Record<string, string> {
  const own = pick((name) => always.has(name) || name.startsWith('LC_') || name.startsWith('PIP_'));
  return { ...own, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1', PYTHONUNBUFFERED: '1' };
}

export type JobEnvironment = {
  readonly variables: Readonly<Record<string, string>>;
  readonly cpus: number;
  /** Folder of the virtual environment; null for the system's own tools. */
  readonly virtualEnvironment: string | null;
};

/** Later sources win: the machine's, the tier's, the job's own. */
export function jobEnvironment({ variables, cpus, virtualEnvironment }: JobEnvironment): Record<string, string> {
  const threads = String(Math.max(1, Math.floor(cpus)));
  const tier = Object.fromEntries(threadCounts.map((name) => [name, threads]));
  const merged = { ...baseEnvironment(), ...tier, ...variables };
  if (virtualEnvironment === null) return merged;
  return { ...merged, VIRTUAL_ENV: virtualEnvironment, PATH: `${virtualEnvironment}/bin:${merged.PATH ?? ''}` };
}

function pick(wanted: (name: string) => boolean): Record<string, string> {
  const found: Record<string, string> = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && wanted(name)) found[name] = value;
  }
  return found;
}
