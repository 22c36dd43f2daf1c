/** The states beside "here it is": loading, empty with what to do next, failed with why and retry, offline. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Connection } from '../state/connection.ts';
import { button } from './controls.ts';
import { describeFailure } from './failure.ts';
import { formatClock } from './format.ts';
import { type IconName, icon } from './icon.ts';
import { marked } from './name.ts';

export const stateStyles = css`
  .state-box { display: flex; flex-direction: column; align-items: center; gap: 8px; padding: 32px 24px; text-align: center; }
  .state-box svg.icon { width: 28px; height: 28px; color: var(--fw-dim); }
  .state-box p { max-width: 46ch; color: var(--fw-dim); overflow-wrap: anywhere; }
  .state-box h3 { overflow-wrap: anywhere; }
  .skeleton { display: flex; flex-direction: column; gap: 10px; padding: 16px; }
  .skeleton i { display: block; height: 12px; border-radius: 3px; background: var(--fw-line); animation: fw-breathe 1.4s ease-in-out infinite; }
  .skeleton i:nth-child(3n + 1) { width: 45%; }
  .skeleton i:nth-child(3n + 2) { width: 80%; }
  .skeleton i:nth-child(3n) { width: 64%; }
  @keyframes fw-breathe { 50% { opacity: 0.4; } }
  @media (prefers-reduced-motion: reduce) { .skeleton i { animation: none; } }
  .banner {
    display: flex; align-items: center; gap: 8px; padding: 5px 12px; min-height: 28px;
    background: var(--vscode-inputValidation-warningBackground); border-bottom: 1px solid var(--vscode-inputValidation-warningBorder);
    color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
  }
  .problem { display: flex; gap: 8px; padding: 6px 8px; border: 1px solid var(--vscode-inputValidation-errorBorder); background: var(--vscode-inputValidation-errorBackground); color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground)); overflow-wrap: anywhere; }
`;

export function skeleton(rows = 6): TemplateResult {
  return html`<div class="skeleton" role="status" aria-label="Loading">${Array.from({ length: rows }, () => html`<i></i>`)}</div>`;
}

type EmptyOptions = {
  readonly icon: IconName;
  readonly title: string;
  readonly hint: unknown;
  readonly action?: unknown;
};

export function emptyState(options: EmptyOptions): TemplateResult {
  return html`<div class="state-box">
    ${icon(options.icon)}
    <h3>${options.title}</h3>
    <p>${options.hint}</p>
    ${options.action ?? nothing}
  </div>`;
}

export function failedState(error: unknown, retry: () => void): TemplateResult {
  const failure = describeFailure(error);
  return html`<div class="state-box" role="alert">
    ${icon('error')}
    <h3>${marked(failure.message)}</h3>
    ${failure.remedy ? html`<p>${marked(failure.remedy)}</p>` : nothing}
    ${button({ label: 'Try again', onClick: retry })}
  </div>`;
}

/** A refused action, beside the control that was used. */
export function problem(error: unknown): TemplateResult {
  const failure = describeFailure(error);
  return html`<div class="problem" role="alert">
    ${icon('error')}
    <span>${marked(failure.message)}${failure.remedy ? html` <span>${marked(failure.remedy)}</span>` : nothing}</span>
  </div>`;
}

const sentences: Partial<Record<Connection['status']['state'], string>> = {
  connecting: 'connecting…',
  waiting: 'reconnecting…',
  offline: 'not connected to a server.',
  'signed-out': 'you are signed out.',
  refused: 'the server refused the connection.',
  stopped: 'the server was stopped.',
};

export function offlineBanner(connection: Connection, reconnect: () => void): TemplateResult | typeof nothing {
  const { state, detail } = connection.status;
  if (state === 'ready' || (state === 'connecting' && connection.lastReadyAt === null)) return nothing;
  const since = connection.lastReadyAt === null ? null : `Shown data is from ${formatClock(connection.lastReadyAt)}; `;
  const rest = sentences[state] ?? '';
  const text = since ? since + rest : rest.charAt(0).toUpperCase() + rest.slice(1);
  const action = state === 'signed-out' ? 'Sign in' : 'Connect now';
  return html`<div class="banner" role="status">
    ${icon('warning')}<span class="grow" title=${detail ?? nothing}>${text}</span>
    ${state === 'connecting' ? nothing : html`<button class="plain" @click=${reconnect}>${action}</button>`}
  </div>`;
}
