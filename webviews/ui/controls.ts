/**
 * The controls that panels are made of. The toolkit is used here and nowhere
 * else: its upstream is archived, so it must be replaceable in one place.
 */
// The order matters: the nonce is looked for while the toolkit loads.
import './styleNonce.ts';

import {
  provideVSCodeDesignSystem,
  vsCodeBadge,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeProgressRing,
  vsCodeTextArea,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { type IconName, icon } from './icon.ts';

provideVSCodeDesignSystem().register(
  vsCodeBadge(),
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeProgressRing(),
  vsCodeTextArea(),
  vsCodeTextField(),
);

type ButtonOptions = {
  readonly label: string;
  readonly onClick: () => void;
  readonly primary?: boolean;
  readonly disabled?: boolean;
  readonly icon?: IconName;
  readonly title?: string;
};

export function button(options: ButtonOptions): TemplateResult {
  return html`<vscode-button
    appearance=${options.primary ? 'primary' : 'secondary'}
    ?disabled=${options.disabled ?? false}
    title=${options.title ?? nothing}
    @click=${options.onClick}
    >${options.icon ? html`<span slot="start">${icon(options.icon)}</span>` : nothing}${options.label}</vscode-button
  >`;
}

type IconButtonOptions = {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: (event: Event) => void;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
};

/** A bare button as in VS Code's own toolbars; the label is its name and tooltip. */
export function iconButton(options: IconButtonOptions): TemplateResult {
  return html`<button
    type="button"
    class="plain icon-only"
    title=${options.label}
    aria-label=${options.label}
    aria-pressed=${options.pressed === undefined ? nothing : String(options.pressed)}
    ?disabled=${options.disabled ?? false}
    @click=${options.onClick}
  >${icon(options.icon)}</button>`;
}

type FieldOptions = {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly onCommit?: () => void;
  readonly placeholder?: string;
  readonly hideLabel?: boolean;
};

export function textField(options: FieldOptions): TemplateResult {
  return html`<vscode-text-field
    .value=${live(options.value)}
    placeholder=${options.placeholder ?? nothing}
    aria-label=${options.label}
    @input=${(event: Event) => options.onInput((event.target as HTMLInputElement).value)}
    @change=${() => options.onCommit?.()}
    >${options.hideLabel ? nothing : options.label}</vscode-text-field
  >`;
}

export function textArea(options: FieldOptions & { readonly rows?: number }): TemplateResult {
  return html`<vscode-text-area
    .value=${live(options.value)}
    rows=${options.rows ?? 3}
    resize="vertical"
    placeholder=${options.placeholder ?? nothing}
    aria-label=${options.label}
    @input=${(event: Event) => options.onInput((event.target as HTMLTextAreaElement).value)}
    @change=${() => options.onCommit?.()}
    >${options.hideLabel ? nothing : options.label}</vscode-text-area
  >`;
}

type CheckOptions = { readonly label: string; readonly checked: boolean; readonly onChange: (on: boolean) => void };

export function checkbox(options: CheckOptions): TemplateResult {
  return html`<vscode-checkbox
    .checked=${live(options.checked)}
    @change=${(event: Event) => options.onChange((event.target as HTMLInputElement).checked)}
    >${options.label}</vscode-checkbox
  >`;
}

export function badge(text: string): TemplateResult {
  return html`<vscode-badge>${text}</vscode-badge>`;
}

export function progressRing(label: string): TemplateResult {
  return html`<vscode-progress-ring aria-label=${label}></vscode-progress-ring>`;
}

type SelectOptions = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string; readonly group?: string }[];
  readonly onChange: (value: string) => void;
  readonly disabled?: boolean;
};

/**
 * A native list: the toolkit's own opens inside the webview, which clips it in a
 * narrow sidebar, and loses its value when its options arrive later.
 */
export function dropdown(options: SelectOptions): TemplateResult {
  return html`<select
    aria-label=${options.label}
    ?disabled=${options.disabled ?? false}
    @change=${(event: Event) => options.onChange((event.target as HTMLSelectElement).value)}
  >
    ${options.options.map(
      (option) =>
        html`<option value=${option.value} .selected=${live(option.value === options.value)}>${option.text}</option>`,
    )}
  </select>`;
}
