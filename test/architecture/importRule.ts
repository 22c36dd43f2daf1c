/**
 * Who may import whom (docs/architecture.md, section 4), as data: the first
 * entry whose folder a file is in decides. `$1` is what the folder's `*` stood for.
 */

export type Rule = {
  readonly from: RegExp;
  /** Files of ours, beside the own folder that `from` names. */
  readonly files: readonly RegExp[];
  /** Packages and `node:` modules. */
  readonly packages: readonly RegExp[];
};

const node = /^node:/;
const any = /./;
const pure = [
  /^chevrotain$/,
  /^croner$/,
  /^cronstrue$/,
  /^diff$/,
  /^mrmime$/,
  /^simple-statistics$/,
  /^pure-rand\//,
  /^yaml$/,
  /^node:crypto$/,
  // The type of a stream alone: no domain file can open one.
  /^node:stream$/,
];
const dom = [
  /^lit(\/|$)/,
  /^@orpc\/(client|contract|server)/,
  /^zod$/,
  /^echarts(\/|$)/,
  /^ag-grid-community$/,
  /^ansi_up$/,
  /^@lit-labs\/virtualizer/,
  /^diff$/,
  /^papaparse$/,
  /^simple-statistics$/,
  /^d3-(contour|delaunay)$/,
  /^ml-random-forest$/,
  /^fflate$/,
];

export const rules: readonly Rule[] = [
  { from: /^protocol\//, files: [/^protocol\//], packages: [/^zod$/, /^@orpc\/contract$/] },

  {
    from: /^server\/domain\/shared\//,
    files: [/^protocol\//, /^server\/domain\/[^/]+\/ports\.ts$/, /^server\/domain\/shared\//],
    packages: pure,
  },
  {
    from: /^server\/domain\/([^/]+)\//,
    files: [
      /^protocol\/(model|events|errors|version)/,
      /^server\/domain\/$1\//,
      /^server\/domain\/[^/]+\/ports\.ts$/,
      /^server\/domain\/shared\//,
    ],
    packages: pure,
  },
  // A work folder is saved on a server as it is on a laptop: the one code for that is the client's.
  {
    from: /^server\/adapters\/git\/saveThread\.ts$/,
    files: [/^server\/adapters\/git\//, /^client\/snapshot\//],
    packages: [node],
  },
  // What of a folder far away is left out of a save is told by the same rules as of one here.
  {
    from: /^server\/adapters\/docker\/volumeMirror\.ts$/,
    files: [
      /^server\/adapters\/docker\//,
      /^client\/snapshot\//,
      /^protocol\/model/,
      /^server\/domain\/[^/]+\/ports\.ts$/,
      /^server\/domain\/shared\//,
    ],
    packages: [any],
  },
  {
    from: /^server\/adapters\/([^/]+)\//,
    files: [
      /^protocol\/(model|events|errors)/,
      /^server\/domain\/[^/]+\/ports\.ts$/,
      /^server\/domain\/shared\//,
      /^server\/adapters\/$1\//,
      /^server\/platform\//,
      /^media\/[^/]+\.schema\.json$/,
    ],
    packages: [any],
  },
  {
    from: /^server\/transport\/([^/]+)\//,
    files: [
      /^protocol\//,
      /^server\/domain\//,
      /^server\/platform\//,
      /^server\/transport\/$1\//,
      /^server\/transport\/http\//,
    ],
    packages: [any],
  },
  { from: /^server\/platform\//, files: [/^server\/platform\//, /^server\/domain\/shared\//], packages: [any] },
  {
    from: /^server\/config\.ts$/,
    files: [/^client\/portFile\.ts$/, /^server\/platform\//, /^server\/domain\/shared\//],
    packages: [any],
  },
  { from: /^server\/[^/]+\.ts$/, files: [/^protocol\//, /^server\//, /^client\/portFile\.ts$/], packages: [any] },

  {
    from: /^client\//,
    files: [/^protocol\//, /^client\//],
    packages: [node, /^@orpc\//, /^isomorphic-git(\/|$)/, /^ignore$/, /^ws$/, /^yaml$/, /^zod$/],
  },
  {
    from: /^cli\//,
    files: [/^protocol\//, /^client\//, /^cli\//, /^server\/(main|config|compose|offline)\.ts$/],
    packages: [any],
  },

  {
    from: /^extension\/features\/([^/]+)\//,
    files: [
      /^protocol\//,
      /^client\//,
      /^extension\/features\/$1\//,
      /^extension\/(panels|platform|connection)\//,
      /^media\/[^/]+\.schema\.json$/,
    ],
    packages: [any],
  },
  { from: /^extension\/platform\//, files: [/^protocol\//, /^extension\/platform\//], packages: [any] },
  { from: /^extension\//, files: [/^protocol\//, /^client\//, /^extension\//], packages: [any] },

  {
    from: /^webviews\/ui\//,
    files: [/^protocol\//, /^webviews\/(app|state|ui)\//],
    packages: [...dom, /^@vscode\/webview-ui-toolkit$/, /^markdown-it$/],
  },
  {
    from: /^webviews\/panels\/([^/]+)\//,
    files: [/^protocol\//, /^webviews\/panels\/$1\//, /^webviews\/(app|state|ui|charts|grid)\//],
    packages: dom,
  },
  { from: /^webviews\//, files: [/^protocol\//, /^webviews\/(app|state|ui|charts|grid)\//], packages: dom },

  {
    from: /^scripts\//,
    files: [
      /^scripts\//,
      /^client\//,
      /^protocol\//,
      /^test\/harness\/reporter\.ts$/,
      /^cli\//,
      /^server\/(main|config)\.ts$/,
    ],
    packages: [any],
  },
  { from: /^test\//, files: [any], packages: [any] },
];

function matches(patterns: readonly RegExp[], text: string, own: string): boolean {
  return patterns.some((pattern) => new RegExp(pattern.source.replace('$1', own)).test(text));
}

/** The version has its one home there. The panels are bundled without it. */
const manifest = /^(cli|client|server|extension|scripts)\//;

/** Why an import is not allowed; null when it is. */
export function refusal(
  from: string,
  target: { readonly specifier: string; readonly file: string | null },
): string | null {
  const rule = rules.find((each) => each.from.test(from));
  if (!rule) return `${from}: no rule covers this folder`;
  if (target.file === 'package.json' && manifest.test(from)) return null;
  const own = rule.from.exec(from)?.[1] ?? '';
  const allowed = target.file ? matches(rule.files, target.file, own) : matches(rule.packages, target.specifier, own);
  return allowed ? null : `${from} may not import ${target.file ?? target.specifier}`;
}
