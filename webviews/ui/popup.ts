/**
 * Shows an element over everything else beside an anchor, and takes it away
 * when it is left: by Escape, by a click elsewhere, by its own closing. The
 * focus goes back to where it was. Knows nothing of what it shows.
 */
export type Anchor = { readonly left: number; readonly top: number; readonly bottom: number };

const margin = 4;

export function showPopup(element: HTMLElement, anchor: Anchor): () => void {
  const before = standing();
  cameFrom.set(element, before);
  element.popover = 'auto';
  document.body.append(element);
  element.showPopover();
  placeBeside(element, anchor);
  // What it holds may be drawn a moment later, and then need another place.
  const resized = new ResizeObserver(() => placeBeside(element, anchor));
  resized.observe(element);
  element.addEventListener('toggle', (event) => {
    if ((event as ToggleEvent).newState !== 'closed') return;
    resized.disconnect();
    const inside = element.matches(':focus-within') || document.activeElement === document.body;
    element.remove();
    if (inside) before?.focus({ preventScroll: true });
  });
  return () => element.isConnected && element.hidePopover();
}

const cameFrom = new WeakMap<Element, HTMLElement | null>();

/** A key that opens a menu may ask for one twice: what takes the place of a popup leads back to where that was opened. */
function standing(): HTMLElement | null {
  const outermost = document.activeElement;
  return (outermost && cameFrom.get(outermost)) ?? focusedElement();
}

/** A point, as of a pointer that asked for a menu. */
export function anchorAt(x: number, y: number): Anchor {
  return { left: x, top: y, bottom: y };
}

/** Below where there is room, otherwise above; never over the edge. */
function placeBeside(element: HTMLElement, anchor: Anchor): void {
  const { offsetWidth: width, offsetHeight: height } = element;
  const below = anchor.bottom + height + margin <= window.innerHeight;
  const top = below ? anchor.bottom : Math.max(margin, anchor.top - height);
  const left = Math.max(margin, Math.min(anchor.left, window.innerWidth - width - margin));
  Object.assign(element.style, { inset: 'auto', left: `${left}px`, top: `${top}px`, margin: '0' });
}

/** Through the shadow roots, where `document.activeElement` only names the outermost. */
export function focusedElement(): HTMLElement | null {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused instanceof HTMLElement ? focused : null;
}
