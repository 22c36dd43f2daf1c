/** Comparisons of a form as the text of a filter. The server takes a text apart again; nothing here reads one. Pure. */
import type { ParsedFilter } from '../../../protocol/model/experiment.ts';

export type Comparison = ParsedFilter['comparisons'][number];
export type Holds = Comparison['kind'];

const presence = [
  ['IS NOT NULL', 'is there'],
  ['IS NULL', 'is missing'],
] as const;

/** In the order in which people think of them; each in words for the list. */
export const operators: Readonly<Record<Holds, readonly (readonly [string, string])[]>> = {
  number: [
    ['>', 'greater than'],
    ['>=', 'at least'],
    ['<', 'less than'],
    ['<=', 'at most'],
    ['=', 'equal to'],
    ['!=', 'not'],
    ...presence,
  ],
  text: [['=', 'is'], ['!=', 'is not'], ['LIKE', 'like'], ['ILIKE', 'like, in any case'], ...presence],
  listable: [
    ['=', 'is'],
    ['!=', 'is not'],
    ['LIKE', 'like'],
    ['ILIKE', 'like, in any case'],
    ['IN', 'one of'],
    ['NOT IN', 'none of'],
    ...presence,
  ],
};

export function writeFilter(comparisons: readonly Comparison[]): string {
  return comparisons.map(writeComparison).join(' AND ');
}

function writeComparison({ column, operator, value }: Comparison): string {
  if (value === null) return `${column} ${operator}`;
  if (Array.isArray(value)) return `${column} ${operator} (${value.map(quoted).join(', ')})`;
  return `${column} ${operator} ${typeof value === 'number' ? String(value) : quoted(String(value))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** What was typed as the value that the column and operator take; null while it is none. */
export function valueFrom(text: string, holds: Holds, operator: string): Comparison['value'] {
  if (holds === 'number') {
    const number = Number(text);
    return text.trim() !== '' && Number.isFinite(number) ? number : null;
  }
  if (operator !== 'IN' && operator !== 'NOT IN') return text;
  const items = text.split(',').map((item) => item.trim());
  return items.every((item) => item !== '') ? items : null;
}

export function textOfValue(value: Comparison['value']): string {
  return Array.isArray(value) ? value.join(', ') : String(value ?? '');
}
