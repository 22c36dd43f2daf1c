/** Entry of the portfolio panel's bundle. */
import { startPanel } from '../../app/start.ts';
import './portfolioPanel.ts';

void startPanel('fw-portfolio-panel');
