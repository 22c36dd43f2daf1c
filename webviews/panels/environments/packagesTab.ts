/** What was found inside after the build, virtualised and searched. */
import { virtualize } from '@lit-labs/virtualizer/virtualize.js';
import { css, html, LitElement } from 'lit';
import type { EnvironmentRevision } from '../../../protocol/model/environment.ts';
import { type LockedPackage, packagesOf } from '../../../protocol/model/packageLock.ts';
import { plural } from '../../ui/format.ts';
import { marked } from '../../ui/name.ts';
import { emptyState, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

export class PackagesTab extends LitElement {
  static override properties = { revision: { attribute: false }, wanted: { state: true } };
  declare revision: EnvironmentRevision;
  declare wanted: string;

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; }
      .bar { display: flex; align-items: center; gap: 12px; padding: 6px 16px; border-bottom: 1px solid var(--fw-line); }
      .bar input.field { width: 220px; height: 24px; }
      .rows { flex: 1; min-height: 0 !important; overflow: auto; contain: strict; }
      .package { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.2fr); gap: 12px; width: 100%; height: 24px; align-items: center; padding: 0 16px; border-bottom: 1px solid var(--fw-line); }
      .package:hover { background: var(--fw-hover); }
    `,
  ];

  constructor() {
    super();
    this.wanted = '';
  }

  override render() {
    const { build } = this.revision;
    const all = packagesOf(build.lock ?? '');
    if (all.length === 0) return this.#empty();
    const wanted = this.wanted.toLowerCase();
    const found = all.filter(({ name }) => name.toLowerCase().includes(wanted));
    return html`<div class="bar">
        <input class="field" type="search" placeholder="Search packages" aria-label="Search packages" .value=${this.wanted} @input=${(
          event: Event,
        ) => {
          this.wanted = (event.target as HTMLInputElement).value;
        }} />
        <span class="dim" role="status">${wanted === '' ? plural(all.length, 'package') : `${found.length} of ${all.length}`}${build.python ? `, Python ${build.python}` : ''}</span>
      </div>
      ${
        found.length === 0
          ? emptyState({ icon: 'search', title: 'Nothing found', hint: 'No package has that in its name.' })
          : html`<div class="rows" tabindex="0" role="list" aria-label="Packages">${virtualize({ items: [...found], renderItem: row, scroller: true })}</div>`
      }`;
  }

  #empty() {
    const { state } = this.revision.build;
    if (state === 'ready')
      return emptyState({
        icon: 'file',
        title: 'No packages',
        hint: 'Nothing is installed in it beside Python itself.',
      });
    if (state === 'building')
      return emptyState({
        icon: 'clock',
        title: 'Being built',
        hint: 'The packages are listed when the build has ended.',
      });
    return emptyState({ icon: 'file', title: 'Not built', hint: 'What is installed is known once it was built.' });
  }
}

const row = ({ name, version }: LockedPackage) =>
  html`<div class="package" role="listitem"><span class="cut">${marked(name)}</span><span class="cut mono" title=${version}>${marked(version)}</span></div>`;

customElements.define('fw-packages-tab', PackagesTab);
