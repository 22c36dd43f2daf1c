import * as z from 'zod';
import { drainInput, hostStatus } from '../model/host.ts';
import { adminOnly, signedIn } from './base.ts';

export const compute = {
  hosts: signedIn
    .route({
      method: 'GET',
      path: '/compute/hosts',
      summary: 'Docker hosts with what they have, what is taken and what is wrong',
    })
    .output(z.array(hostStatus).readonly()),
  drain: adminOnly
    .route({
      method: 'PUT',
      path: '/compute/hosts/{hostId}/drain',
      summary: 'Let a host take no new runs, or take them again',
    })
    .input(drainInput)
    .output(hostStatus),
};
