/**
 * Rows of a grouped table: groups with what the server computed over all of
 * their runs, and the members of those that are open, fetched when they come
 * into sight. Keeps which groups are open; forgets it when the question changes.
 */
import type { PanelApp } from '../../app/client.ts';
import type { BlockRequest, RowBlock } from '../../grid/runGrid.ts';
import { type Group, type GroupEntry, groupId, type RunEntry } from '../../grid/tableRow.ts';
import { rowCount, type Segment, segmentsOf } from './groupSegments.ts';
import { entryOf, keysOf, orderText, type RowQuestion } from './searchRows.ts';
import { columnOf } from './tableColumn.ts';

type Open = { readonly index: number; readonly runs: number; readonly values: Group['values'] };
type GroupPage = { readonly groups: readonly Group[]; readonly total: number; readonly offset: number };

export class GroupedRows {
  readonly #app: () => PanelApp;
  readonly #question: () => RowQuestion;
  readonly #open = new Map<string, Open>();
  /** Where each group that was seen stands. */
  readonly #places = new Map<string, number>();
  #total = 0;
  #runs = 0;

  constructor(app: () => PanelApp, question: () => RowQuestion) {
    this.#app = app;
    this.#question = question;
  }

  restart(): void {
    this.#open.clear();
    this.#places.clear();
    this.#total = 0;
  }

  toggle({ id, group, open }: GroupEntry): void {
    const index = this.#places.get(id);
    if (open) this.#open.delete(id);
    else if (index !== undefined) this.#open.set(id, { index, runs: group.runs, values: group.values });
  }

  async block(
    request: BlockRequest,
    again = true,
  ): Promise<RowBlock & { readonly runs: number; readonly exact: boolean }> {
    // Before the first answer nothing is known but that there may be groups.
    const groups = this.#total || request.offset + request.limit;
    const segments = segmentsOf(this.#inOrder(), groups, request);
    const before = JSON.stringify(this.#inOrder());
    const counted = request.offset === 0 ? this.#count() : undefined;
    const pieces = await Promise.all(segments.map((segment) => this.#piece(segment, request)));
    await counted;
    // Runs came or went and moved open groups: what was asked for is then of another place.
    if (again && before !== JSON.stringify(this.#inOrder())) return this.block(request, false);
    return { rows: pieces.flat(), total: rowCount(this.#inOrder(), this.#total), runs: this.#runs, exact: true };
  }

  /** The runs in all groups: groups do not say it while some are not fetched. */
  async #count(): Promise<void> {
    const { experimentId, settings } = this.#question();
    const { filter, runs: view } = settings;
    const asked = { experimentIds: [experimentId], filter, view, limit: 1, ...keysOf([]) };
    this.#runs = (await this.#app().client.experiments.search(asked)).total;
  }

  #inOrder(): Open[] {
    return [...this.#open.values()].sort((one, other) => one.index - other.index);
  }

  #piece(segment: Segment, request: BlockRequest): Promise<readonly (GroupEntry | RunEntry)[]> {
    return segment.kind === 'groups' ? this.#groupEntries(segment, request) : this.#members(segment, request);
  }

  async #groupEntries(
    { offset, limit }: Extract<Segment, { kind: 'groups' }>,
    request: BlockRequest,
  ): Promise<readonly GroupEntry[]> {
    const { groups, total } = await this.#ask({ offset, limit }, request);
    this.#total = total;
    return groups.map((group, at) => this.#entry(group, offset + at));
  }

  #entry(group: Group, index: number): GroupEntry {
    const id = groupId(group.values);
    this.#places.set(id, index);
    const open = this.#open.has(id);
    if (open) this.#open.set(id, { index, runs: group.runs, values: group.values });
    return { kind: 'group', id, group, open };
  }

  async #ask(range: { offset: number; limit: number }, request: BlockRequest): Promise<GroupPage> {
    const { experimentId, settings } = this.#question();
    const metrics = request.columns.flatMap((id) => {
      const column = columnOf(id);
      return column?.kind === 'metric' && column.grammar ? [column.grammar] : [];
    });
    const groupBy = settings.groupBy.flatMap((id) => columnOf(id)?.grammar ?? []);
    const sortable = request.sort.filter(({ id }) => settings.groupBy.includes(id) || columnOf(id)?.kind === 'metric');
    const page = await this.#app().client.experiments.group({
      experimentIds: [experimentId],
      filter: settings.filter,
      view: settings.runs,
      groupBy,
      metrics: metrics.slice(0, 50),
      orderBy: orderText(sortable),
      ...range,
    });
    return { groups: page.rows, total: page.total, offset: range.offset };
  }

  async #members(segment: Extract<Segment, { kind: 'members' }>, request: BlockRequest): Promise<readonly RunEntry[]> {
    const open = this.#inOrder().find(({ index }) => index === segment.index);
    if (!open) return [];
    const { experimentId, settings } = this.#question();
    const page = await this.#app().client.experiments.search({
      experimentIds: [experimentId],
      filter: settings.filter,
      view: settings.runs,
      orderBy: orderText(request.sort),
      offset: segment.offset,
      limit: segment.limit,
      ...keysOf(request.columns),
      inGroup: { columns: settings.groupBy.flatMap((id) => columnOf(id)?.grammar ?? []), values: [...open.values] },
    });
    return page.rows.map((run) => entryOf(run, request.columns, true));
  }
}
