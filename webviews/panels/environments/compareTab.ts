/** Two revisions beside each other: packages first, then the lines of the definition. */
import { type Change, diffLines } from 'diff';
import { css, html, nothing, type PropertyValues } from 'lit';
import type { EnvironmentRevision } from '../../../protocol/model/environment.ts';
import type { PackageChange, RevisionDifference } from '../../../protocol/model/environmentFiles.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { dropdown } from '../../ui/controls.ts';
import { plural } from '../../ui/format.ts';
import { marked } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { failedState, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

export class CompareTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    all: { attribute: false },
    revision: { attribute: false },
    other: { state: true },
  };
  declare all: readonly EnvironmentRevision[];
  declare revision: EnvironmentRevision;
  declare other: number | null;

  readonly #difference = new Resource<RevisionDifference>(this, {
    app: () => this.app,
    load: (signal) => {
      const { environmentId, revision: after } = this.revision;
      return this.app.client.environments.compare({ environmentId, before: this.#before, after }, { signal });
    },
    isStale: (message) => isOf(message, ['environment.build-changed']),
  });

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: flex; flex-direction: column; gap: 16px; padding: 16px; }
      .which select { width: auto; }
      td.mono { overflow-wrap: anywhere; }
      table { max-width: 760px; }
      .added { color: var(--vscode-gitDecoration-addedResourceForeground, var(--fw-good)); }
      .removed { color: var(--vscode-gitDecoration-deletedResourceForeground, var(--fw-bad)); }
      .lines { margin: 6px 0 0; max-width: 760px; padding: 6px 0; border: 1px solid var(--fw-edge); border-radius: 3px; font-family: var(--fw-mono); font-size: 12px; line-height: 18px; overflow: auto; max-height: 50vh; }
      .lines div { padding: 0 10px; white-space: pre; min-height: 18px; }
      .lines .plus { background: var(--vscode-diffEditor-insertedLineBackground, var(--vscode-diffEditor-insertedTextBackground, color-mix(in srgb, var(--fw-good) 16%, transparent))); outline: 1px dashed var(--vscode-diffEditor-insertedTextBorder, transparent); }
      .lines .minus { background: var(--vscode-diffEditor-removedLineBackground, var(--vscode-diffEditor-removedTextBackground, color-mix(in srgb, var(--fw-bad) 14%, transparent))); outline: 1px dashed var(--vscode-diffEditor-removedTextBorder, transparent); }
    `,
  ];

  constructor() {
    super();
    this.other = null;
  }

  /** By default the one before. */
  get #before(): number {
    const { environmentId, revision } = this.revision;
    const others = this.all.filter((each) => each.environmentId === environmentId && each.revision !== revision);
    const chosen = others.find((each) => each.revision === this.other);
    return (chosen ?? others.find((each) => each.revision < revision) ?? others[0])?.revision ?? revision;
  }

  override updated(changed: PropertyValues<this>): void {
    const before = changed.get('revision');
    const moved =
      before && (before.revision !== this.revision.revision || before.environmentId !== this.revision.environmentId);
    if (moved || (changed.has('other') && this.other !== null)) this.#difference.reset();
  }

  override render() {
    const { value, failure } = this.#difference;
    return html`
      <div class="row which"><span>Revision ${this.revision.revision} against</span>${dropdown({
        label: 'Compare with',
        value: String(this.#before),
        options: this.all
          .filter((each) => each.revision !== this.revision.revision)
          .map((each) => ({ value: String(each.revision), text: `revision ${each.revision}` })),
        onChange: (chosen) => {
          this.other = Number(chosen);
        },
      })}</div>
      ${value ? this.#shown(value) : failure === undefined ? skeleton(6) : failedState(failure, () => this.#difference.reset())}`;
  }

  #shown({ packages, samePackages, files }: RevisionDifference) {
    return html`
      <section><h2>Packages</h2>${packages === null ? html`<p class="dim">Known once both are built.</p>` : this.#packages(packages, samePackages)}</section>
      ${files.length === 0 ? html`<p class="dim">The definition is the same.</p>` : files.map((file) => html`<section><h3 class="mono">${file.name}</h3>${lineDifference(file.before, file.after)}</section>`)}`;
  }

  #packages(changes: readonly PackageChange[], same: number) {
    if (changes.length === 0) return html`<p>The same ${plural(same, 'package')}.</p>`;
    return html`<table>
      <thead><tr><th>Package</th><th>Revision ${this.#before}</th><th>Revision ${this.revision.revision}</th><th>Change</th></tr></thead>
      <tbody>${changes.map(packageRow)}</tbody></table>
      ${same > 0 ? html`<p class="dim">${plural(same, 'package')} the same.</p>` : nothing}`;
  }
}

function packageRow(change: PackageChange) {
  const { name, before, after } = change;
  const version = (text: string | null) => html`<td class="mono">${text === null ? '–' : marked(text)}</td>`;
  const { word, tone } = changeOf(change);
  return html`<tr><td>${marked(name)}</td>${version(before)}${version(after)}<td class=${tone}>${word}</td></tr>`;
}

function changeOf({ before, after }: PackageChange): { readonly word: string; readonly tone: string } {
  if (before === null) return { word: 'Added', tone: 'added' };
  return after === null ? { word: 'Removed', tone: 'removed' } : { word: 'Changed', tone: '' };
}

function lineDifference(before: string, after: string) {
  const parts = diffLines(`${before}\n`, `${after}\n`);
  return html`<div class="lines" tabindex="0" role="group" aria-label="Lines that differ">${parts.map(linesOf)}</div>`;
}

function linesOf({ value, added, removed }: Change) {
  const [sign, tone] = added ? ['+', 'plus'] : removed ? ['−', 'minus'] : [' ', ''];
  const lines = value.replace(/\n$/, '').split('\n');
  return lines.map((text) => html`<div class=${tone}>${sign} ${marked(text)}</div>`);
}

customElements.define('fw-compare-tab', CompareTab);
