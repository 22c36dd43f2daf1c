/** Entry of the sweep panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './sweepPanel.ts';

void startPanel('fw-sweep-panel');
