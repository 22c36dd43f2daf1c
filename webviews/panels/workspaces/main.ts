/** Entry of the workspaces panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './workspacesPanel.ts';

void startPanel('fw-workspaces-panel');
