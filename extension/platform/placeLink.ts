/**
 * A place as a link that opens it in an editor, and back. It names the server,
 * so that the same id on another one is not mistaken for it. Pure: a link comes
 * from anywhere, so whatever is no place is none.
 */
import { type PanelPlace, panelPlace } from '../../protocol/panel.ts';

export const extensionId = 'flywheel.flywheel';
const path = '/open';

export type PlaceLink = { readonly place: PanelPlace; readonly server: string | null };

export function writeLink(scheme: string, { place, server }: PlaceLink): string {
  const given = Object.entries(place).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  if (server !== null) query.set('server', server);
  return `${scheme}://${extensionId}${path}?${query}`;
}

export function readLink(uri: { readonly path: string; readonly query: string }): PlaceLink | null {
  if (uri.path !== path) return null;
  const { server = null, ...fields } = Object.fromEntries(new URLSearchParams(uri.query));
  const place = panelPlace.safeParse(fields);
  return place.success ? { place: place.data, server } : null;
}

/** Whether two addresses are of one server: the ends of an address say nothing. */
export function sameServer(one: string, other: string): boolean {
  return URL.parse(one)?.origin === URL.parse(other)?.origin;
}
