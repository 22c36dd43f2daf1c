/** What was said while somebody looked elsewhere, in one line. Pure. */
import type { Notice } from '../../../protocol/model/comment.ts';
import { spellOutWithin } from '../../../protocol/spellOut.ts';

const longest = 80;

export function digestOf(notices: readonly Notice[]): string {
  const [only, ...more] = notices;
  if (only === undefined) return '';
  if (more.length === 0) return `${titleOf(only)}: ${excerptOf(only)}`;
  const toMe = notices.filter(({ reason }) => reason === 'mention').length;
  const mentions = toMe === 0 ? '' : toMe === 1 ? ', one mentions you' : `, ${toMe} mention you`;
  return `${notices.length} new comments${mentions}.`;
}

export function titleOf({ reason, comment, projectName }: Notice): string {
  const verb = { mention: 'mentioned you', reply: 'replied', follow: 'commented' }[reason];
  return `${spellOutWithin(comment.author.name)} ${verb} in ${spellOutWithin(projectName)}`;
}

/** The beginning of what was said, in one line. */
export function excerptOf({ comment }: Notice): string {
  const line = spellOutWithin(comment.text.replace(/\s+/g, ' ').trim());
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** What it is on, in words. */
export function placeOf({ target, place }: Notice): string {
  if (target.kind === 'code') return place === null ? target.path : `${target.path}:${place.line}`;
  if (target.kind === 'model') return `model ${target.modelName}`;
  return target.kind === 'project' ? 'the project' : `a ${target.kind}`;
}
