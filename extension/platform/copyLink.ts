/** Puts a link that opens a place in this editor into the clipboard. */
import * as vscode from 'vscode';
import type { PanelPlace } from '../../protocol/panel.ts';
import { writeLink } from './placeLink.ts';

type Server = { readonly status: { readonly url: string | null } };

export function copyLink(server: Server): (place: PanelPlace) => Promise<string> {
  return async (place) => {
    const link = writeLink(vscode.env.uriScheme, { place, server: server.status.url });
    await vscode.env.clipboard.writeText(link);
    return link;
  };
}
