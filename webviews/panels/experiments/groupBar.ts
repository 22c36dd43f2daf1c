/** By which columns the runs are grouped: up to three, each taken away by its cross. */
import { html, nothing } from 'lit';
import { dropdown, iconButton } from '../../ui/controls.ts';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';
import { columnOf, type TableColumn } from './tableColumn.ts';

const most = 3;

type GroupBarOptions = {
  readonly groupBy: readonly string[];
  readonly offered: readonly TableColumn[];
  readonly onChange: (groupBy: readonly string[]) => void;
};

/** What is the same in no two runs makes no groups. */
export const groupable = (column: TableColumn): boolean =>
  column.grammar !== null &&
  column.section !== 'metrics' &&
  column.section !== 'system' &&
  column.holds !== 'number' &&
  column.key !== 'name';

export function groupBar({ groupBy, offered, onChange }: GroupBarOptions) {
  const rest = offered.filter((column) => groupable(column) && !groupBy.includes(column.id)).slice(0, 500);
  const options = [
    { value: '', text: groupBy.length === 0 ? 'No grouping' : 'and by…' },
    ...rest.map((column) => ({ value: column.id, text: spellOut(column.label) })),
  ];
  return html`<div class="groups" role="group" aria-label="Grouped by">
    ${icon('group')}
    ${groupBy.map((id) => {
      const label = columnOf(id)?.label ?? id;
      return html`<span class="chip">${name(label)}${iconButton({ icon: 'close', label: `Do not group by ${spellOut(label)}`, onClick: () => onChange(groupBy.filter((one) => one !== id)) })}</span>`;
    })}
    ${groupBy.length >= most ? nothing : html`<div class="add">${dropdown({ label: 'Group by', value: '', options, onChange: (id) => id !== '' && onChange([...groupBy, id]) })}</div>`}
  </div>`;
}
