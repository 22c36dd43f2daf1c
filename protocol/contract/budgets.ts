import * as z from 'zod';
import {
  approval,
  budget,
  budgetList,
  decideInput,
  listBudgetsInput,
  quota,
  setBudgetInput,
  setQuotaInput,
} from '../model/budget.ts';
import { adminOnly, signedIn, withRole } from './base.ts';

const done = z.object({});

export const budgets = {
  list: signedIn
    .route({
      method: 'GET',
      path: '/budgets',
      summary: 'Budgets of projects that you may see, of you and of your groups, and how they stand',
    })
    .input(listBudgetsInput)
    .output(budgetList),
  set: adminOnly
    .route({ method: 'PUT', path: '/budgets', summary: 'Set the budget of a project, person or group for a period' })
    .input(setBudgetInput)
    .output(budget),
  delete: adminOnly
    .route({ method: 'DELETE', path: '/budgets/{budgetId}', summary: 'Take a budget away' })
    .input(z.object({ budgetId: z.string() }))
    .output(done),
  approvals: signedIn
    .route({ method: 'GET', path: '/approvals', summary: 'Runs that wait for approval in projects that you may see' })
    .output(z.array(approval)),
  decide: withRole('owner', 'runId')
    .route({ method: 'POST', path: '/runs/{runId}/approval', summary: 'Let a run start that crosses a budget, or not' })
    .input(decideInput)
    .output(done),
};

export const quotas = {
  list: adminOnly
    .route({ method: 'GET', path: '/quotas', summary: 'Quotas of projects and people' })
    .output(z.array(quota)),
  set: adminOnly
    .route({
      method: 'PUT',
      path: '/quotas',
      summary: 'Bound the runs at a time and the GPU hours of a project or person; without a bound the quota goes',
    })
    .input(setQuotaInput)
    .output(z.array(quota)),
};
