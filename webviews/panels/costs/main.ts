/** Entry of the costs panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './costsPanel.ts';

void startPanel('fw-costs-panel');
