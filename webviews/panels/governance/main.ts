/** Entry of the governance panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './governancePanel.ts';

void startPanel('fw-governance-panel');
