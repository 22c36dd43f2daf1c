import { parameterEffect, parameterEffectInput, scriptSummary, scriptSummaryInput } from '../model/script.ts';
import { signedIn } from './base.ts';

export const scripts = {
  summary: signedIn
    .meta({ reads: true })
    .route({ method: 'POST', path: '/scripts/summary', summary: 'The runs of a script: how many, the last, the best' })
    .input(scriptSummaryInput)
    .output(scriptSummary),
  effect: signedIn
    .meta({ reads: true })
    .route({ method: 'POST', path: '/scripts/effect', summary: 'Past values of a parameter with what a metric became' })
    .input(parameterEffectInput)
    .output(parameterEffect),
};
