/** What opens between the toolbar and the table: the filter as a form, and what the runs are grouped by. */
import { html, nothing } from 'lit';
import type { ViewContent } from '../../../protocol/model/view.ts';
import type { PanelApp } from '../../app/client.ts';
import './filterBuilder.ts';
import { groupBar } from './groupBar.ts';
import type { TableColumn } from './tableColumn.ts';

type BarsFor = {
  readonly app: PanelApp;
  readonly settings: ViewContent;
  readonly offered: readonly TableColumn[];
  readonly open: { readonly building: boolean; readonly grouping: boolean };
  readonly onChange: (change: Pick<ViewContent, 'groupBy'>) => void;
  readonly onFilter: (filter: string) => void;
};

export function bars({ app, settings, offered, open, onChange, onFilter }: BarsFor) {
  const { filter, groupBy } = settings;
  const builder = html`<fw-filter-builder .app=${app} .columns=${offered} .value=${filter} @filter=${(event: CustomEvent<string>) => onFilter(event.detail)}></fw-filter-builder>`;
  const groups = groupBar({ groupBy, offered, onChange: (by) => onChange({ groupBy: [...by] }) });
  return html`${open.building ? builder : nothing}${open.grouping || groupBy.length > 0 ? groups : nothing}`;
}
