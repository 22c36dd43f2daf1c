/** Entry of the comparison's bundle. */
import { startPanel } from '../../app/start.ts';
import './comparePanel.ts';

void startPanel('fw-compare-panel');
