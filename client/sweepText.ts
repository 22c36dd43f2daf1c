/** The text of a `sweep.yaml`: what it says, or every mistake in it with its place. */
import { isNode, LineCounter, parseDocument } from 'yaml';
import { type ReadSweep, readSweepFile, type SweepFile } from '../protocol/model/sweepFile.ts';

export { toSweepFields } from '../protocol/model/sweepFile.ts';

export type TextProblem = {
  readonly message: string;
  /** Characters from the beginning. */
  readonly from: number;
  readonly to: number;
  /** Counted from 1. */
  readonly line: number;
};
export type SweepText = { readonly file: SweepFile | null; readonly problems: readonly TextProblem[] };

/** More is no definition, and slow to read. */
const longest = 200_000;

export function readSweepText(text: string): SweepText {
  if (text.length > longest) {
    const message = `The file is longer than ${longest} characters.`;
    return { file: null, problems: [{ message, from: 0, to: 0, line: 1 }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (offset: number) => lines.linePos(offset).line;
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos: [from, to] }) => ({ message, from, to, line: lineOf(from) }));
    return { file: null, problems };
  }
  // Aliases are few in what people write; a file that multiplies itself is refused.
  const read = readContent(() => document.toJS({ maxAliasCount: 50 }));
  const problems = read.problems.map(({ path, message }) => {
    const [from, to] = rangeOf(document, path);
    return { message, from, to, line: lineOf(from) };
  });
  return { file: read.file, problems };
}

function readContent(content: () => unknown): ReadSweep {
  try {
    return readSweepFile(content());
  } catch (error) {
    return { file: null, problems: [{ path: [], message: error instanceof Error ? error.message : String(error) }] };
  }
}

/** Of the node at the path, or of the nearest one above it that is there. */
function rangeOf(document: ReturnType<typeof parseDocument>, path: readonly (string | number)[]): [number, number] {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return [node.range[0], node.range[1]];
  }
  return [0, 0];
}
