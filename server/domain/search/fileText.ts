/**
 * What of a file is searched: text in UTF-8 up to a limit, of notebooks the
 * cells and the text of their outputs. Data and what tools make are left to
 * those who look for them by name elsewhere: numbers would fill the index.
 */
import type { FileKind, FileText, MissingFile } from './ports.ts';

/** A larger file is not read; of a notebook most is pictures, so it may be larger. */
export const largestFile = 2 ** 20;
export const largestNotebook = 16 * 2 ** 20;

const documents = new Set(['md', 'markdown', 'rst', 'txt', 'adoc', 'org', 'tex', 'html', 'htm', 'qmd', 'rmd']);
const left = new Set(['csv', 'tsv', 'jsonl', 'ndjson', 'svg', 'lock', 'map', 'log', 'libsvm', 'arff']);
const leftNames = new Set(['package-lock.json', 'pnpm-lock.yaml', 'poetry.lock', 'uv.lock']);

const langs: Readonly<Record<string, string>> = {
  ...{ py: 'python', pyi: 'python', pyx: 'python', r: 'r', jl: 'julia', sql: 'sql', sas: 'sas', scala: 'scala' },
  ...{ sh: 'shell', bash: 'shell', ps1: 'powershell', js: 'javascript', mjs: 'javascript', cjs: 'javascript' },
  ...{ jsx: 'javascript', ts: 'typescript', tsx: 'typescript', java: 'java', kt: 'kotlin', go: 'go', rs: 'rust' },
  ...{ c: 'c', h: 'c', cc: 'cpp', cpp: 'cpp', hpp: 'cpp', cu: 'cuda', cs: 'csharp', rb: 'ruby', php: 'php' },
  ...{ m: 'matlab', stan: 'stan', yaml: 'yaml', yml: 'yaml', toml: 'toml', json: 'json', css: 'css', tf: 'terraform' },
  ...{ md: 'markdown', markdown: 'markdown', rst: 'restructuredtext', txt: 'text', html: 'html', ipynb: 'python' },
};

export function largestOf(path: string): number {
  return extensionOf(path) === 'ipynb' ? largestNotebook : largestFile;
}

/** Whether it is worth reading at all. */
export function isSearched(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return !left.has(extensionOf(path)) && !leftNames.has(name) && !name.includes('.min.');
}

/** Null for what is no text. Bytes that are no UTF-8 become the sign for that; the rest of the file is found. */
export function fileText(file: MissingFile, content: Uint8Array): FileText | null {
  if (content.subarray(0, 8000).includes(0)) return null;
  const text = new TextDecoder().decode(content);
  const extension = extensionOf(file.path);
  if (extension === 'ipynb') {
    const cells = notebookText(text);
    return cells === null ? null : { ...file, kind: 'notebook', ...cells };
  }
  return { ...file, kind: kindOf(file.path, extension), lang: langs[extension] ?? null, text };
}

function kindOf(path: string, extension: string): FileKind {
  if (documents.has(extension)) return 'document';
  return /(^|\/)(readme|changelog|licen[cs]e|notice)[^/]*$/i.test(path) && extension === '' ? 'document' : 'code';
}

function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

type Cell = { readonly source?: unknown; readonly outputs?: unknown };

function notebookText(json: string): { readonly text: string; readonly lang: string } | null {
  try {
    const book = JSON.parse(json) as { cells?: unknown; metadata?: { kernelspec?: { language?: unknown } } };
    if (!Array.isArray(book.cells)) return null;
    const lang = book.metadata?.kernelspec?.language;
    const text = (book.cells as readonly Cell[]).flatMap((cell) => [joined(cell.source), ...outputs(cell)]);
    return {
      text: text
        .filter((each) => each !== '')
        .join('\n\n')
        .slice(0, largestFile),
      lang: typeof lang === 'string' && lang !== '' ? lang.toLowerCase().slice(0, 40) : 'python',
    };
  } catch {
    return null;
  }
}

type Output = { readonly text?: unknown; readonly data?: Readonly<Record<string, unknown>>; readonly evalue?: unknown };

function outputs(cell: Cell): readonly string[] {
  if (!Array.isArray(cell.outputs)) return [];
  return (cell.outputs as readonly Output[]).map((output) =>
    [joined(output.text), joined(output.data?.['text/plain']), joined(output.evalue)].filter((each) => each).join('\n'),
  );
}

/** A notebook writes text as one string or as its lines. */
function joined(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string').join('') : '';
}
