/** Entry of the search panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './searchPanel.ts';

void startPanel('fw-search-panel');
