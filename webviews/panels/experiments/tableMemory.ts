/** What is remembered of each experiment's table on this machine: its settings, the view it stands in, recent filters. */
import type { ViewContent } from '../../../protocol/model/view.ts';
import type { PanelClient } from '../../state/panelClient.ts';
import { remember } from '../../state/remembered.ts';
import { readSettings } from './settings.ts';

export type TableChoices = {
  readonly settings: ViewContent | null;
  readonly viewId: string | null;
  readonly recent: readonly string[];
};

const nothing: TableChoices = { settings: null, viewId: null, recent: [] };

export class TableMemory {
  readonly #client: () => PanelClient;
  readonly #experimentId: () => string;

  constructor(client: () => PanelClient, experimentId: () => string) {
    this.#client = client;
    this.#experimentId = experimentId;
  }

  /** Of whatever shape it is by now: what cannot be read was never chosen. */
  async read(): Promise<TableChoices> {
    const { settings, viewId, recent } = await this.#of().read();
    return {
      settings: readSettings(settings),
      viewId: typeof viewId === 'string' ? viewId : null,
      recent: Array.isArray(recent) ? recent.filter((one) => typeof one === 'string') : [],
    };
  }

  write(choices: TableChoices): void {
    this.#of().write(choices);
  }

  #of() {
    return remember<TableChoices>(this.#client(), `experiments.${this.#experimentId()}`, nothing);
  }
}
