/** Secrets, budgets, groups and the audit log: the panel, and what is asked of a person in the editor. */
import type * as vscode from 'vscode';
import type { Project } from '../../../protocol/model/project.ts';
import { panelPlace } from '../../../protocol/panel.ts';
import type { LiveList } from '../../connection/liveList.ts';
import { EditorPanels } from '../../panels/editorPanels.ts';
import type { PanelViewDeps } from '../../panels/panelView.ts';
import { Disposables } from '../../platform/disposables.ts';
import { addSecret } from './addSecret.ts';
import { type NoticesDeps, registerNotices } from './notices.ts';
import { requestRole } from './requestRole.ts';

export type GovernanceDeps = NoticesDeps & {
  readonly projects: LiveList<Project>;
  readonly panels: PanelViewDeps;
};

export function registerGovernance(deps: GovernanceDeps): vscode.Disposable {
  const { commands, server, projects, panels } = deps;
  const owned = new Disposables();
  const editors = new EditorPanels(panels, {
    panel: 'governance',
    icon: 'governance',
    keyOf: () => 'governance',
    titleOf: () => 'Governance',
  });
  commands.register('flywheel.governance.open', (target) => {
    const place = panelPlace.safeParse({ ...(typeof target === 'object' ? target : {}), panel: 'governance' });
    editors.show(place.success && place.data.panel === 'governance' ? place.data : { panel: 'governance' });
  });
  commands.register('flywheel.secrets.add', (target) => addSecret({ server, projects: projects.items, target }));
  commands.register('flywheel.access.request', () => requestRole({ server, projects: projects.items }));
  owned.add(editors);
  owned.add(registerNotices(deps));
  return owned;
}
