/** What the elements of panels share: the app they were given, and an update each second where time is shown. */
import { LitElement } from 'lit';
import type { PanelApp } from '../app/client.ts';

export class PanelPart extends LitElement {
  static override properties: Record<string, object> = { app: { attribute: false } };
  declare app: PanelApp;
}

/** Repeats an update while the element is connected and the page visible. */
export function tick(element: LitElement, milliseconds = 1000): () => void {
  const timer = setInterval(() => document.visibilityState === 'visible' && element.requestUpdate(), milliseconds);
  return () => clearInterval(timer);
}
