/**
 * Text from outside as it may be shown beside other text: what nobody sees and
 * what reorders its surroundings is spelled out, as `[U+202E]`. It changes
 * nothing that is stored, and must never be used for what is sent or compared.
 */

/** Line ends and tabs are white space on a screen; selectors only choose the look of the sign before them. */
const kept = String.raw`[\t\n\r\p{Variation_Selector}]`;
const unseen = String.raw`[[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--${kept}]`;
/** Joiners are part of the spelling between letters of scripts that have them, and inside composed emoji. */
const joined = String.raw`[[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Variation_Selector}]--[\p{scx=Latn}\p{scx=Cyrl}\p{scx=Grek}\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]]`;
const hidden = new RegExp(String.raw`(?!(?<=${joined})[\u200C\u200D](?=${joined}))${unseen}`, 'gv');
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

export type TextPart = { readonly text: string; readonly hidden: boolean };

/** The text in order, what is hidden in it apart and spelled out. */
export function partsOf(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(hidden)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), hidden: false });
    parts.push({ text: codeOf(match[0]), hidden: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), hidden: false });
  return parts;
}

/** Where only plain text can be shown: titles, labels, tooltips, options. */
export function spellOut(text: string): string {
  return text.replace(hidden, (sign) => `[${codeOf(sign)}]`);
}

/** The same inside a sentence of ours, which a name written from right to left must not turn around. */
export function spellOutWithin(text: string): string {
  const spelled = spellOut(text);
  return rightToLeft.test(spelled) ? `\u2068${spelled}\u2069` : spelled;
}

function codeOf(sign: string): string {
  return `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
