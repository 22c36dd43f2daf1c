/** Finds the call of an address: first by the address as it is, then by patterns, whose segments in braces become fields. */
import { decodePath } from './artifactPath.ts';
import type { Route } from './route.ts';

type Parameters = Readonly<Record<string, string>>;
type Found = { readonly route: Route; readonly parameters: Parameters };
type Pattern = { readonly method: string; readonly segments: readonly string[]; readonly route: Route };

export class Router {
  readonly #exact = new Map<string, Route>();
  readonly #patterns: Pattern[] = [];

  constructor(routes: readonly Route[]) {
    for (const route of routes) for (const method of route.methods) this.#add(method, route);
  }

  /** The address is as it stood in the request, from the version on. */
  find(method: string, address: string): Found | null {
    const exact = this.#exact.get(`${method} ${address}`);
    if (exact !== undefined) return { route: exact, parameters: {} };
    const given = address.split('/');
    for (const { method: wanted, segments, route } of this.#patterns) {
      const parameters = wanted === method ? parametersIn(segments, given) : null;
      if (parameters !== null) return { route, parameters };
    }
    return null;
  }

  #add(method: string, route: Route): void {
    const address = `${route.under}/${route.path}`;
    if (address.includes('{')) this.#patterns.push({ method, segments: address.split('/'), route });
    else this.#exact.set(`${method} ${address}`, route);
  }
}

/** Null where the address is another one. */
function parametersIn(segments: readonly string[], given: readonly string[]): Parameters | null {
  if (segments.length !== given.length) return null;
  const found: [string, string][] = [];
  for (const [index, segment] of segments.entries()) {
    const raw = given[index] ?? '';
    const name = /^\{(.+)\}$/.exec(segment)?.[1];
    if (name !== undefined && raw !== '') found.push([name, raw]);
    else if (segment !== raw) return null;
  }
  return Object.fromEntries(found.map(([name, raw]) => [name, decodePath(raw)]));
}
