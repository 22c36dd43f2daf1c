/** Entry of the launch panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './launchPanel.ts';

startPanel('fw-launch-panel');
