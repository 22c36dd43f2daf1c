import { tierList } from '../model/tier.ts';
import { signedIn } from './base.ts';

export const tiers = {
  list: signedIn
    .route({
      method: 'GET',
      path: '/tiers',
      summary: 'The hardware tiers that you may use, with price, limits and load',
    })
    .output(tierList),
};
