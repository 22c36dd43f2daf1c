/** The page on which a person lets an editor in, by comparing a code. Works without scripts. */
import { escapeHtml, type Page } from '../http/html.ts';
import type { EditorSignIn } from './editorSignIns.ts';
import { mark, style } from './signInPage.ts';

export function editorPage({ id, client, code, name }: EditorSignIn & { readonly name: string }): Page {
  return page(
    'Let it in?',
    `<p class="lead"><b>${escapeHtml(client)}</b> wants to act as <b>${escapeHtml(name)}</b>.</p>
<p>Does it show this code?</p>
<p class="code">${escapeHtml(code)}</p>
<form method="post" action="/sign-in/editor/answer">
<input type="hidden" name="id" value="${escapeHtml(id)}">
<button type="submit" name="answer" value="allow" autofocus>Yes, let it in</button>
<button type="submit" name="answer" value="deny" class="second">No</button>
</form>
<p class="hint">Say no if you did not begin this yourself, or if somebody sent you here.</p>`,
  );
}

const answers = {
  allowed: ['Done', 'It is signed in. You can close this page.'],
  denied: ['Not let in', 'Nothing was allowed. You can close this page.'],
  over: ['This is over', 'It was answered already, or is too old. Begin anew in the editor.'],
} as const;

export function editorAnsweredPage(answer: keyof typeof answers): Page {
  const [title, words] = answers[answer];
  return page(title, `<p class="lead">${words}</p>`);
}

function page(title: string, body: string): Page {
  return {
    title: `${title} · Flywheel`,
    head: (nonce) => `<style nonce="${nonce}">${style}</style>`,
    body: `<main>
${mark}
<h1>${title}</h1>
${body}
</main>`,
  };
}
