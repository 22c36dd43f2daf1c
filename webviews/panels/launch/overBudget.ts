/** The word before a launch that would cross a budget. */
import { html, nothing } from 'lit';
import type { CostEstimate } from '../../../protocol/model/cost.ts';
import { icon } from '../../ui/icon.ts';
import { overBudgetWords } from './likelyWords.ts';

export function overBudget(estimate: CostEstimate | null | undefined) {
  const words = estimate ? overBudgetWords(estimate) : null;
  return words === null ? nothing : html`<p class="over" role="status">${icon('warning')}<span>${words}</span></p>`;
}
