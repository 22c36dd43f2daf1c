import * as z from 'zod';
import { projectId } from '../model/common.ts';
import { createProjectInput, member, project, setMemberInput, updateProjectInput } from '../model/project.ts';
import { signedIn, withRole } from './base.ts';

export const projects = {
  list: signedIn
    .route({ method: 'GET', path: '/projects', summary: 'The projects you may see, most recently active first' })
    .input(z.object({ archived: z.boolean().default(false) }))
    .output(z.array(project)),
  get: withRole('viewer', 'projectId')
    .route({ method: 'GET', path: '/projects/{projectId}', summary: 'One project' })
    .input(z.object({ projectId }))
    .output(project),
  create: signedIn
    .route({
      method: 'POST',
      path: '/projects',
      summary: 'Create a project with its code repository and experiment; you become its owner',
    })
    .input(createProjectInput)
    .output(project),
  update: withRole('owner', 'projectId')
    .route({
      method: 'PATCH',
      path: '/projects/{projectId}',
      summary: 'Change name, description, stage, tags, or archive it',
    })
    .input(updateProjectInput)
    .output(project),
  members: withRole('viewer', 'projectId')
    .route({ method: 'GET', path: '/projects/{projectId}/members', summary: 'Who is in it, as what' })
    .input(z.object({ projectId }))
    .output(z.array(member)),
  setMember: withRole('owner', 'projectId')
    .route({
      method: 'PUT',
      path: '/projects/{projectId}/members/{userId}',
      summary: "Give, change or take away a person's role",
    })
    .input(setMemberInput)
    .output(z.array(member)),
};
