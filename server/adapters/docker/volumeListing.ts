/**
 * What a volume holds and what its files contain, told by a container that has
 * it read-only and nothing else: first the ignore files, then the name and
 * status of every file, then, of those that it is asked for, archives one after
 * the other. So of a large folder on a machine far away only what is new
 * travels. It uses what images with a shell have: find, stat, xargs and tar.
 */
import { jobPaths } from './jobScript.ts';

/** A file of the volume as it was listed. `stamp` differs when the file was changed. */
export type ListedFile = {
  readonly path: string;
  readonly kind: 'file' | 'link';
  readonly bytes: number;
  readonly stamp: string;
};

export type RuleFile = { readonly path: string; readonly text: string };

/** Larger ones are no lists of patterns. */
const longestRules = 65_536;

const work = `${jobPaths.kept}/${jobPaths.work}`;

/**
 * What it is asked for comes behind its size: not every connection can be ended in one direction alone. Names with a
 * line break in them are not told apart; no client takes such names.
 */
export const listingScript = `
for tool in find stat tar xargs; do
  command -v "$tool" > /dev/null 2>&1 || { echo "lacks $tool"; exit 0; }
done
cd ${work} || exit 1
echo "code $(stat -c %s ../${jobPaths.made})"
cat ../${jobPaths.made}
find . -name .git -prune -o -type f '(' -name .gitignore -o -name .flywheelignore ')' -exec sh -c '
for file; do
  size=$(stat -c %s "$file") && [ "$size" -le ${longestRules} ] && printf "rules %s %s\\n" "$size" "$file" && head -c "$size" "$file" && echo
done' list {} +
find ${jobPaths.kept}/home/venv/lib -maxdepth 3 -name '*.dist-info' 2> /dev/null | while IFS= read -r line; do printf 'home %s\\n' "$line"; done
echo files
find . -name .git -prune -o '(' -type f -o -type l ')' -exec stat -c 'f %f %s %Y.%y.%Z %n' {} +
echo end
IFS= read -r size
[ "$size" = 0 ] || head -c "$size" | xargs -0 tar -cf -
`.trim();

const line = /^f ([0-9a-f]+) (\d+) (.*?) \.\/(.*)$/;
const typeBits = 0o170_000;
const linkBits = 0o120_000;

/** Null for what is no file that was listed. */
export function listedFile(text: string): ListedFile | null {
  const [, mode = '', size = '', times = '', path = ''] = line.exec(text) ?? [];
  if (path === '') return null;
  const kind = (Number.parseInt(mode, 16) & typeBits) === linkBits ? 'link' : 'file';
  return { path, kind, bytes: Number(size), stamp: `${mode} ${size} ${times}` };
}
