/** A group: people who are given a role in projects together. */
import * as z from 'zod';
import { label, person, projectId, slug, timestamp, userId } from './common.ts';
import { projectRole } from './session.ts';

export const mostGroups = 1000;
export const mostInGroup = 5000;

export const groupId = slug.describe('Group id');

export const group = z.object({
  id: groupId,
  name: label,
  members: z.array(person).readonly(),
  createdAt: timestamp,
});
export type Group = z.infer<typeof group>;

export const setGroupInput = z.object({
  groupId,
  name: label.optional().describe('Absent keeps it; a new group is named by its id then'),
  userIds: z.array(userId).max(mostInGroup).describe('All who are in it from now on'),
});
export type SetGroupInput = z.infer<typeof setGroupInput>;

export const groupRole = z.object({ groupId, name: label, role: projectRole });
export type GroupRole = z.infer<typeof groupRole>;

export const setGroupRoleInput = z.object({
  projectId,
  groupId,
  role: projectRole.nullable().describe('null takes it away'),
});
export type SetGroupRoleInput = z.infer<typeof setGroupRoleInput>;
