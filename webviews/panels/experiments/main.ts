/** Entry of the experiments panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './experimentsPanel.ts';

void startPanel('fw-experiments-panel');
