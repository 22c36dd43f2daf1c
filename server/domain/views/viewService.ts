/**
 * The `views` entries. A view belongs to the project of the experiment that it
 * was made in. A private one exists for its owner alone; a shared one is
 * changed by its owner and by owners of the project, and read by everyone in it.
 */
import { randomUUID } from 'node:crypto';
import type { CreateViewInput, SavedView, UpdateViewInput } from '../../../protocol/model/view.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError, isDomainError } from '../shared/errors.ts';
import { actorOf, personOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { RoleCheck, StoredView } from './ports.ts';

export type ViewServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly access: RoleCheck;
};

type OfView = { readonly viewId: string };
type Role = 'contributor' | 'owner';

/** A list that nobody could read any more is refused before it exists. */
const mostViews = 500;

export class ViewService {
  readonly #deps: ViewServiceDependencies;

  constructor(deps: ViewServiceDependencies) {
    this.#deps = deps;
  }

  async list({ projectId }: { readonly projectId: string }, { caller }: Call): Promise<SavedView[]> {
    const ownsProject = await this.#has(caller, 'owner', projectId);
    return this.#deps.store.read(async (stores) => {
      const list: SavedView[] = [];
      for (const view of await stores.views.views(projectId, caller.userId)) {
        list.push(await shown(stores, view, isEditable(view, caller, ownsProject)));
      }
      return list;
    });
  }

  async get({ viewId }: OfView, { caller }: Call): Promise<SavedView> {
    const view = await this.#visible(viewId, caller);
    const ownsProject = await this.#has(caller, 'owner', view.projectId);
    return this.#deps.store.read((stores) => shown(stores, view, isEditable(view, caller, ownsProject)));
  }

  async create(input: CreateViewInput, { caller }: Call): Promise<SavedView> {
    const { experimentId, name, shared, content } = input;
    const experiment = await this.#deps.store.read(({ tracking }) => tracking.experiment(experimentId));
    if (experiment === null) throw new DomainError('not-found', `There is no experiment ${experimentId}.`);
    const { projectId } = experiment;
    if (shared) await this.#require(caller, 'contributor', projectId);
    const at = this.#deps.clock.now();
    const view = { id: randomUUID(), projectId, experimentId, name, shared, content, createdAt: at, updatedAt: at };
    const stored = { ...view, ownerId: caller.userId };
    return this.#write('view.saved', caller, async (stores) => {
      await refuseTooMany(stores, stored);
      await stores.views.insertView(stored);
      return stored;
    });
  }

  async update({ viewId, ...change }: UpdateViewInput, { caller }: Call): Promise<SavedView> {
    const view = await this.#editable(viewId, caller);
    if (change.shared && !view.shared) await this.#require(caller, 'contributor', view.projectId);
    const updatedAt = this.#deps.clock.now();
    return this.#write('view.saved', caller, async (stores) => {
      await stores.views.updateView(viewId, { ...change, updatedAt });
      return existing(stores, viewId);
    });
  }

  async delete({ viewId }: OfView, { caller }: Call): Promise<Record<never, never>> {
    const view = await this.#editable(viewId, caller);
    await this.#write('view.deleted', caller, async (stores) => {
      await stores.views.deleteView(viewId);
      return view;
    });
    return {};
  }

  /** Somebody else's private view is told apart from none by nothing. */
  async #visible(viewId: string, caller: Caller): Promise<StoredView> {
    const view = await this.#deps.store.read((stores) => existing(stores, viewId));
    if (!view.shared && view.ownerId !== caller.userId) throw unknownView(viewId);
    return view;
  }

  async #editable(viewId: string, caller: Caller): Promise<StoredView> {
    const view = await this.#visible(viewId, caller);
    if (view.ownerId === caller.userId || (await this.#has(caller, 'owner', view.projectId))) return view;
    throw new DomainError('role-missing', `The view "${view.name}" belongs to somebody else.`, {
      remedy: 'Save it under a new name, or ask its owner or an owner of the project.',
    });
  }

  /** A private view is nobody else's business: its event names it to no one. */
  async #write(
    type: 'view.saved' | 'view.deleted',
    caller: Caller,
    change: (stores: Stores) => Promise<StoredView>,
  ): Promise<SavedView> {
    const { store, clock, feed } = this.#deps;
    const saved = await store.write(async (stores) => {
      const view = await change(stores);
      const detail = { viewId: view.id, shared: view.shared, name: view.shared ? view.name : null };
      const subject = { projectId: view.projectId, experimentId: view.experimentId };
      await stores.events.append({ type, actor: actorOf(caller), subject, detail, at: clock.now() });
      return shown(stores, view, true);
    });
    feed.committed();
    return saved;
  }

  #require(caller: Caller, role: Role, projectId: string): Promise<void> {
    return this.#deps.access.authorize(caller, { kind: 'project', role, of: 'projectId' }, { projectId });
  }

  async #has(caller: Caller, role: Role, projectId: string): Promise<boolean> {
    try {
      await this.#require(caller, role, projectId);
      return true;
    } catch (error) {
      if (isDomainError(error)) return false;
      throw error;
    }
  }
}

function isEditable(view: StoredView, caller: Caller, ownsProject: boolean): boolean {
  return view.ownerId === caller.userId || ownsProject;
}

async function existing(stores: Stores, viewId: string): Promise<StoredView> {
  const view = await stores.views.view(viewId);
  if (view === null) throw unknownView(viewId);
  return view;
}

function unknownView(viewId: string): DomainError {
  return new DomainError('not-found', `There is no saved view ${viewId}.`, {
    field: 'viewId',
    remedy: 'It may have been deleted, or be private to somebody else; choose another view.',
  });
}

async function refuseTooMany(stores: Stores, { projectId, ownerId }: StoredView): Promise<void> {
  const own = (await stores.views.views(projectId, ownerId)).filter((view) => view.ownerId === ownerId);
  if (own.length < mostViews) return;
  throw new DomainError('too-large', `You have ${mostViews} views in this project already.`, {
    field: 'name',
    remedy: 'Delete one that you no longer use.',
  });
}

async function shown(stores: Stores, stored: StoredView, editable: boolean): Promise<SavedView> {
  const { ownerId, ...view } = stored;
  return { ...view, owner: await personOf(stores, ownerId), editable };
}
