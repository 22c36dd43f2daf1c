/** The page on which a person signs in, by what the server offers. Works without scripts, in light and dark, by keyboard. */
import type { SignInWays } from '../../../protocol/model/signIn.ts';
import { escapeHtml, icon, type Page } from '../http/html.ts';

export type SignInProblem = {
  /** Beside what it is said. */
  readonly at: 'page' | 'password' | 'token';
  readonly text: string;
  readonly status?: number;
};

export type SignInView = {
  /** Where to go afterwards: a path of this server. */
  readonly next: string;
  readonly problem: SignInProblem | null;
  /** What was typed as the name before. */
  readonly userId?: string;
  /** Whether they have just signed out, which they may want to do at the provider too. */
  readonly hasLeft?: boolean;
  readonly ways: SignInWays;
  readonly status?: number;
};

export function signInPage(view: SignInView): Page {
  const { problem, ways, status = 200 } = view;
  return {
    title: 'Sign in · Flywheel',
    status,
    head: (nonce) => `<style nonce="${nonce}">${style}</style>`,
    body: `<main>
${mark}
<h1>Flywheel</h1>
<p class="lead">Sign in to see projects, runs and experiments.</p>
${problem?.at === 'page' ? alertOf(problem) : ''}
${ways.provider === null ? '' : providerLink(view, ways.provider)}
${ways.password ? passwordForm(view) : ''}
${hasOthers(ways) ? `<details${problem?.at === 'token' ? ' open' : ''}><summary>Use an access token</summary>${tokenForm(view)}</details>` : tokenForm(view)}
</main>`,
  };
}

export const mark = icon.replace('<svg ', '<svg class="mark" aria-hidden="true" ');

function alertOf({ text }: SignInProblem): string {
  return `<p class="problem" role="alert" id="problem">${escapeHtml(text)}</p>`;
}

function hasOthers({ password, provider }: SignInWays): boolean {
  return password || provider !== null;
}

function providerLink({ next, ways, problem, hasLeft }: SignInView, name: string): string {
  const query = next === '/' ? '' : `?next=${encodeURIComponent(next)}`;
  const focus = ways.password || problem?.at === 'token' ? '' : ' autofocus';
  const left = `<p>You are signed out here. <a href="/sign-in/provider/sign-out">Sign out of ${escapeHtml(name)} too</a></p>`;
  const or = ways.password ? '<p class="or">or</p>' : '';
  return `${hasLeft ? left : ''}<a class="button" href="/sign-in/provider${escapeHtml(query)}"${focus}>Continue with ${escapeHtml(name)}</a>${or}`;
}

function passwordForm({ next, problem, userId = '' }: SignInView): string {
  const isWrong = problem?.at === 'password';
  const described = isWrong ? ' aria-describedby="problem" aria-invalid="true"' : '';
  // After a slip the name stands; the password is typed anew.
  const [atName, atPassword] = isWrong ? ['', ' autofocus'] : [' autofocus', ''];
  return `<form method="post" action="/sign-in">
${isWrong ? alertOf(problem) : ''}
<label for="username">User name</label>
<input id="username" name="username" value="${escapeHtml(userId)}" required${problem?.at === 'token' ? '' : atName} autocomplete="username"
 autocapitalize="none" spellcheck="false">
<label for="password">Password</label>
<input id="password" name="password" type="password" required${atPassword} autocomplete="current-password"${described}>
<input type="hidden" name="next" value="${escapeHtml(next)}">
<button type="submit">Sign in</button>
<p class="hint">Forgotten? An administrator gives you a link by which you set a new one.</p>
</form>`;
}

function tokenForm({ next, problem, ways }: SignInView): string {
  const isWrong = problem?.at === 'token';
  const described = isWrong ? 'problem hint' : 'hint';
  return `<form method="post" action="/sign-in">
${isWrong ? alertOf(problem) : ''}
<input type="text" name="username" value="flywheel" autocomplete="username" hidden>
<label for="token">Access token</label>
<input id="token" name="token" type="password" required${hasOthers(ways) && !isWrong ? '' : ' autofocus'} autocomplete="${hasOthers(ways) ? 'off' : 'current-password'}"
 spellcheck="false" aria-describedby="${described}"${isWrong ? ' aria-invalid="true"' : ''}>
<input type="hidden" name="next" value="${escapeHtml(next)}">
<button type="submit"${hasOthers(ways) ? ' class="second"' : ''}>Sign in</button>
<p class="hint" id="hint">Make one with <code>flywheel token create</code> on the server,
or ask whoever runs it.</p>
</form>`;
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
input:not([type=hidden]) { width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; background: var(--page);
  border: 1px solid var(--line); border-radius: 8px; }
input + label { margin-top: .9rem; }
input[aria-invalid] { border-color: var(--bad); }
button, a.button { display: block; text-align: center; text-decoration: none; width: 100%; margin-top: 1rem; padding: .65rem; font: inherit; font-weight: 600; color: var(--on-accent);
  background: var(--accent); border: 0; border-radius: 8px; cursor: pointer; }
.or { margin: 1rem 0 .25rem; text-align: center; color: var(--soft); }
.code { margin: .5rem 0 0; padding: .6rem; text-align: center; font: 600 1.5rem ui-monospace, monospace; letter-spacing: .08em; background: var(--page); border: 1px solid var(--line); border-radius: 8px; }
button.second { color: var(--text); background: none; border: 1px solid var(--line); }
details { margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
summary { color: var(--soft); cursor: pointer; }
details form { margin-top: 1rem; }
button:hover, a.button:hover { filter: brightness(1.08); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.problem { margin: 0 0 1rem; color: var(--bad); font-weight: 600; }
.hint { margin: 1.25rem 0 0; color: var(--soft); font-size: .875rem; }
code { font: .92em ui-monospace, monospace; }
@media (forced-colors: active) { main, button, a.button, input, .code { border: 1px solid; } }
`;
