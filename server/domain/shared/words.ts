/**
 * The words of a text as they are indexed, asked for and marked: one rule for
 * all three. An identifier gives its parts and, where they are joined by
 * capitals alone, itself as a whole before them; scripts that set no blanks
 * between words give each letter. Case, width and accents do not count.
 */

export type Word = {
  /** Folded. */
  readonly text: string;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
};

const run = /[\p{L}\p{N}\p{M}]+/gu;
const seam = /(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
const plain = /^[\x00-\x7f]*$/;
/** What is longer is no word: encoded data would fill the index. */
const longestWord = 64;

function fold(text: string): string {
  if (plain.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC')
    .toLowerCase();
}

export function wordsIn(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(run)) addRun(words, match[0], match.index);
  return words;
}

/** Parts of one identifier, without itself as a whole. */
export function partsIn(text: string): readonly string[] {
  return wordsIn(text)
    .filter((word, at, all) => !isWhole(word, all[at + 1]))
    .map((word) => word.text);
}

function isWhole(word: Word, next: Word | undefined): boolean {
  return next !== undefined && next.from === word.from;
}

function addRun(words: Word[], text: string, from: number): void {
  if (unspaced.test(text)) addLetters(words, text, from);
  else if (text.length <= longestWord) addParts(words, text, from);
}

function addParts(words: Word[], text: string, from: number): void {
  const parts = text.split(seam);
  if (parts.length > 1) add(words, text, from);
  let at = from;
  for (const part of parts) {
    add(words, part, at);
    at += part.length;
  }
}

/** Letters of such scripts one by one; what stands between them, as Latin digits, together. */
function addLetters(words: Word[], text: string, from: number): void {
  let other = '';
  let at = from;
  for (const letter of text) {
    if (unspaced.test(letter)) {
      add(words, other, at - other.length);
      other = '';
      add(words, letter, at);
    } else other += letter;
    at += letter.length;
  }
  add(words, other, at - other.length);
}

/** Of one word: signs that come out of its letters, as the brackets of ⑴, are left out. */
export function foldWord(word: string): string {
  return fold(word).replace(/[^\p{L}\p{N}]+/gu, '');
}

function add(words: Word[], part: string, from: number): void {
  const text = part.length > longestWord ? '' : foldWord(part);
  if (text !== '') words.push({ text, from, to: from + part.length });
}
