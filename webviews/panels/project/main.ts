/** Entry of the project panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './projectPanel.ts';

void startPanel('fw-project-panel');
