/** One conversation: what was said, in order, with a reply, a change and an end to it. */
import { css, html, nothing } from 'lit';
import type { Comment, CommentThread } from '../../../protocol/model/comment.ts';
import type { Person } from '../../../protocol/model/common.ts';
import { button, iconButton } from '../controls.ts';
import { formatAgo, formatTime } from '../format.ts';
import { markdown, markdownStyles } from '../markdown.ts';
import { name } from '../name.ts';
import { PanelPart } from '../panelBase.ts';
import { problem, stateStyles } from '../states.ts';
import { base } from '../styles.ts';
import './commentBox.ts';

export class Thread extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    thread: { attribute: false },
    people: { attribute: false },
    editing: { state: true },
    replying: { state: true },
    failure: { state: true },
  };
  declare thread: CommentThread;
  declare people: readonly Person[];
  /** The comment that is being changed. */
  declare editing: string | null;
  declare replying: boolean;
  declare failure: unknown;

  static override styles = [
    base,
    stateStyles,
    markdownStyles,
    css`
      :host { display: block; }
      article { border: 1px solid var(--fw-edge); border-radius: 4px; margin-bottom: 10px; }
      .said { padding: 8px 12px; border-bottom: 1px solid var(--fw-line); }
      .reply { padding-inline-start: 28px; }
      .who { min-height: 22px; }
      .who b { font-weight: 600; }
      .who .acts { margin-inline-start: auto; display: flex; opacity: 0; }
      .said:hover .acts, .said:focus-within .acts { opacity: 1; }
      @media (hover: none) { .who .acts { opacity: 1; } }
      .foot { padding: 6px 12px; }
      .foot fw-comment-box { flex: 1; }
      .gone { font-style: italic; }
      .markdown > :first-child { margin-top: 2px; }
    `,
  ];

  constructor() {
    super();
    this.editing = null;
    this.replying = false;
    this.failure = undefined;
  }

  override render() {
    const { first, replies } = this.thread;
    return html`<article aria-label="Conversation begun by ${first.author.name}">
      ${this.#said(first)}${replies.map((reply) => this.#said(reply, 'reply'))}
      ${this.failure === undefined ? nothing : problem(this.failure)}
      <div class="foot">${this.#foot()}</div>
    </article>`;
  }

  #said(comment: Comment, kind = '') {
    const { id, author, createdAt, editedAt, deleted, mine, text } = comment;
    return html`<div class="said ${kind}">
      <div class="row who"><b>${name(author.name)}</b>
        <time class="dim" title=${formatTime(createdAt)}>${formatAgo(createdAt)}</time>
        ${editedAt !== null && !deleted ? html`<span class="dim" title=${formatTime(editedAt)}>edited</span>` : nothing}
        ${
          deleted || !mine
            ? nothing
            : html`<span class="acts">
          ${iconButton({ icon: 'edit', label: 'Edit this comment', onClick: () => this.#edit(id) })}
          ${iconButton({ icon: 'trash', label: 'Delete this comment', onClick: () => void this.#delete(comment) })}</span>`
        }
      </div>
      ${deleted ? html`<p class="dim gone">Deleted</p>` : this.editing === id ? this.#editor(comment) : markdown(text)}
    </div>`;
  }

  #editor({ id, text }: Comment) {
    return html`<fw-comment-box label="Edit the comment" action="Save" .text=${text} .people=${this.people} .leave=${() => this.#edit(null)}
      .send=${async (changed: string) => {
        const isSaved = await this.#try(() => this.app.client.comments.edit({ ...this.#named(id), text: changed }));
        if (isSaved) this.#edit(null);
        return isSaved;
      }}></fw-comment-box>`;
  }

  #foot() {
    const { resolved } = this.thread;
    if (this.replying) {
      return html`<fw-comment-box label="Reply" action="Reply" .people=${this.people} .leave=${() => this.#reply(false)} .send=${(text: string) => this.#answer(text)}></fw-comment-box>`;
    }
    return html`<div class="row">
      ${button({ label: 'Reply', onClick: () => this.#reply(true) })}
      ${button({ label: resolved ? 'Open again' : 'Settle', onClick: () => void this.#settle(resolved === null) })}
      ${resolved ? html`<span class="dim">Settled by ${name(resolved.by.name)} ${formatAgo(resolved.at)}</span>` : nothing}
    </div>`;
  }

  #named(commentId: string) {
    return { projectId: this.thread.projectId, commentId };
  }

  #edit(id: string | null): void {
    this.editing = id;
  }

  #reply(on: boolean): void {
    this.replying = on;
  }

  async #answer(text: string): Promise<boolean> {
    const { projectId, target, first } = this.thread;
    const isSent = await this.#try(() => this.app.client.comments.add({ projectId, target, text, replyTo: first.id }));
    if (isSent) this.#reply(false);
    return isSent;
  }

  async #settle(resolved: boolean): Promise<void> {
    await this.#try(() => this.app.client.comments.resolve({ ...this.#named(this.thread.first.id), resolved }));
  }

  async #delete({ id }: Comment): Promise<void> {
    await this.#try(() => this.app.client.comments.delete(this.#named(id)));
  }

  async #try(act: () => Promise<unknown>): Promise<boolean> {
    this.failure = undefined;
    try {
      await act();
      this.dispatchEvent(new CustomEvent('changed'));
      return true;
    } catch (error) {
      this.failure = error;
      return false;
    }
  }
}

customElements.define('fw-thread', Thread);
