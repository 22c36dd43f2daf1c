/** Charts are most of a panel's code: an element of theirs is fetched when it is first wanted. */
import type { ReactiveControllerHost } from 'lit';
import { skeleton } from './states.ts';

type Later = { readonly tag: string; readonly load: () => Promise<unknown>; readonly draw: () => unknown };

export function whenLoaded(host: ReactiveControllerHost, { tag, load, draw }: Later): unknown {
  if (customElements.get(tag)) return draw();
  void load().then(() => host.requestUpdate());
  return skeleton(6);
}
