import * as z from 'zod';
import { explainInput, explanation, requestRoleInput } from '../model/accessRequest.ts';
import { withRole } from './base.ts';

export const access = {
  explain: withRole('viewer', 'projectId')
    .route({
      method: 'GET',
      path: '/projects/{projectId}/access/{role}',
      summary: 'Whether you have a role in it, why, and who can give it to you',
    })
    .input(explainInput)
    .output(explanation),
  request: withRole('viewer', 'projectId')
    .route({ method: 'POST', path: '/projects/{projectId}/access', summary: 'Ask its owners for a role' })
    .input(requestRoleInput)
    .output(z.object({})),
};
