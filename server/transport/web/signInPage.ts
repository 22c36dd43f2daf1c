/** The page on which a person signs in with a token. Works without scripts, in light and dark, by keyboard. */
import { escapeHtml, icon, type Page } from '../http/html.ts';

export type SignInView = {
  /** Where to go afterwards: a path of this server. */
  readonly next: string;
  readonly problem: string | null;
  readonly status?: number;
};

export function signInPage({ next, problem, status = 200 }: SignInView): Page {
  const alert = problem === null ? '' : `<p class="problem" role="alert" id="problem">${escapeHtml(problem)}</p>`;
  const described = problem === null ? 'hint' : 'problem hint';
  return {
    title: 'Sign in · Flywheel',
    status,
    head: (nonce) => `<style nonce="${nonce}">${style}</style>`,
    body: `<main>
${icon.replace('<svg ', '<svg class="mark" aria-hidden="true" ')}
<h1>Flywheel</h1>
<p class="lead">Sign in to see projects, runs and experiments.</p>
<form method="post" action="/sign-in">
${alert}
<input type="text" name="username" value="flywheel" autocomplete="username" hidden>
<label for="token">Access token</label>
<input id="token" name="token" type="password" required autofocus autocomplete="current-password"
 spellcheck="false" aria-describedby="${described}"${problem === null ? '' : ' aria-invalid="true"'}>
<input type="hidden" name="next" value="${escapeHtml(next)}">
<button type="submit">Sign in</button>
</form>
<p class="hint" id="hint">Make one with <code>flywheel token create</code> on the server,
or ask whoever runs it.</p>
</main>`,
  };
}

/**
 * A page that goes on by itself. A redirect would still count as coming from
 * the site with the link, and browsers would then keep the cookie back.
 */
export function goOnPage(next: string): Page {
  const target = escapeHtml(next);
  return {
    title: 'Flywheel',
    head: (nonce) => `<meta http-equiv="refresh" content="0;url=${target}"><style nonce="${nonce}">${style}</style>`,
    body: `<main><p class="lead"><a href="${target}">Continue to Flywheel</a></p></main>`,
  };
}

export const style = `
:root { --page: #f5f6f8; --card: #fff; --text: #1c2430; --soft: #5b6675; --line: #c9d0d9; --accent: #1d65c4; --on-accent: #fff; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14181e; --card: #1d232c; --text: #e6eaf0; --soft: #a3aebd; --line: #465160; --accent: #6aa9f5; --on-accent: #0d1420; --bad: #ffb4ab; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
main { width: min(26rem, calc(100vw - 2rem)); margin: 2rem 1rem; padding: 2.25rem 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 8px 30px rgb(0 0 0 / 8%); }
.mark { width: 44px; height: 44px; display: block; margin-bottom: .75rem; }
h1 { margin: 0; font-size: 1.5rem; letter-spacing: -.01em; }
a { color: var(--accent); }
.lead { margin: .25rem 0 1.5rem; color: var(--soft); }
label { display: block; margin-bottom: .35rem; font-weight: 600; }
input[type=password] { width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; background: var(--page);
  border: 1px solid var(--line); border-radius: 8px; }
input[aria-invalid] { border-color: var(--bad); }
button { width: 100%; margin-top: 1rem; padding: .65rem; font: inherit; font-weight: 600; color: var(--on-accent);
  background: var(--accent); border: 0; border-radius: 8px; cursor: pointer; }
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.problem { margin: 0 0 1rem; color: var(--bad); font-weight: 600; }
.hint { margin: 1.25rem 0 0; color: var(--soft); font-size: .875rem; }
code { font: .92em ui-monospace, monospace; }
@media (forced-colors: active) { main, button, input[type=password] { border: 1px solid; } }
`;
