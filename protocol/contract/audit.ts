import { eventIterator } from '@orpc/contract';
import { auditFilter, auditLines, auditPage, auditProgress, auditSearchInput } from '../model/audit.ts';
import { auditorOnly } from './base.ts';

export const audit = {
  search: auditorOnly
    .route({ method: 'POST', path: '/audit/search', summary: 'Events by person, object, action and time' })
    .input(auditSearchInput)
    .output(auditPage),
  verify: auditorOnly
    .route({ method: 'GET', path: '/audit/verify', summary: 'Check every link of the event log, with progress' })
    .output(eventIterator(auditProgress)),
  export: auditorOnly
    .route({ method: 'POST', path: '/audit/export', summary: 'Events as lines of JSON with their hashes' })
    .input(auditFilter)
    .output(eventIterator(auditLines)),
};
