import { costEstimate, estimateInput, spending, spendingInput } from '../model/cost.ts';
import { signedIn, withRole } from './base.ts';

export const costs = {
  spending: signedIn
    .meta({ reads: true })
    .route({
      method: 'POST',
      path: '/costs/spending',
      summary: 'What runs spent in projects that you may see, period by period, deleted runs included',
    })
    .input(spendingInput)
    .output(spending),
  estimate: withRole('viewer', 'projectId')
    .meta({ reads: true })
    .route({
      method: 'POST',
      path: '/costs/estimate',
      summary: 'What a command will likely cost on a tier, by what its runs there took',
    })
    .input(estimateInput)
    .output(costEstimate),
};
