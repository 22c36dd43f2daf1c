/** Entry of the run panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './runPanel.ts';

void startPanel('fw-run-panel');
