/** Who is mentioned in a text. Pure. */
import { mostMentions } from '../../../protocol/model/comment.ts';

/** An @ that begins a word, then a user id; not in an address of mail, and not in code. */
const mention = /(?<![\w@/.])@([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?![\w@])/g;
const code = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;

/** Ids in the order of the text, each once, whether or not there is such a person. */
export function mentionsIn(text: string): readonly string[] {
  const ids = [...text.replace(code, ' ').matchAll(mention)].map(([, id = '']) => id);
  return [...new Set(ids)].slice(0, mostMentions);
}
