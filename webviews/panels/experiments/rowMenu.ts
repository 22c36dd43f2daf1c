/** The menu of a run's row: the same as its keys do. */
import type { RunRow } from '../../../protocol/model/experiment.ts';
import { isFinal } from '../../../protocol/model/run.ts';
import type { GridCommand } from '../../grid/gridKeys.ts';
import { type MenuItem, openMenu } from '../../ui/menu.ts';
import { spellOut } from '../../ui/name.ts';
import type { Anchor } from '../../ui/popup.ts';

export function openRowMenu(run: RunRow, anchor: Anchor, choose: (command: GridCommand) => void): void {
  const item = (label: string, command: GridCommand, rest: Partial<MenuItem> = {}): MenuItem => ({
    label,
    run: () => choose(command),
    ...rest,
  });
  const deletable = isFinal(run.state) && run.deletedAt === null;
  openMenu(
    `Run ${spellOut(run.name)}`,
    [
      item('Open', 'open', { hint: 'Enter' }),
      item(run.starred ? 'Remove the star' : 'Star', 'star', { icon: 'star', hint: 'S' }),
      item('Colour…', 'colour', { hint: 'C' }),
      item('Note…', 'note', { icon: 'note', hint: 'N' }),
      item('Tags…', 'tags', { icon: 'tag', hint: 'T' }),
      item('Delete', 'delete', { icon: 'trash', hint: 'Delete', disabled: !deletable }),
    ],
    anchor,
  );
}
