/** A revision at a glance, who uses it, and the line of all revisions. */
import { css, html, nothing } from 'lit';
import type { Environment, EnvironmentRevision } from '../../../protocol/model/environment.ts';
import { dockerNeed } from '../../../protocol/model/environmentNeeds.ts';
import { formatAgo, formatTime, plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { marked, name } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { base } from '../../ui/styles.ts';
import { environmentStyles } from './environmentsStyles.ts';
import { look, stateSign } from './parts.ts';
import { buildLook, checkLook, type Look, sizeText, startText } from './words.ts';

export class RevisionTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    environment: { attribute: false },
    revision: { attribute: false },
    all: { attribute: false },
  };
  declare environment: Environment;
  declare revision: EnvironmentRevision;
  declare all: readonly EnvironmentRevision[];

  static override styles = [
    base,
    environmentStyles,
    css`
      :host { display: flex; flex-direction: column; gap: 20px; padding: 16px; }
      dl { display: grid; grid-template-columns: minmax(110px, max-content) minmax(0, 1fr); gap: 6px 16px; }
      dt { color: var(--fw-dim); }
      dd { overflow-wrap: anywhere; }
      .why { margin-top: 2px; }
      .warning { display: flex; gap: 8px; padding: 6px 8px; border: 1px solid var(--vscode-inputValidation-warningBorder); background: var(--vscode-inputValidation-warningBackground); color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground)); }
      ol { list-style: none; margin: 6px 0 0; padding: 0; border-inline-start: 1px solid var(--fw-line); }
      li { position: relative; padding: 0 0 2px 12px; }
      li::before { content: ''; position: absolute; inset-inline-start: -4px; top: 13px; width: 7px; height: 7px; border-radius: 50%; background: var(--fw-dim); }
      li[aria-current]::before { background: var(--vscode-focusBorder); }
      li button { display: grid; grid-template-columns: 34px minmax(0, 1fr) auto auto; gap: 10px; align-items: center; width: 100%; padding: 4px 8px; font: inherit; color: inherit; text-align: start; background: none; border: 0; border-radius: 3px; cursor: pointer; }
      li button:hover { background: var(--fw-hover); }
      li[aria-current] button { background: var(--vscode-list-inactiveSelectionBackground); outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
      .when { min-width: 90px; text-align: end; color: var(--fw-dim); }
      @media (max-width: 640px) { .when { display: none; } li button { grid-template-columns: 26px minmax(0, 1fr) auto; } }
      .signs { display: flex; gap: 6px; align-items: center; }
    `,
  ];

  override render() {
    const { revision } = this;
    const need = dockerNeed(revision.definition);
    return html`
      ${need === null ? nothing : html`<p class="warning">${icon('warning')}<span>It needs a Docker host: ${need}. On this server's own machine it can neither be built nor launched; the definition is kept as it is.</span></p>`}
      ${revision.state === 'active' || revision.stateReason === '' ? nothing : html`<p class="warning">${icon('warning')}<span>${marked(revision.stateReason)}</span></p>`}
      <dl>${this.#facts()}</dl>
      ${
        this.all.length === 0
          ? nothing
          : html`<section><h2>Revisions</h2><ol>${this.all.map((each) => this.#line(each))}</ol></section>`
      }`;
  }

  #facts() {
    const { revision } = this;
    const { traits, build } = revision;
    const facts: readonly (readonly [string, unknown])[] = [
      ['Kind', kinds[revision.definition.kind]],
      ['Build', withReason(buildLook(revision), build.error)],
      ['Still builds', this.#check()],
      ['Image', traits.image && html`<span class="mono">${marked(traits.image)}</span>`],
      ['Python', build.python],
      ['Languages', traits.languages.join(', ')],
      ['Tools', traits.tools.join(', ')],
      ['Drivers', traits.gpu ? 'Asks for a GPU' : ''],
      ['Size on disk', build.bytes === null ? '' : sizeText(revision)],
      ['Time to start', revision.startMs === null ? '' : `${startText(revision)}, the median of its newest runs`],
      ['Used by', this.#uses()],
      ['Made', html`${formatTime(revision.createdAt)} by ${name(revision.createdBy.name)}`],
      ['Why', revision.message && marked(revision.message)],
    ];
    return facts.filter(([, value]) => value).map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`);
  }

  #check() {
    const shown = checkLook(this.revision);
    return shown && withReason(shown, this.revision.check?.error ?? null);
  }

  #uses() {
    const { runs, environmentId, revision } = this.revision;
    if (runs === 0) return 'No run yet';
    const filter = `attributes.environment = '${environmentId}' AND attributes.environment_revision = ${revision}`;
    const place = { panel: 'experiments' as const, filter };
    return html`<a href="/experiments?${new URLSearchParams({ filter }).toString()}" @click=${(event: Event) => {
      event.preventDefault();
      void this.app.client.host.open(place);
    }}>${plural(runs, 'run')}</a>`;
  }

  #line(each: EnvironmentRevision) {
    const current = each.revision === this.revision.revision;
    const isDefault = this.environment.current?.revision === each.revision;
    return html`<li aria-current=${current ? 'true' : nothing}><button @click=${() => this.dispatchEvent(new CustomEvent('choose', { detail: each.revision }))}>
      <b>r${each.revision}</b>
      <span class="cut">${each.message === '' ? html`<span class="dim">No message</span>` : marked(each.message)} <span class="dim">by ${name(each.createdBy.name)}</span></span>
      <span class="signs">${isDefault ? html`<span class="sign default">${this.environment.defaultRevision === null ? 'Newest' : 'Default'}</span>` : nothing}${stateSign(each.state)}${look(buildLook(each))}</span>
      <span class="when" title=${formatTime(each.createdAt)}>${formatAgo(each.createdAt)}</span>
    </button></li>`;
  }
}

const kinds = {
  system: 'The software of the server itself',
  python: 'Python with pip requirements',
  container: 'Dev Container',
} as const;

const withReason = (shown: Look, reason: string | null) =>
  html`${look(shown)}${reason === null ? nothing : html`<div class="error why">${marked(reason)}</div>`}`;

customElements.define('fw-revision-tab', RevisionTab);
