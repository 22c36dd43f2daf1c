/** Entry of the home panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './homePanel.ts';

startPanel('fw-home-panel');
