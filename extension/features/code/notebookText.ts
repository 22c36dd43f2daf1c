/**
 * A notebook as text for people who compare: what was written, cell by cell,
 * and apart from it what came out. Counters and metadata, which change with
 * every run, are in neither. Pure.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';

const text = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat().join(''));

const output = z.looseObject({
  output_type: z.string(),
  text: text.optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  ename: z.string().optional(),
  evalue: z.string().optional(),
});
const cell = z.looseObject({
  cell_type: z.string(),
  source: text,
  outputs: z.array(output).default([]),
});
const notebook = z.looseObject({ nbformat: z.literal(4), cells: z.array(cell) });

export type NotebookText = { readonly sources: string; readonly outputs: string };

/** Null for what is no notebook of this format. */
export function notebookText(content: Uint8Array): NotebookText | null {
  try {
    const { cells } = notebook.parse(JSON.parse(new TextDecoder().decode(content)));
    const outputs = cells.flatMap((each, at) => (each.outputs.length > 0 ? [outputsOf(each, at)] : []));
    return { sources: cells.map(sourceOf).join('\n'), outputs: outputs.join('\n') };
  } catch {
    return null;
  }
}

type Cell = z.infer<typeof cell>;

/** In the form that editors know as cells of a Python file. */
function sourceOf({ cell_type: kind, source }: Cell): string {
  if (kind === 'code') return `# %%\n${source}\n`;
  const commented = source.split('\n').map((line) => `# ${line}`.trimEnd());
  return `# %% [${kind}]\n${commented.join('\n')}\n`;
}

function outputsOf({ outputs }: Cell, at: number): string {
  return `── cell ${at + 1} ──\n${outputs.map(outputOf).join('\n')}\n`;
}

function outputOf({ output_type: kind, text: printed, data = {}, ename, evalue }: z.infer<typeof output>): string {
  if (printed !== undefined) return printed.trimEnd();
  if (ename !== undefined) return `${ename}: ${evalue ?? ''}`;
  const parts = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return parts.length === 0 ? `[${kind}]` : parts.map(([type, value]) => dataOf(type, value)).join('\n');
}

/** Text as it is; of anything else its type and a mark that changes with it. */
function dataOf(type: string, value: unknown): string {
  const plain = text.safeParse(value);
  if (type === 'text/plain' && plain.success) return plain.data.trimEnd();
  const whole = plain.success ? plain.data : JSON.stringify(value);
  return `[${type}, ${whole.length} characters, ${createHash('sha1').update(whole).digest('hex').slice(0, 8)}]`;
}
