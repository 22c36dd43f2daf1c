/** Entry of the launch panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './launchPanel.ts';

void startPanel('fw-launch-panel');
