/**
 * What is said about a thing: its threads with the newest first, and where to
 * begin one. It is told what the thing is, and knows nothing else of it.
 */
import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { CommentPage, CommentTarget, CommentThread } from '../../../protocol/model/comment.ts';
import type { Person } from '../../../protocol/model/common.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button, checkbox } from '../controls.ts';
import { PanelPart } from '../panelBase.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../states.ts';
import { base } from '../styles.ts';
import './commentBox.ts';
import './thread.ts';

const pageSize = 50;

export class Comments extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    projectId: {},
    target: { attribute: false },
    settled: { state: true },
    pages: { state: true },
    failure: { state: true },
  };
  declare projectId: string;
  declare target: CommentTarget;
  /** Whether settled threads are shown. */
  declare settled: boolean;
  declare pages: number;
  declare failure: unknown;

  readonly #page = new Resource<CommentPage>(this, {
    app: () => this.app,
    load: (signal) => this.#load(signal),
    isStale: (message) => isOf(message, ['comment.'], { projectId: this.projectId }),
    pace: 500,
  });
  readonly #people = new Resource<readonly Person[]>(this, {
    app: () => this.app,
    load: async (signal) => {
      const members = await this.app.client.projects.members({ projectId: this.projectId }, { signal });
      return members.map(({ user }) => user);
    },
    isStale: (message) => isOf(message, ['project.member-changed'], { projectId: this.projectId }),
  });

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; padding: 12px 16px 24px; max-width: 56em; }
      .head { justify-content: space-between; margin: 14px 0 6px; min-height: 24px; }
      .more { padding-top: 12px; }
    `,
  ];

  constructor() {
    super();
    this.settled = false;
    this.pages = 1;
    this.failure = undefined;
  }

  override render() {
    return html`
      <fw-comment-box label="Start a conversation" .people=${this.#people.value ?? []} .send=${(text: string) => this.#add(text)}></fw-comment-box>
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.#threads(this.#page.value)}
    `;
  }

  #threads(page: CommentPage | undefined) {
    const { failure } = this.#page;
    if (!page) return failure === undefined ? skeleton(6) : failedState(failure, () => this.#page.reset());
    const shown = this.settled ? page.threads : page.threads.filter(({ resolved }) => resolved === null);
    return html`
      <div class="row head">
        <h2>${page.open === 1 ? '1 open conversation' : `${page.open} open conversations`}</h2>
        <span class="row">
          ${page.threads.length > 0 ? checkbox({ label: 'Settled too', checked: this.settled, onChange: (on) => this.#show(on) }) : nothing}
          ${checkbox({ label: 'Tell me', checked: page.following, onChange: (on) => void this.#follow(on) })}
        </span>
      </div>
      ${
        shown.length === 0
          ? this.#empty(page)
          : repeat(
              shown,
              ({ first }) => first.id,
              (thread) => this.#thread(thread),
            )
      }
      ${page.next === null ? nothing : html`<div class="more">${button({ label: 'Show earlier', onClick: () => this.#more() })}</div>`}
    `;
  }

  #empty({ threads }: CommentPage) {
    return threads.length > 0
      ? emptyState({ icon: 'check', title: 'All settled', hint: 'Every conversation here has come to an end.' })
      : emptyState({
          icon: 'comment',
          title: 'Nothing was said yet',
          hint: 'Ask a question or leave a word for whoever comes next. An @ tells somebody of it.',
        });
  }

  #thread(thread: CommentThread) {
    return html`<fw-thread .app=${this.app} .thread=${thread} .people=${this.#people.value ?? []} @changed=${() => this.#page.refresh()}></fw-thread>`;
  }

  /** As many pages as were asked for, so that what is read stays where it is. */
  async #load(signal: AbortSignal): Promise<CommentPage> {
    const ask = (before?: string) =>
      this.app.client.comments.list(
        { projectId: this.projectId, target: this.target, limit: pageSize, ...(before && { before }) },
        { signal },
      );
    let page = await ask();
    for (let count = 1; count < this.pages && page.next !== null; count += 1) {
      const next = await ask(page.next);
      page = { ...next, threads: [...page.threads, ...next.threads] };
    }
    return page;
  }

  #show(settled: boolean): void {
    this.settled = settled;
  }

  #more(): void {
    this.pages += 1;
    this.#page.refresh();
  }

  async #add(text: string): Promise<boolean> {
    return this.#try(() => this.app.client.comments.add({ projectId: this.projectId, target: this.target, text }));
  }

  async #follow(following: boolean): Promise<void> {
    await this.#try(() =>
      this.app.client.comments.follow({ projectId: this.projectId, target: this.target, following }),
    );
  }

  async #try(act: () => Promise<unknown>): Promise<boolean> {
    this.failure = undefined;
    try {
      await act();
      return true;
    } catch (error) {
      this.failure = error;
      return false;
    } finally {
      this.#page.refresh();
    }
  }
}

customElements.define('fw-comments', Comments);
