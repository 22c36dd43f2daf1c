/**
 * Finds the call that an address means. Addresses without parameters are one
 * look-up, because jobs log to them at high rates; `{name}` stands for one
 * segment and `{name...}` at the end for all that is left.
 */
import { decodePath } from './artifactPath.ts';
import type { Route } from './route.ts';

export type Found = { readonly route: Route; readonly parameters: Readonly<Record<string, string>> };

type Template = { readonly method: string; readonly pattern: RegExp; readonly route: Route };

export class Router {
  readonly #exact = new Map<string, Route>();
  readonly #templates: Template[] = [];

  constructor(routes: readonly Route[]) {
    for (const route of routes) for (const method of route.methods) this.#add(method, route);
  }

  #add(method: string, route: Route): void {
    const address = addressOf(route);
    if (address.includes('{')) this.#templates.push({ method, pattern: patternOf(address), route });
    else this.#exact.set(`${method} ${address}`, route);
  }

  /** `address` is as it stood in the request, still encoded. */
  find(method: string, address: string): Found | null {
    const exact = this.#exact.get(`${method} ${address}`);
    if (exact !== undefined) return { route: exact, parameters: {} };
    for (const { method: own, pattern, route } of this.#templates) {
      const found = own === method ? pattern.exec(address) : null;
      if (found !== null) return { route, parameters: decoded(found.groups ?? {}) };
    }
    return null;
  }
}

/** Below `/api/`, as routes are listed in the documentation. */
export function addressOf({ under, path }: Pick<Route, 'under' | 'path'>): string {
  return under === '' ? path : `${under}/${path}`;
}

function patternOf(address: string): RegExp {
  const pattern = address
    .replaceAll('.', '\\.')
    .replace(/\{(\w+)\\\.\\\.\\\.\}$/, '(?<$1>.+)')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(`^${pattern}$`);
}

/** Exactly once, and only when the whole address fits. */
function decoded(groups: Readonly<Record<string, string>>): Found['parameters'] {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodePath(value)]));
}
