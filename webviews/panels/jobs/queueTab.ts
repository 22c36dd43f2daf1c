/** What runs and what waits: why, until about when, and in which order, which is changed by drag and by keyboard. */
import { css, html, nothing } from 'lit';
import type { QueuedRun, QueueList } from '../../../protocol/model/queue.ts';
import type { RunSummary } from '../../../protocol/model/run.ts';
import { iconButton } from '../../ui/controls.ts';
import { formatAgo, formatTime, plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { openMenu } from '../../ui/menu.ts';
import { marked, name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { runStateLabel, runStateStyles } from '../../ui/runState.ts';
import { emptyState, problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { jobsStyles } from './jobsStyles.ts';
import { dropTarget, type Step, targetOf } from './queueMoves.ts';

export class QueueTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    queue: { attribute: false },
    failure: { state: true },
    dragged: { state: true },
    over: { state: true },
  };
  declare queue: QueueList;
  declare failure: unknown;
  declare dragged: QueuedRun | null;
  declare over: string;

  static override styles = [
    base,
    stateStyles,
    runStateStyles,
    jobsStyles,
    css`
      :host { display: block; }
      .tiers { display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 20px; }
      .tier { padding: 6px 12px; border: 1px solid var(--fw-edge); border-radius: 4px; background: var(--vscode-editorWidget-background); min-width: 150px; }
      .tier .load { display: flex; gap: 12px; font-size: 12px; color: var(--fw-dim); }
      .c-place { width: 48px; } .c-name { width: 24%; } .c-why { width: 27%; } .c-acts { width: 108px; } .c-state { width: 12%; }
      tr[draggable='true'] { cursor: grab; }
      tr.over td { border-top: 2px solid var(--vscode-focusBorder); }
      tr.dragged { opacity: 0.5; }
      tr:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
      .called { display: flex; align-items: center; gap: 6px; min-width: 0; }
      .place { display: inline-flex; align-items: center; vertical-align: middle; gap: 2px; color: var(--fw-dim); font-variant-numeric: tabular-nums; }
      .hint { margin-top: 8px; color: var(--fw-dim); font-size: 12px; }
      kbd { font: inherit; padding: 0 4px; border: 1px solid var(--fw-edge); border-radius: 3px; }
    `,
  ];

  constructor() {
    super();
    this.failure = undefined;
    this.dragged = null;
    this.over = '';
  }

  override render() {
    const { running, queued, hidden } = this.queue;
    const failed = this.failure === undefined ? nothing : problem(this.failure);
    if (running.length === 0 && queued.length === 0 && hidden === 0) {
      return html`${failed}${emptyState({ icon: 'clock', title: 'Nothing runs and nothing waits', hint: 'Launch a run from VS Code, run a job of flywheel.yaml, or schedule one: what waits for a machine stands here with its place and reason.' })}`;
    }
    return html`${failed}
      <div class="tiers">${this.queue.tiers.map((tier) => this.#tier(tier))}</div>
      <section><h2>Waiting (${queued.length})</h2>${queued.length === 0 ? html`<p class="dim">Nothing waits.</p>` : this.#waiting(queued)}
        ${hidden > 0 ? html`<p class="hint">${plural(hidden, 'run')} of projects that you do not see ${hidden === 1 ? 'waits' : 'wait'} too.</p>` : nothing}</section>
      <section><h2>Running (${running.length})</h2>${running.length === 0 ? html`<p class="dim">Nothing runs.</p>` : this.#running(running)}</section>`;
  }

  #tier({ name: called, places, taken, waiting }: QueueList['tiers'][number]) {
    return html`<div class="tier"><h3 class="cut">${name(called)}</h3><div class="load"><span>${taken} of ${plural(places, 'place')} taken</span><span>${waiting} waiting</span></div></div>`;
  }

  #waiting(queued: readonly QueuedRun[]) {
    return html`<table>
      <thead><tr><th class="c-place">Place</th><th class="c-name">Run</th><th class="wide">Project</th><th class="wide">Tier</th><th class="c-why">Waits because</th><th>Likely starts</th><th class="acts c-acts">Change</th></tr></thead>
      <tbody>${queued.map((each, at) => this.#row(each, at))}</tbody>
    </table>
    <p class="hint">Drag a run, or choose it and press <kbd>Alt+↑</kbd> <kbd>Alt+↓</kbd> to move it among the runs of its project and tier; <kbd>P</kbd> pauses, <kbd>Delete</kbd> cancels. Between projects, turns go to the one that uses least.</p>`;
  }

  #row(each: QueuedRun, at: number) {
    const { run, queue, expectedStart, paused } = each;
    const reason = queue?.reason ?? 'It was just launched.';
    return html`<tr tabindex=${at === 0 ? 0 : -1} data-run=${run.id} draggable="true" class=${this.#drawn(run.id)}
      @keydown=${(event: KeyboardEvent) => this.#key(event, each)} @dragstart=${(event: DragEvent) => this.#drag(event, each)} @dragend=${() => this.#dropped(null)}
      @dragover=${(event: DragEvent) => this.#dragOver(event, each)} @drop=${(event: DragEvent) => this.#drop(event, each)}>
      <td><span class="place">${icon('grip')}${queue?.position ?? ''}</span></td>
      <td title=${spellOut(run.name)}><span class="called"><button class="plain link cut" tabindex="-1" @click=${() => this.#open(run.id)}>${name(run.name)}</button>${this.#signs(each)}</span></td>
      <td class="wide" title=${run.projectId}>${run.projectId}</td>
      <td class="wide">${run.tierId}</td>
      <td title=${spellOut(reason)}>${marked(reason)}</td>
      ${startCell(expectedStart)}
      <td class="acts">
        ${iconButton({ icon: 'pause', label: paused ? 'Resume' : 'Pause', pressed: paused, onClick: () => void this.#pause(each) })}
        ${iconButton({ icon: 'stop', label: 'Cancel', onClick: () => void this.#cancel(run.id) })}
        ${iconButton({ icon: 'more', label: 'More', onClick: (event) => this.#menu(event, each) })}
      </td>
    </tr>`;
  }

  #drawn(runId: string): string {
    if (this.dragged === null) return '';
    return this.dragged.run.id === runId ? 'dragged' : this.over === runId ? 'over' : '';
  }

  #signs({ job, attempt, paused, scheduleId }: QueuedRun) {
    return html`${paused ? html`<span class="sign warn">paused</span>` : nothing}${job === null ? nothing : html`<span class="sign" title="Job of flywheel.yaml">${job}</span>`}${scheduleId === null ? nothing : html`<span class="sign">scheduled</span>`}${attempt > 1 ? html`<span class="sign">attempt ${attempt}</span>` : nothing}`;
  }

  #running(running: QueueList['running']) {
    return html`<table>
      <thead><tr><th class="c-name">Run</th><th class="c-state">State</th><th class="wide">Project</th><th class="wide">Tier</th><th class="wide">By</th><th>Likely ends</th><th class="acts c-acts">Change</th></tr></thead>
      <tbody>${running.map(
        (run) => html`<tr>
          <td title=${spellOut(run.name)}><button class="plain link cut" @click=${() => this.#open(run.id)}>${name(run.name)}</button></td>
          <td title=${run.detail ? spellOut(run.detail) : nothing}>${runStateLabel(run.state)}</td>
          <td class="wide">${run.projectId}</td><td class="wide">${run.tierId}</td><td class="wide">${name(run.createdBy.name)}</td>
          <td>${endWords(run)}</td>
          <td class="acts">${iconButton({ icon: 'stop', label: 'Stop', onClick: () => void this.#cancel(run.id) })}${iconButton({ icon: 'copy', label: 'Clone with changes', onClick: () => this.#clone(run) })}</td>
        </tr>`,
      )}</tbody>
    </table>`;
  }

  #menu(event: Event, each: QueuedRun): void {
    const { left, top, bottom } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const moves: readonly [Step, string, string][] = [
      ['first', 'Move to the front', ''],
      ['up', 'Move up', 'Alt+↑'],
      ['down', 'Move down', 'Alt+↓'],
      ['last', 'Move to the end', ''],
    ];
    openMenu(
      'More for this run',
      [
        ...moves.map(([step, label, hint]) => ({
          label,
          hint,
          disabled: targetOf(this.queue.queued, each, step) === undefined,
          run: () => void this.#step(each, step),
        })),
        { label: 'Clone with changes', icon: 'copy' as const, run: () => this.#clone(each.run) },
        { label: 'Open', run: () => this.#open(each.run.id) },
      ],
      { left, top, bottom },
    );
  }

  #key(event: KeyboardEvent, each: QueuedRun): void {
    if (event.target !== event.currentTarget) return;
    const acts: Readonly<Record<string, () => void>> = {
      ArrowUp: () => (event.altKey ? void this.#step(each, 'up') : this.#focus(each, -1)),
      ArrowDown: () => (event.altKey ? void this.#step(each, 'down') : this.#focus(each, 1)),
      Enter: () => this.#open(each.run.id),
      p: () => void this.#pause(each),
      Delete: () => void this.#cancel(each.run.id),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  #focus({ run }: QueuedRun, by: number): void {
    const at = this.queue.queued.findIndex((each) => each.run.id === run.id);
    const next = this.queue.queued[at + by]?.run.id;
    this.renderRoot.querySelector<HTMLElement>(`tr[data-run='${next}']`)?.focus();
  }

  #drag(event: DragEvent, each: QueuedRun): void {
    event.dataTransfer?.setData('text/plain', each.run.name);
    this.dragged = each;
  }

  #dragOver(event: DragEvent, onto: QueuedRun): void {
    if (this.dragged === null || dropTarget(this.queue.queued, this.dragged, onto) === undefined) return;
    event.preventDefault();
    this.over = onto.run.id;
  }

  #drop(event: DragEvent, onto: QueuedRun): void {
    event.preventDefault();
    this.#dropped(onto);
  }

  #dropped(onto: QueuedRun | null): void {
    const { dragged } = this;
    this.dragged = null;
    this.over = '';
    const before = dragged && onto ? dropTarget(this.queue.queued, dragged, onto) : undefined;
    if (dragged && before !== undefined) void this.#move(dragged.run.id, before);
  }

  async #step(each: QueuedRun, step: Step): Promise<void> {
    const before = targetOf(this.queue.queued, each, step);
    if (before === undefined) return;
    await this.#move(each.run.id, before);
    this.renderRoot.querySelector<HTMLElement>(`tr[data-run='${each.run.id}']`)?.focus();
  }

  #move(runId: string, before: string | null): Promise<void> {
    return this.#act(() => this.app.client.queue.move({ runId, before }));
  }

  #pause({ run, paused }: QueuedRun): Promise<void> {
    const { queue } = this.app.client;
    return this.#act(() => (paused ? queue.resume({ runId: run.id }) : queue.pause({ runId: run.id })));
  }

  #cancel(runId: string): Promise<void> {
    return this.#act(() => this.app.client.runs.stop({ runId }));
  }

  #clone({ id, projectId }: RunSummary): void {
    void this.#act(() => this.app.client.host.open({ panel: 'launch', projectId, cloneOf: id }));
  }

  #open(runId: string): void {
    void this.#act(() => this.app.client.host.open({ panel: 'run', runId }));
  }

  async #act(work: () => Promise<unknown>): Promise<void> {
    try {
      this.failure = undefined;
      await work();
    } catch (error) {
      this.failure = error;
    }
  }
}

function startCell(at: number | null) {
  if (at !== null) return html`<td title=${formatTime(at)}>${soon(at)}</td>`;
  const why = 'No run like those before it has succeeded yet, or somebody has to act first';
  return html`<td class="dim" title=${why}>not known</td>`;
}

function soon(at: number): string {
  return at - Date.now() < 30_000 ? 'any moment' : formatAgo(at);
}

function endWords({ startedAt, expectedEnd }: QueueList['running'][number]) {
  if (startedAt === null) return html`<span class="dim">not started yet</span>`;
  if (expectedEnd === null) return html`<span class="dim">not known</span>`;
  return expectedEnd < Date.now() ? 'longer than usual' : soon(expectedEnd);
}

customElements.define('fw-queue-tab', QueueTab);
