/** How the parts of the home hand what was done, or what failed, to the panel around them. */
import type { ToastText } from '../../ui/toast.ts';

export type Done = { readonly toast?: ToastText };

/** Runs a change; the panel shows its failure, or the word about it. */
export async function act(element: HTMLElement, change: () => Promise<ToastText | undefined>): Promise<void> {
  try {
    const toast = await change();
    element.dispatchEvent(new CustomEvent('done', { detail: { toast } satisfies Done, bubbles: true, composed: true }));
  } catch (failure) {
    element.dispatchEvent(new CustomEvent('refused', { detail: failure, bubbles: true, composed: true }));
  }
}
