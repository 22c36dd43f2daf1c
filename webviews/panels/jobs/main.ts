/** Entry of the jobs panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './jobsPanel.ts';

void startPanel('fw-jobs-panel');
