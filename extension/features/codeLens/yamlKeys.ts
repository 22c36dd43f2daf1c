/** The keys of a YAML file that hold a single value, by their dotted path, as configuration is logged. Pure. */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/yaml';
import type { Parameter } from './pythonCode.ts';

const longest = 300_000;

export function readYaml(text: string): readonly Parameter[] {
  if (text.length > longest) return [];
  const found: Parameter[] = [];
  visit(parser.parse(text).topNode, [], { text, found });
  return found;
}

type Reading = { readonly text: string; readonly found: Parameter[] };

function visit(node: SyntaxNode, path: readonly string[], reading: Reading): void {
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name === 'Pair') visitPair(child, path, reading);
    // What stands in a list has no name of its own.
    else if (!/^(Block|Flow)Sequence$/.test(child.name)) visit(child, path, reading);
  }
}

function visitPair(pair: SyntaxNode, path: readonly string[], reading: Reading): void {
  const key = pair.getChild('Key');
  const value = pair.lastChild;
  if (!key || !value) return;
  const name = reading.text.slice(key.from, key.to).replace(/^(['"])(.*)\1$/, '$2');
  const whole = [...path, name];
  if (/^(Quoted|Block)?Literal$/.test(value.name)) {
    // Loggers that flatten write the path with dots or slashes, others the last name alone.
    const names = new Set([whole.join('.'), whole.join('/'), name]);
    reading.found.push({ names: [...names], from: key.from, to: key.to });
  } else visit(pair, whole, reading);
}
