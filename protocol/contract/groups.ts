import * as z from 'zod';
import { projectId } from '../model/common.ts';
import { group, groupId, groupRole, setGroupInput, setGroupRoleInput } from '../model/group.ts';
import { adminOnly, signedIn, withRole } from './base.ts';

export const groups = {
  list: signedIn.route({ method: 'GET', path: '/groups', summary: 'Groups and who is in them' }).output(z.array(group)),
  set: adminOnly
    .route({ method: 'PUT', path: '/groups/{groupId}', summary: 'Make a group, or say anew who is in it' })
    .input(setGroupInput)
    .output(group),
  delete: adminOnly
    .route({ method: 'DELETE', path: '/groups/{groupId}', summary: 'Delete a group with the roles that it gives' })
    .input(z.object({ groupId }))
    .output(z.object({})),
  ofProject: withRole('viewer', 'projectId')
    .route({ method: 'GET', path: '/projects/{projectId}/groups', summary: 'Groups with a role in it' })
    .input(z.object({ projectId }))
    .output(z.array(groupRole)),
  setRole: withRole('owner', 'projectId')
    .route({
      method: 'PUT',
      path: '/projects/{projectId}/groups/{groupId}',
      summary: 'Give everybody in a group a role in the project, another one, or none',
    })
    .input(setGroupRoleInput)
    .output(z.array(groupRole)),
};
