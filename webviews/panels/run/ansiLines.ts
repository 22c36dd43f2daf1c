/**
 * Turns output as it arrives into lines of styled pieces of text. Escapes that
 * set colours are kept, all others dropped; a carriage return overwrites its
 * line, as progress bars expect. Never makes markup.
 */
import { AnsiUp } from 'ansi_up';

export type Piece = { readonly text: string; readonly classes: string; readonly style: string };
/** Plain lines, which are most, stay plain strings: a hundred thousand of them must be cheap. */
export type LogLine =
  | string
  | { readonly pieces: readonly Piece[]; readonly text: string }
  | { readonly notice: string };

type Color = { readonly rgb: readonly number[]; readonly class_name: string } | null;
type Fragment = {
  readonly text: string;
  readonly bold: boolean;
  readonly faint: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly fg: Color;
  readonly bg: Color;
};
/** The two places where the parser would make markup of what it read. */
type Renderer = {
  transform_to_html(fragment: Fragment): string;
  process_hyperlink(link: { readonly text: string; readonly url: string }): string;
};

export class AnsiLines {
  readonly #parser = new AnsiUp();
  #pieces: Piece[] = [];
  #rest = '';

  constructor() {
    this.#parser.use_classes = true;
    const renderer: Renderer = {
      transform_to_html: (fragment) => this.#take(pieceOf(fragment)),
      process_hyperlink: (link) => this.#take({ text: `${link.text} (${link.url})`, classes: '', style: '' }),
    };
    Object.assign(this.#parser, renderer);
  }

  /** The lines that became complete. */
  push(text: string): LogLine[] {
    const parts = (this.#rest + text).split('\n');
    this.#rest = parts.pop() ?? '';
    return parts.map((part) => this.#line(part));
  }

  /** The beginning of a line that has not ended yet, without its colours; null when there is none. */
  get unfinished(): string | null {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is dropped
    const text = overwritten(this.#rest).replace(/\u001b\[[0-9;?]*[A-Za-z]?/g, '');
    return text === '' ? null : text;
  }

  /** What is left when the output has ended. */
  end(): LogLine[] {
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? [] : [this.#line(rest)];
  }

  #line(raw: string): LogLine {
    this.#pieces = [];
    this.#parser.ansi_to_html(`${overwritten(raw)}\n`);
    const last = this.#pieces.at(-1);
    if (last) this.#pieces[this.#pieces.length - 1] = { ...last, text: last.text.replace(/\n$/, '') };
    const pieces = this.#pieces.filter((piece) => piece.text !== '');
    const text = pieces.map((piece) => piece.text).join('');
    return pieces.every((piece) => piece.classes === '' && piece.style === '') ? text : { pieces, text };
  }

  #take(piece: Piece): string {
    this.#pieces.push(piece);
    return '';
  }
}

export function textOf(line: LogLine): string {
  if (typeof line === 'string') return line;
  return 'notice' in line ? line.notice : line.text;
}

function overwritten(raw: string): string {
  const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  return line.slice(line.lastIndexOf('\r') + 1);
}

function pieceOf(fragment: Fragment): Piece {
  const classes: string[] = [];
  const style: string[] = [];
  for (const flag of ['bold', 'faint', 'italic', 'underline'] as const) if (fragment[flag]) classes.push(flag);
  paint(fragment.fg, { suffix: 'fg', property: 'color', classes, style });
  paint(fragment.bg, { suffix: 'bg', property: 'background-color', classes, style });
  return { text: fragment.text, classes: classes.join(' '), style: style.join(';') };
}

type Brush = {
  readonly suffix: string;
  readonly property: string;
  readonly classes: string[];
  readonly style: string[];
};

function paint(color: Color, brush: Brush): void {
  if (!color) return;
  if (color.class_name === 'truecolor') brush.style.push(`${brush.property}:rgb(${color.rgb.join(',')})`);
  else brush.classes.push(`${color.class_name}-${brush.suffix}`);
}
