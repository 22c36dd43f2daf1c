/**
 * A document that a run left, as it may stand in a frame: without anything
 * that runs or fetches. The frame has an empty sandbox and inherits the policy
 * of the page too; this is so that it looks right there, and the third lock.
 */
const dropped = 'script, link, iframe, frame, object, embed, base, form, meta[http-equiv], noscript';

export function safeDocument(text: string): string {
  const parsed = new DOMParser().parseFromString(text, 'text/html');
  for (const element of parsed.querySelectorAll(dropped)) element.remove();
  for (const element of parsed.querySelectorAll('*')) dropHandlers(element);
  parsed.head.append(gatheredStyles(parsed));
  const nonce = document.querySelector('meta[name=csp-nonce]')?.getAttribute('content') ?? '';
  for (const style of parsed.querySelectorAll('style')) style.setAttribute('nonce', nonce);
  return `<!doctype html>${parsed.documentElement.outerHTML}`;
}

function dropHandlers(element: Element): void {
  for (const { name } of [...element.attributes]) if (/^on/i.test(name)) element.removeAttribute(name);
}

/** The policy takes styles by nonce alone, and none that stand at an element: those become rules. */
function gatheredStyles(parsed: Document): HTMLStyleElement {
  const rules: string[] = [];
  for (const [at, element] of [...parsed.querySelectorAll('[style]')].entries()) {
    const style = element.getAttribute('style') ?? '';
    element.removeAttribute('style');
    element.classList.add(`fw-style-${at}`);
    rules.push(`.fw-style-${at} { ${style.replace(/[{}]/g, '')} }`);
  }
  const gathered = parsed.createElement('style');
  gathered.textContent = rules.join('\n');
  return gathered;
}
