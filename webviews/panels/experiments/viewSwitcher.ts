/**
 * Which saved view the table stands in, whether it was changed since, and what
 * can be done about it. Saves, renames, shares and deletes by itself; the panel
 * is told what to show.
 */
import { css, html, nothing, type PropertyValues } from 'lit';
import type { SavedView, ViewContent } from '../../../protocol/model/view.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { icon } from '../../ui/icon.ts';
import { type MenuItem, openMenu } from '../../ui/menu.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { base } from '../../ui/styles.ts';
import { askViewName, type ViewName } from './saveViewForm.ts';
import { isModified } from './settings.ts';

export class ViewSwitcher extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    projectId: {},
    experimentId: {},
    settings: { attribute: false },
    view: { attribute: false },
  };
  declare projectId: string;
  declare experimentId: string;
  declare settings: ViewContent;
  declare view: SavedView | null;

  readonly #views = new Resource<readonly SavedView[]>(this, {
    app: () => this.app,
    load: (signal) =>
      this.projectId === '' ? undefined : this.app.client.views.list({ projectId: this.projectId }, { signal }),
    isStale: (message) => isOf(message, ['view.'], { projectId: this.projectId }),
    onValue: (views) => this.#follow(views),
  });

  static override styles = [
    base,
    css`
      :host { display: flex; align-items: center; gap: 2px; min-width: 0; }
      button.plain { max-width: 220px; height: 26px; }
      .dot { width: 7px; height: 7px; flex: none; border-radius: 50%; background: var(--vscode-gitDecoration-modifiedResourceForeground, var(--vscode-charts-orange)); }
      .said { color: var(--fw-dim); margin-inline-start: 6px; }
    `,
  ];

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('projectId') && changed.get('projectId') !== undefined) this.#views.reset();
  }

  override render() {
    const modified = isModified(this.settings, this.view);
    const title = this.view ? spellOut(this.view.name) : 'All runs';
    return html`
      <button class="plain" id="views" aria-haspopup="menu" title="Saved views" aria-label=${`View: ${title}${modified ? ', modified' : ''}`} @click=${this.#open}>
        ${icon('eye')}<span class="cut">${this.view ? name(this.view.name) : 'All runs'}</span>${modified ? html`<span class="dot"></span>` : nothing}${icon('down')}
      </button>
      ${modified ? this.#modified() : nothing}
    `;
  }

  #modified() {
    return html`<span class="said">Modified</span>
      ${this.view?.editable ? html`<button class="plain" @click=${() => void this.#save()}>Save</button>` : nothing}
      <button class="plain" @click=${() => this.#saveAs()}>Save as…</button>
      <button class="plain" @click=${() => this.#tell('open-view', this.view)}>Reset</button>`;
  }

  readonly #open = () => {
    const views = this.#views.value ?? [];
    const own = views.filter((view) => !view.shared);
    const shared = views.filter((view) => view.shared);
    const of = (title: string, list: readonly SavedView[]): MenuItem[] =>
      list.length === 0 ? [] : [{ title }, ...list.map((view) => this.#choice(view))];
    const all: MenuItem = {
      label: 'All runs',
      checked: this.view === null,
      run: () => this.#tell('open-view', null),
    };
    openMenu(
      'Saved views',
      [all, ...of('Yours', own), ...of('Shared', shared), { title: 'This view' }, ...this.#acts()],
      this.#at(),
    );
  };

  #choice(view: SavedView): MenuItem {
    const checked = view.id === this.view?.id;
    const hint = view.shared ? spellOut(view.owner.name) : undefined;
    return { label: spellOut(view.name), checked, hint, run: () => this.#tell('open-view', view) };
  }

  #acts(): MenuItem[] {
    const { view } = this;
    const editable = view?.editable ?? false;
    const saveAs: MenuItem = { label: 'Save as…', icon: 'save', run: () => this.#saveAs() };
    const link: MenuItem = { label: 'Copy link', icon: 'link', disabled: view === null, run: () => void this.#link() };
    if (!view) return [saveAs, link];
    return [
      { label: 'Save', icon: 'save', disabled: !editable, run: () => void this.#save() },
      saveAs,
      { label: 'Rename or share…', icon: 'edit', disabled: !editable, run: () => this.#rename(view) },
      link,
      { label: 'Delete', icon: 'trash', disabled: !editable, run: () => void this.#delete(view) },
    ];
  }

  #at(): DOMRect {
    return (this.renderRoot.querySelector('#views') ?? this).getBoundingClientRect();
  }

  /** Somebody else may have saved it anew, or deleted it. */
  #follow(views: readonly SavedView[]): void {
    if (!this.view) return;
    const known = views.find((one) => one.id === this.view?.id);
    if (known?.updatedAt !== this.view.updatedAt) this.#tell('view-changed', known ?? null);
  }

  #saveAs(): void {
    const suggestion = this.view ? `${this.view.name} (2)` : '';
    askViewName({
      title: 'Save this view',
      name: suggestion,
      shared: false,
      at: this.#at(),
      onSave: (named) => void this.#create(named),
    });
  }

  #rename(view: SavedView): void {
    const onSave = (named: ViewName) =>
      void this.#try(async () =>
        this.#tell('view-changed', await this.app.client.views.update({ viewId: view.id, ...named })),
      );
    askViewName({ title: 'Rename or share this view', name: view.name, shared: view.shared, at: this.#at(), onSave });
  }

  #create(named: ViewName): Promise<void> {
    const { experimentId, settings: content } = this;
    return this.#try(async () =>
      this.#tell('view-changed', await this.app.client.views.create({ experimentId, content, ...named })),
    );
  }

  #save(): Promise<void> {
    const viewId = this.view?.id ?? '';
    return this.#try(async () =>
      this.#tell('view-changed', await this.app.client.views.update({ viewId, content: this.settings })),
    );
  }

  #delete(view: SavedView): Promise<void> {
    return this.#try(async () => {
      await this.app.client.views.delete({ viewId: view.id });
      this.#tell('view-changed', null);
      this.#tell('told', {
        text: `Deleted the view "${spellOut(view.name)}".`,
        action: { label: 'Undo', run: () => void this.#create({ name: view.name, shared: view.shared }) },
      });
    });
  }

  #link(): Promise<void> {
    return this.#try(async () => {
      const place = { panel: 'experiments', experimentId: this.experimentId, viewId: this.view?.id } as const;
      const { link } = await this.app.client.host.copyLink(place);
      this.#tell('told', { text: `Copied ${link}` });
    });
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#tell('failed', error);
    }
  }

  #tell(event: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}

customElements.define('fw-view-switcher', ViewSwitcher);
