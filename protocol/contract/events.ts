import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { event, eventMessage, listEventsInput, subscribeInput } from '../events.ts';
import { signedIn } from './base.ts';

export const events = {
  subscribe: signedIn
    .route({ method: 'GET', path: '/events', summary: 'What happens from now on, or since a position' })
    .input(subscribeInput)
    .output(eventIterator(eventMessage)),
  list: signedIn
    .route({ method: 'GET', path: '/events/history', summary: 'What happened, newest first' })
    .input(listEventsInput)
    .output(z.array(event)),
};
