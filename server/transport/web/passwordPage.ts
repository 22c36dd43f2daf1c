/** The page on which a person sets a password by the link that an administrator gave them. Works without scripts. */
import { longestPassword, shortestPassword } from '../../../protocol/model/password.ts';
import { escapeHtml, type Page } from '../http/html.ts';
import { mark, style } from './signInPage.ts';

export type PasswordView = {
  readonly code: string;
  readonly name: string;
  readonly userId: string;
  readonly problem: string | null;
};

export function passwordPage({ code, name, userId, problem }: PasswordView): Page {
  const alert = problem === null ? '' : `<p class="problem" role="alert" id="problem">${escapeHtml(problem)}</p>`;
  const invalid = problem === null ? '' : ' aria-invalid="true"';
  return {
    title: 'Set a password · Flywheel',
    status: problem === null ? 200 : 400,
    head: (nonce) => `<style nonce="${nonce}">${style}</style>`,
    body: `<main>
${mark}
<h1>Set a password</h1>
<p class="lead">For ${escapeHtml(name)}, who signs in as <code>${escapeHtml(userId)}</code>.</p>
<form method="post" action="/sign-in/password">
${alert}
<input type="text" name="username" value="${escapeHtml(userId)}" autocomplete="username" hidden>
<label for="password">New password</label>
<input id="password" name="password" type="password" required autofocus minlength="${shortestPassword}" maxlength="${longestPassword}"
 autocomplete="new-password" aria-describedby="hint"${invalid}>
<label for="again">The same again</label>
<input id="again" name="again" type="password" required autocomplete="new-password"${invalid}>
<input type="hidden" name="code" value="${escapeHtml(code)}">
<button type="submit">Set it and sign in</button>
<p class="hint" id="hint">At least ${shortestPassword} characters; several words are easy to remember. Wherever you are signed in now ends.</p>
</form>
</main>`,
  };
}
