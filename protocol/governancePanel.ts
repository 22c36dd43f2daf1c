/** The governance panel: where it can stand, and which entries of the contract it may call. */
import * as z from 'zod';
import { projectId } from './model/common.ts';

export const governanceTabs = ['accounts', 'sessions', 'secrets', 'groups', 'quotas', 'audit'] as const;
export type GovernanceTab = (typeof governanceTabs)[number];

export const governancePlace = z.object({
  panel: z.literal('governance'),
  tab: z.enum(governanceTabs).optional(),
  projectId: projectId.optional(),
});

export const governanceEntries = [
  'projects.list',
  'secrets.list',
  'secrets.set',
  'secrets.delete',
  'secrets.listOwn',
  'secrets.setOwn',
  'secrets.deleteOwn',
  'audit.search',
  'audit.verify',
  'session.listUsers',
  'session.createUser',
  'session.listTokens',
  'session.createToken',
  'session.revokeToken',
  'session.password',
  'session.setPassword',
  'accounts.list',
  'accounts.createService',
  'accounts.update',
  'accounts.tokens',
  'accounts.endSessions',
  'accounts.resetPassword',
  'groups.list',
  'groups.set',
  'groups.delete',
  'groups.ofProject',
  'groups.setRole',
  'quotas.list',
  'quotas.set',
] as const;

/** Of the costs panel, beside spending. */
export const budgetEntries = [
  'budgets.list',
  'budgets.set',
  'budgets.delete',
  'budgets.approvals',
  'budgets.decide',
  'groups.list',
  'session.listUsers',
] as const;
