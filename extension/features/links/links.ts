/** Links to places: opened where somebody clicks one, and copied where a panel offers it. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import type { PanelPlace } from '../../../protocol/panel.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Commands } from '../../platform/commands.ts';
import { readLink, sameServer } from '../../platform/placeLink.ts';

export type LinksDeps = {
  readonly commands: Commands;
  readonly server: Pick<ServerConnection, 'status'>;
};

const openers = {
  launch: 'flywheel.launch.open',
  run: 'flywheel.runs.open',
  experiments: 'flywheel.experiments.open',
  costs: 'flywheel.costs.open',
  project: 'flywheel.projects.open',
  portfolio: 'flywheel.portfolio.open',
  compare: 'flywheel.runs.compare',
  environments: 'flywheel.environments.open',
  home: 'flywheel.browser.open',
  search: 'flywheel.search.open',
  sweep: 'flywheel.sweeps.open',
  jobs: 'flywheel.jobs.open',
} as const satisfies Record<PanelPlace['panel'], string>;

export function registerLinks({ commands, server }: LinksDeps): vscode.Disposable {
  return vscode.window.registerUriHandler({
    handleUri: async (uri) => {
      try {
        const link = readLink(uri);
        if (!link) throw new ClientError('invalid-input', 'This link leads to nothing that Flywheel knows.');
        refuseOtherServer(link.server, server.status.url);
        await commands.run(openers[link.place.panel], link.place);
      } catch (error) {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    },
  });
}

/** Going to another server is the person's to decide, never a link's. */
function refuseOtherServer(asked: string | null, present: string | null): void {
  if (asked === null || present === null || sameServer(asked, present)) return;
  throw new ClientError(
    'invalid-input',
    `This link is of the server ${asked}, and this window is connected to ${present}. Sign in there first.`,
  );
}
