/**
 * SQL's LIKE over a text: `%` is any run of characters, `_` any single one.
 * Walks back only to the last `%`, so no pattern takes more than the product
 * of the two lengths.
 */
export function matchesLike(text: string, pattern: string): boolean {
  const characters = [...text];
  const wanted = [...pattern];
  let at = 0;
  let next = 0;
  let retry: { readonly next: number; at: number } | null = null;
  while (at < characters.length) {
    if (wanted[next] === '%') {
      retry = { next: next + 1, at };
      next += 1;
    } else if (next < wanted.length && (wanted[next] === '_' || wanted[next] === characters[at])) {
      at += 1;
      next += 1;
    } else if (retry !== null) {
      retry.at += 1;
      at = retry.at;
      next = retry.next;
    } else return false;
  }
  return wanted.slice(next).every((character) => character === '%');
}

/** The same without regard to case. */
export function matchesILike(text: string, pattern: string): boolean {
  return matchesLike(text.toLowerCase(), pattern.toLowerCase());
}
