/**
 * Files that look like a company's code: words with the frequencies of real
 * ones, names in camel and snake case, comments. The same for the same seed.
 */

export type Corpus = { readonly files: Readonly<Record<string, string>> };

const syllables = 'ra lo ti men da ko sel va ni pre con ter mi no gra fe du ba lin qua sto re per am ex'.split(' ');

export function corpus({
  files,
  lines,
  seed,
}: {
  readonly files: number;
  readonly lines: number;
  readonly seed: number;
}): Corpus {
  const random = generator(seed);
  const made: Record<string, string> = {};
  for (let file = 0; file < files; file += 1) {
    const text = Array.from({ length: lines }, () => line(random)).join('\n');
    made[`${word(random)}/${word(random)}_${file}.${file % 20 === 0 ? 'md' : 'py'}`] = text;
  }
  return { files: made };
}

/** Zipf's law: few words are everywhere, most are rare. */
export function word(random: () => number): string {
  const rank = Math.floor(Math.exp(random() * Math.log(30_000)));
  let rest = rank * 7919;
  let text = '';
  do {
    text += syllables[rest % syllables.length];
    rest = Math.floor(rest / syllables.length);
  } while (rest > 0);
  return text;
}

function line(random: () => number): string {
  const words = Array.from({ length: 2 + Math.floor(random() * 5) }, () => word(random));
  const [first = '', second = '', ...others] = words;
  const shape = random();
  if (shape < 0.25) return `    # ${words.join(' ')}`;
  if (shape < 0.5) return `    ${first}_${second} = ${others.join('.')}(${word(random)}=${Math.floor(random() * 100)})`;
  if (shape < 0.7)
    return `        self.${first}${second.charAt(0).toUpperCase()}${second.slice(1)}(${others.join(', ')})`;
  if (shape < 0.85) return `def ${first}_${second}(${others.join(', ')}):`;
  return `    return ${words.join(' + ')}`;
}

export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
