/**
 * What the table of the chosen experiment is set to, and the saved view that it
 * came from: taken from the view, from what is remembered, or as it comes.
 * Whatever the person changes is remembered at once.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Columns } from '../../../protocol/model/experiment.ts';
import type { SavedView, ViewContent } from '../../../protocol/model/view.ts';
import type { PanelClient } from '../../state/panelClient.ts';
import { firstSettings, readSettings } from './settings.ts';
import { TableMemory } from './tableMemory.ts';

type Owner = {
  readonly client: () => PanelClient;
  readonly experimentId: () => string;
  readonly failed: (error: unknown) => void;
};

const recentFilters = 10;

export class TableSettings implements ReactiveController {
  /** Null until the experiment's columns and what is remembered of it are known. */
  settings: ViewContent | null = null;
  savedView: SavedView | null = null;
  recent: readonly string[] = [];
  readonly #host: ReactiveControllerHost;
  readonly #owner: Owner;
  readonly #memory: TableMemory;
  #recalled: Promise<void> = Promise.resolve();
  #asked: string | null = null;

  constructor(host: ReactiveControllerHost, owner: Owner) {
    this.#host = host;
    this.#owner = owner;
    this.#memory = new TableMemory(owner.client, owner.experimentId);
    host.addController(this);
  }

  hostConnected(): void {}

  /** Another experiment, perhaps in a view of it. What is known of its table is shown before its columns are. */
  reset(view: SavedView | null): void {
    this.settings = view && readSettings(view.content);
    this.savedView = view;
    this.recent = [];
    this.#recalled = this.#recall(this.#owner.experimentId());
    this.#host.requestUpdate();
  }

  async take(columns: Columns): Promise<void> {
    const id = this.#owner.experimentId();
    await this.#recalled;
    // Until runs have logged something there is little to show, and nothing that anyone chose.
    if (id !== this.#owner.experimentId() || (this.settings && this.settings.columns.length > 4)) return;
    this.settings = { ...firstSettings(columns), filter: this.settings?.filter ?? '' };
    this.#applyAsked();
    this.#host.requestUpdate();
  }

  async #recall(id: string): Promise<void> {
    const { settings, viewId, recent } = await this.#memory.read();
    const view = this.savedView ?? (await this.#remembered(viewId));
    if (id !== this.#owner.experimentId()) return;
    this.settings ??= settings;
    this.savedView = view;
    this.recent = recent;
    this.#applyAsked();
    this.#host.requestUpdate();
  }

  /** The filter that whoever opened the table wants; it waits until the settings are known. */
  ask(filter: string): void {
    this.#asked = filter;
    this.#applyAsked();
  }

  #applyAsked(): void {
    if (this.#asked === null || !this.settings) return;
    this.filter(this.#asked);
    this.#asked = null;
  }

  change(change: Partial<ViewContent>): void {
    if (!this.settings) return;
    this.settings = { ...this.settings, ...change };
    this.#remember();
  }

  filter(filter: string): void {
    const others = this.recent.filter((one) => one !== filter);
    if (filter !== '') this.recent = [filter, ...others].slice(0, recentFilters);
    this.change({ filter });
  }

  /** Null: no view, and so the table as it comes. */
  open(view: SavedView | null, columns: Columns | undefined): void {
    const settings = view ? readSettings(view.content) : columns && firstSettings(columns);
    if (!settings) return;
    this.savedView = view;
    this.change(settings);
  }

  /** Saved or gone, here or elsewhere: what the table is set to stays as it is. */
  follow(view: SavedView | null): void {
    this.savedView = view;
    this.#remember();
  }

  /** A link may lead to a view that is gone, or to somebody else's own. */
  async viewOf(viewId: string): Promise<SavedView | null> {
    try {
      return await this.#owner.client().views.get({ viewId });
    } catch (error) {
      this.#owner.failed(error);
      return null;
    }
  }

  /** One that is gone since is no view: nobody asked for it just now. */
  #remembered(viewId: string | null): Promise<SavedView | null> {
    return viewId === null
      ? Promise.resolve(null)
      : this.#owner
          .client()
          .views.get({ viewId })
          .catch(() => null);
  }

  #remember(): void {
    const { settings, savedView, recent } = this;
    if (settings) this.#memory.write({ settings, viewId: savedView?.id ?? null, recent });
    this.#host.requestUpdate();
  }
}
