/**
 * The `events` entries. A subscription reads the one log from a position on,
 * both for what was missed and for what comes, so nothing is lost or doubled
 * where replay meets live.
 */
import type { EventMessage, FlywheelEvent, ListEventsInput, SubscribeInput } from '../../../protocol/events.ts';
import type { Visibility } from '../shared/access.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { Store } from '../shared/store.ts';
import { until } from '../shared/wakeup.ts';
import type { EventHub, Listener } from './eventHub.ts';
import { canSeeEvent, canSeeProject, changesView, isFarewell, type View } from './eventVisibility.ts';

export type EventServiceDependencies = {
  readonly store: Store;
  readonly hub: EventHub;
  readonly visibility: Visibility;
};

type Subscription = { readonly view: View; readonly listener: Listener; readonly signal: AbortSignal };

/** A list looks at no more than this many pages for events that the caller may see. */
const listPages = 20;

export class EventService {
  readonly #deps: EventServiceDependencies;

  constructor(deps: EventServiceDependencies) {
    this.#deps = deps;
  }

  async *subscribe(input: SubscribeInput, call: Call): AsyncGenerator<EventMessage, void, void> {
    const view = await this.#viewOf(call.caller, input.projectId);
    const listener = this.#deps.hub.listen();
    try {
      const { clock, isLost, from } = await this.#place(input.after);
      yield { kind: 'ready', clock };
      if (isLost) yield { kind: 'reset', clock };
      yield* this.#from(from, { view, listener, signal: call.signal });
    } finally {
      listener.close();
    }
  }

  async list(input: ListEventsInput, { caller }: Call): Promise<readonly FlywheelEvent[]> {
    const { runId, kinds, actorId } = input;
    const view = await this.#viewOf(caller, input.projectId);
    if (runId !== undefined) await this.#requireRun(runId, view);
    const projectIds = input.projectId === undefined ? view.projects : [input.projectId];
    return this.#deps.store.read(async ({ events }) => {
      const found: FlywheelEvent[] = [];
      let before = input.before;
      for (let page = 0; page < listPages && found.length < input.limit; page += 1) {
        const batch = await events.list({ projectIds, runId, kinds, actorId, before, limit: input.limit });
        found.push(...batch.filter((event) => canSeeEvent(view, event)));
        if (batch.length < input.limit) break;
        before = batch.at(-1)?.clock;
      }
      return found.slice(0, input.limit);
    });
  }

  async *#from(start: number, { view, listener, signal }: Subscription): AsyncGenerator<EventMessage, void, void> {
    let position = start;
    let current = view;
    while (!signal.aborted) {
      const changed = listener.next();
      const events = await this.#deps.hub.after(position);
      for (const event of events) {
        const before = current;
        current = await this.#viewAt(event, current);
        if (canSeeEvent(current, event) || (isFarewell(event) && canSeeEvent(before, event)))
          yield { kind: 'event', event };
        refuseRevoked(event, view.caller);
        position = event.clock;
      }
      yield* touchedMessages(listener, current, position);
      if (events.length === 0) await until(signal, changed);
    }
  }

  /** Where a subscription begins; lost when what it missed is no longer there, or never was. */
  async #place(after: number | undefined) {
    return this.#deps.store.read(async ({ events }) => {
      const [clock, oldest] = [await events.clock(), await events.oldest()];
      const isLost = after !== undefined && (after < oldest || after > clock);
      return { clock, isLost, from: after === undefined || isLost ? clock : after };
    });
  }

  async #viewOf(caller: Caller, projectId: string | undefined): Promise<View> {
    const view = { caller, projects: await this.#deps.visibility.visibleProjects(caller), projectId };
    if (projectId !== undefined && !canSeeProject(view, projectId)) {
      throw new DomainError('not-found', `There is no project ${projectId}.`, { field: 'projectId' });
    }
    return view;
  }

  async #requireRun(runId: string, view: View): Promise<void> {
    const run = await this.#deps.store.read(({ runs }) => runs.run(runId));
    if (run !== null && canSeeProject(view, run.projectId)) return;
    throw new DomainError('not-found', `There is no run ${runId}.`, { field: 'runId', remedy: 'Check the id.' });
  }

  /** A subscription that goes on sees less where one that begins would be refused. */
  async #viewAt(event: FlywheelEvent, view: View): Promise<View> {
    if (!changesView(event, view.caller)) return view;
    return { ...view, projects: await this.#deps.visibility.visibleProjects(view.caller) };
  }
}

function* touchedMessages(listener: Listener, view: View, clock: number): Generator<EventMessage, void, void> {
  const touched = listener.takeTouched();
  if (touched === 'all') yield { kind: 'reset', clock };
  else {
    const runs = touched.filter(({ projectId }) => canSeeProject(view, projectId));
    if (runs.length > 0) yield { kind: 'touched', clock, runs };
  }
}

/** A subscription does not outlive its token. */
function refuseRevoked({ type, subject }: FlywheelEvent, caller: Caller): void {
  const isToken = type === 'token.revoked' && subject.tokenId !== undefined && subject.tokenId === caller.tokenId;
  const isAccount = (type === 'user.disabled' || type === 'user.signed-out') && subject.userId === caller.userId;
  if (!isToken && !isAccount) return;
  throw new DomainError('token-unknown', 'This token was revoked.', { remedy: 'Sign in again.' });
}
