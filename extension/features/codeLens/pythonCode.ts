/**
 * Where a Python file begins to run and where its parameters are defined, by a
 * real parser that also reads what is half typed: options of argparse and
 * click, defaults of the functions that the file itself calls first, and what
 * it logs by a literal name. Pure.
 */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';

export type Parameter = {
  /** Names that it may be logged under, the likeliest first. */
  readonly names: readonly string[];
  /** Of its name in the text. */
  readonly from: number;
  readonly to: number;
};

export type PythonCode = {
  /** Offset of the main block, or of the first statement of a script without one; null for a module to import. */
  readonly entry: number | null;
  readonly parameters: readonly Parameter[];
};

/** A file that long is no script that a person reads. */
const longest = 1_000_000;

export function readPython(text: string): PythonCode {
  if (text.length > longest) return { entry: null, parameters: [] };
  const file = new PythonFile(text);
  return { entry: file.entry(), parameters: file.parameters() };
}

type Argument = { readonly keyword: string | null; readonly value: SyntaxNode };

class PythonFile {
  readonly #text: string;
  readonly #top: readonly SyntaxNode[];
  readonly #main: SyntaxNode | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#top = childrenOf(parser.parse(text).topNode);
    this.#main = this.#top.find((node) => node.name === 'IfStatement' && this.#isMainBlock(node));
  }

  entry(): number | null {
    if (this.#main) return this.#main.from;
    const runs = this.#top.some((node) => isStatement(node) && calls(node).length > 0);
    return runs ? 0 : null;
  }

  parameters(): readonly Parameter[] {
    const found: Parameter[] = [];
    const defaults = this.#entryFunctions();
    for (const top of this.#top) {
      walk(top, (node) => {
        if (node.name === 'CallExpression') found.push(...this.#ofCall(node));
        if (node.name === 'Decorator') found.push(...this.#ofDecorator(node));
        if (node.name === 'FunctionDefinition' && defaults.has(this.#nameOf(node)))
          found.push(...this.#ofDefaults(node));
      });
    }
    return found.sort((a, b) => a.from - b.from);
  }

  /** `if __name__ == "__main__":`, either way round. */
  #isMainBlock(node: SyntaxNode): boolean {
    const condition = node.getChild('BinaryExpression');
    if (!condition) return false;
    const sides = childrenOf(condition).map((side) =>
      side.name === 'String' ? this.#string(side) : this.#textOf(side),
    );
    return sides.includes('__name__') && sides.includes('__main__');
  }

  /** Functions that the file calls by itself, and those that are so named that something else calls them. */
  #entryFunctions(): ReadonlySet<string> {
    const started = this.#main ? [this.#main] : this.#top.filter(isStatement);
    const names = started.flatMap(calls).map((call) => this.#textOf(call.firstChild));
    return new Set([...names, 'main', 'train']);
  }

  #ofCall(call: SyntaxNode): readonly Parameter[] {
    const callee = call.firstChild;
    const method = callee?.name === 'MemberExpression' ? this.#textOf(callee.lastChild) : this.#textOf(callee);
    if (method === 'add_argument') return this.#ofOption(this.#argumentsOf(call));
    if (method === 'log_param') return this.#ofLogged(this.#argumentsOf(call));
    return [];
  }

  #ofDecorator(decorator: SyntaxNode): readonly Parameter[] {
    const name = decorator.getChildren('VariableName').at(-1);
    const isOption = name && /^(option|argument)$/.test(this.#textOf(name));
    return isOption ? this.#ofOption(this.#argumentsOf(decorator)) : [];
  }

  /** `--learning-rate` is logged as `learning_rate` by the script, and as it stands by a launch. */
  #ofOption(given: readonly Argument[]): readonly Parameter[] {
    const flags = given.filter(({ keyword, value }) => keyword === null && value.name === 'String');
    const spelled = flags.map(({ value }) => this.#string(value));
    const dest = given.find(({ keyword }) => keyword === 'dest');
    const long = spelled.find((flag) => flag.startsWith('--')) ?? spelled.find((flag) => !flag.startsWith('-'));
    const first = flags[0]?.value;
    if (!first || long === undefined) return [];
    const bare = long.replace(/^--/, '').replace(/\/.*$/, '');
    const named = dest?.value.name === 'String' ? [this.#string(dest.value)] : [];
    const plain = spelled.filter((flag) => flag !== '' && !flag.startsWith('-'));
    return parameter([...named, ...plain, bare.replaceAll('-', '_'), bare], first);
  }

  #ofLogged(given: readonly Argument[]): readonly Parameter[] {
    const key = given.find(({ keyword, value }) => (keyword === null || keyword === 'key') && value.name === 'String');
    return key ? parameter([this.#string(key.value)], key.value) : [];
  }

  #ofDefaults(node: SyntaxNode): readonly Parameter[] {
    const list = childrenOf(node.getChild('ParamList'));
    const defaults = list.filter((_, at) => list[at]?.name === 'AssignOp');
    return defaults.flatMap((assign) => {
      const before = assign.prevSibling?.name === 'TypeDef' ? assign.prevSibling.prevSibling : assign.prevSibling;
      return before?.name === 'VariableName' ? parameter([this.#textOf(before)], before) : [];
    });
  }

  #argumentsOf(call: SyntaxNode): readonly Argument[] {
    const list = childrenOf(call.getChild('ArgList'));
    return list.flatMap((node, at): Argument[] => {
      const isPart = /^[(),]$|^AssignOp$|^Comment$/.test(node.name) || list[at + 1]?.name === 'AssignOp';
      if (isPart) return [];
      const keyword = list[at - 1]?.name === 'AssignOp' ? this.#textOf(list[at - 2]) : null;
      return [{ keyword, value: node }];
    });
  }

  #nameOf(node: SyntaxNode): string {
    return this.#textOf(node.getChild('VariableName'));
  }

  /** What a literal says; escapes do not occur in names. */
  #string(node: SyntaxNode): string {
    return this.#textOf(node).replace(/^[rRbBuU]*("""|'''|"|')([\s\S]*)\1$/, '$2');
  }

  #textOf(node: SyntaxNode | null | undefined): string {
    return node ? this.#text.slice(node.from, node.to) : '';
  }
}

function parameter(names: readonly string[], { from, to }: SyntaxNode): readonly Parameter[] {
  const known = [...new Set(names)].filter((name) => name !== '' && name.length <= 250);
  return known.length === 0 ? [] : [{ names: known, from, to }];
}

function childrenOf(node: SyntaxNode | null): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child; child = child.nextSibling) children.push(child);
  return children;
}

function walk(node: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  node.cursor().iterate((at) => {
    visit(at.node);
  });
}

/** What runs when the file is run: no definition and no import. */
function isStatement(node: SyntaxNode): boolean {
  return !/^(ImportStatement|FunctionDefinition|ClassDefinition|DecoratedStatement|Comment)$/.test(node.name);
}

function calls(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  walk(node, (at) => {
    if (at.name === 'CallExpression') found.push(at);
  });
  return found;
}
