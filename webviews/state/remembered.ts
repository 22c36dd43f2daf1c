/**
 * A small remembered choice of a panel: navigation and the state of controls,
 * never data from the server. Broken or foreign values fall back in silence.
 */
import type { PanelClient } from './panelClient.ts';

export type Remembered<T> = {
  read(): Promise<T>;
  write(value: T): void;
};

export function remember<T extends object>(client: PanelClient, name: string, initial: T): Remembered<T> {
  return {
    read: async () => {
      try {
        const { value } = await client.host.recall({ name });
        const parsed: unknown = value === null ? null : JSON.parse(value);
        return typeof parsed === 'object' && parsed !== null ? { ...initial, ...parsed } : initial;
      } catch {
        return initial;
      }
    },
    write: (value) => {
      client.host.remember({ name, value: JSON.stringify(value) }).catch(() => {});
    },
  };
}
