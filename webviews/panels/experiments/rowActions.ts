/**
 * What can be done to a run where it stands in the table: mark, colour, note,
 * tags, delete with a way back. Tells the outcome; keeps nothing.
 */
import type { RunRow } from '../../../protocol/model/experiment.ts';
import { isFinal } from '../../../protocol/model/run.ts';
import type { PanelApp } from '../../app/client.ts';
import { plural } from '../../ui/format.ts';
import { type MenuItem, openMenu } from '../../ui/menu.ts';
import { spellOut } from '../../ui/name.ts';
import type { Anchor } from '../../ui/popup.ts';
import type { ToastText } from '../../ui/toast.ts';
import { colours } from './colours.ts';
import { editNote } from './noteEditor.ts';
import { colourTag } from './tableColumn.ts';
import { editTags } from './tagEditor.ts';

export type RowActionsDeps = {
  readonly app: () => PanelApp;
  /** The run as it is at once, before the server's own word of it. */
  readonly changed: (run: RunRow) => void;
  /** Rows came or went. */
  readonly moved: () => void;
  readonly told: (toast: ToastText) => void;
  readonly failed: (error: unknown) => void;
};

export class RowActions {
  readonly #deps: RowActionsDeps;

  constructor(deps: RowActionsDeps) {
    this.#deps = deps;
  }

  star(run: RunRow): void {
    const starred = !run.starred;
    this.#deps.changed({ ...run, starred });
    void this.#try(async () => {
      await this.#client.runs.star({ runId: run.id, starred });
    }, run);
  }

  colour(run: RunRow, at: Anchor): void {
    const present = run.tags[colourTag];
    const items = colours.map(
      (colour): MenuItem => ({
        label: colour,
        checked: colour === present,
        run: () => this.#paint(run, colour),
      }),
    );
    openMenu('Colour', [...items, { label: 'None', checked: !present, run: () => this.#paint(run, null) }], at);
  }

  note(run: RunRow, at: Anchor): void {
    editNote(this.#deps.app(), run, { at, onSaved: () => {} });
  }

  tags(run: RunRow, at: Anchor): void {
    editTags(this.#deps.app(), run, { at, onSaved: () => {} });
  }

  /** Of those that have ended; says how many had not. */
  async delete(runs: readonly RunRow[]): Promise<void> {
    const ended = runs.filter((run) => isFinal(run.state) && run.deletedAt === null);
    if (ended.length === 0) {
      this.#deps.told({ text: 'Nothing to delete: only runs that have ended can be deleted. Stop it first.' });
      return;
    }
    const results = await Promise.allSettled(ended.map((run) => this.#client.runs.delete({ runId: run.id })));
    const gone = ended.filter((_run, at) => results[at]?.status === 'fulfilled');
    const refused = results.find((result) => result.status === 'rejected');
    if (refused) this.#deps.failed(refused.reason);
    this.#deps.moved();
    if (gone.length > 0) this.offerUndo(gone);
  }

  offerUndo(gone: readonly RunRow[]): void {
    const [first] = gone;
    const what = gone.length === 1 && first ? spellOut(first.name) : plural(gone.length, 'run');
    this.#deps.told({ text: `Deleted ${what}.`, action: { label: 'Undo', run: () => void this.#restore(gone) } });
  }

  async #restore(runs: readonly RunRow[]): Promise<void> {
    const results = await Promise.allSettled(runs.map((run) => this.#client.runs.restore({ runId: run.id })));
    const refused = results.find((result) => result.status === 'rejected');
    if (refused) this.#deps.failed(refused.reason);
    this.#deps.moved();
  }

  #paint(run: RunRow, colour: string | null): void {
    const { [colourTag]: _before, ...others } = run.tags;
    this.#deps.changed({
      ...run,
      tags: colour === null ? { ...others, [colourTag]: '' } : { ...others, [colourTag]: colour },
    });
    const change = colour === null ? { removeTags: [colourTag] } : { setTags: { [colourTag]: colour } };
    void this.#try(() => this.#client.runs.update({ runId: run.id, ...change }), run);
  }

  get #client() {
    return this.#deps.app().client;
  }

  /** What was refused is shown as it was. */
  async #try(work: () => Promise<unknown>, before: RunRow): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#deps.changed(before);
      this.#deps.failed(error);
    }
  }
}
