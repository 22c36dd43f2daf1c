/** Turns the text of catalog.json into a catalog, or into what is wrong with it and on which line. */
import {
  findNodeAtLocation,
  type JSONPath,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { type CatalogModel, catalogModel } from './catalogModel.ts';

export type CatalogReading =
  | { readonly ok: true; readonly catalog: CatalogModel }
  | { readonly ok: false; readonly problem: string };

const syntax = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false } as const;

export function readCatalog(text: string): CatalogReading {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, syntax);
  const [first] = errors;
  if (first || !tree) return problemAt(text, first?.offset ?? 0, syntaxProblem(first));
  const result = catalogModel.safeParse(JSON.parse(text));
  if (result.success) return { ok: true, catalog: result.data };
  const [issue] = result.error.issues;
  const path = issue?.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : (issue?.path ?? []);
  const node = nearestNode(tree, path as JSONPath);
  return problemAt(text, node.offset, `${path.join('.') || 'catalog'}: ${issue?.message ?? 'not a catalog'}`);
}

function syntaxProblem(error: ParseError | undefined): string {
  if (!error) return 'empty';
  // "PropertyNameExpected" reads as "property name expected".
  return printParseErrorCode(error.error)
    .replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)
    .trim();
}

/** The value at the path, or the closest thing around where it is missing. */
function nearestNode(tree: Node, path: JSONPath): Node {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node) return node;
  }
  return tree;
}

function problemAt(text: string, offset: number, problem: string): CatalogReading {
  const before = text.slice(0, offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { ok: false, problem: `line ${before.length}, column ${column}: ${problem}` };
}
