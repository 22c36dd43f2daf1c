/**
 * Bundles what ships: the extension (CommonJS), one bundle a panel, the server
 * with its supervisor and its threads (ESM). `node scripts/build.ts [extension|webviews|server]... [--watch]`.
 * The server and the tests run from source; nothing here is needed for those.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, context, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
const watch = process.argv.includes('--watch');
const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: !watch,
  sourcemap: watch ? 'linked' : false,
  legalComments: 'none',
  logLevel: 'warning',
};

const panels = readdirSync(join(root, 'webviews/panels'));

/** Lets CommonJS dependencies inside an ESM bundle call require, and ask where they are. */
const requireBanner =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url); const __dirname = import.meta.dirname;";

/** The Docker client brings what only its BuildKit sessions use, which are never opened here. */
const withoutSessions: Plugin = {
  name: 'without-sessions',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@grpc\// }, ({ path }) => ({ path, namespace: 'nothing' }));
    onLoad({ filter: /./, namespace: 'nothing' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * What the extension loads when it is first wanted, each a bundle of its own: Git with snapshots for a launch or a
 * comparison, YAML for a sweep.
 */
const apart: Readonly<Record<string, string>> = {
  snapshot: 'client/snapshot/main.ts',
  sweepText: 'client/sweepText.ts',
};
const loadedApart: Plugin = {
  name: 'loaded-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/client\// }, ({ kind, path }) => {
      const name = Object.keys(apart).find((each) => path.endsWith(apart[each] ?? ''));
      return kind === 'dynamic-import' && name ? { path: `./${name}.cjs`, external: true } : undefined;
    });
  },
};

const targets: Readonly<Record<string, BuildOptions>> = {
  extension: {
    ...common,
    entryPoints: { extension: 'extension/extension.ts', ...apart },
    outdir: 'dist/extension',
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Then `import()` of a bundle beside this one is a `require`.
    supported: { 'dynamic-import': false },
    external: ['vscode', 'bufferutil', 'utf-8-validate'],
    mainFields: ['module', 'main'],
    plugins: [loadedApart],
  },
  webviews: {
    ...common,
    entryPoints: Object.fromEntries(panels.map((panel) => [panel, `webviews/panels/${panel}/main.ts`])),
    outdir: 'dist/webviews',
    platform: 'browser',
    format: 'esm',
    // What panels share, and what they fetch when first wanted, lies beside them once.
    splitting: true,
    chunkNames: 'chunk-[hash]',
    // A generator of random numbers asks for it where it is given no seed, which it always is.
    external: ['crypto'],
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.svg': 'text' },
    tsconfig: 'webviews/tsconfig.json',
  },
  server: {
    ...common,
    entryPoints: {
      flywheel: 'cli/flywheel.ts',
      supervisor: 'server/adapters/process/supervisor.ts',
      scanThread: 'server/adapters/sqlite/scanThread.ts',
      searchThread: 'server/adapters/sqlite/search/searchThread.ts',
      batchThread: 'server/transport/mlflow/batchThread.ts',
      saveThread: 'server/adapters/git/saveThread.ts',
    },
    outdir: 'dist/server',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    format: 'esm',
    target: 'node22',
    mainFields: ['module', 'main'],
    // server/main.ts also starts by itself; inside the bundle it is only called.
    define: { 'import.meta.main': 'false' },
    banner: { js: requireBanner },
    // Parts in machine code that the SSH client is only faster with.
    external: ['bufferutil', 'utf-8-validate', 'cpu-features', '*.node'],
    plugins: [withoutSessions],
  },
};

for (const name of named.length > 0 ? named : Object.keys(targets)) {
  const options = targets[name];
  if (!options) throw new Error(`no target ${name}; there are ${Object.keys(targets).join(', ')}`);
  // Chunks are named by content: those of earlier builds would stay, and ship.
  if (options.outdir) rmSync(join(root, options.outdir), { recursive: true, force: true });
  if (watch) await (await context(options)).watch();
  else await build(options);
}
if (watch) console.log('watching');
