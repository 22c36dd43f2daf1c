/** Entry of the environments panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './environmentsPanel.ts';

void startPanel('fw-environments-panel');
