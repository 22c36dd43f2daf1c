/** Asks why a project moves to another stage: whoever looks later wants to know. */
import { askText } from './askText.ts';
import { spellOut } from './name.ts';
import type { Anchor } from './popup.ts';

export type StageMove = { readonly project: string; readonly from: string; readonly to: string };

/** Null when it was left. */
export async function askStageReason({ project, from, to }: StageMove, at: Anchor): Promise<string | null> {
  const answer = await askText(
    {
      title: `${spellOut(project)}: ${from} → ${to}`,
      action: 'Move',
      fields: [{ name: 'reason', label: 'Why?', kind: 'text', placeholder: 'What was reached, or what changed' }],
    },
    at,
  );
  return answer?.reason?.trim() ?? null;
}
