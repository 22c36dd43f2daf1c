import * as z from 'zod';
import { projectId, userId } from '../model/common.ts';
import { portfolio, portfolioInput } from '../model/portfolio.ts';
import { createProjectInput, member, project, setMemberInput, stage, updateProjectInput } from '../model/project.ts';
import {
  branch,
  createFromInput,
  deletedProject,
  dependents,
  protectBranchInput,
  readme,
  templateDefinition,
} from '../model/projectCode.ts';
import { blocker, goal, projectOverview, saveBlockerInput, saveGoalInput } from '../model/projectPlan.ts';
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
  stages: signedIn
    .route({ method: 'GET', path: '/project-stages', summary: 'The stages that projects go through, in order' })
    .output(z.array(stage)),
  portfolio: signedIn
    .route({
      method: 'POST',
      path: '/portfolio',
      summary: 'All projects that you may see with stage, health, spending and live models',
    })
    .input(portfolioInput)
    .output(portfolio),
  overview: withRole('viewer', 'projectId')
    .route({
      method: 'GET',
      path: '/projects/{projectId}/overview',
      summary: 'Goals, blockers, best results, environments and datasets in use',
    })
    .input(z.object({ projectId }))
    .output(projectOverview),
  saveGoal: withRole('contributor', 'projectId')
    .route({ method: 'POST', path: '/projects/{projectId}/goals', summary: 'Add, change, remove or bring back a goal' })
    .input(saveGoalInput)
    .output(goal),
  saveBlocker: withRole('contributor', 'projectId')
    .route({
      method: 'POST',
      path: '/projects/{projectId}/blockers',
      summary: 'Open, change, close or reopen a blocker',
    })
    .input(saveBlockerInput)
    .output(blocker),
  transfer: withRole('owner', 'projectId')
    .route({ method: 'POST', path: '/projects/{projectId}/transfer', summary: 'Make somebody else its owner' })
    .input(z.object({ projectId, userId }))
    .output(project),
  readme: withRole('viewer', 'projectId')
    .route({
      method: 'GET',
      path: '/projects/{projectId}/readme',
      summary: 'The README of the default branch; null where there is none',
    })
    .input(z.object({ projectId }))
    .output(readme),
  branches: withRole('viewer', 'projectId')
    .route({ method: 'GET', path: '/projects/{projectId}/branches', summary: 'Branches, the default one first' })
    .input(z.object({ projectId }))
    .output(z.array(branch)),
  protectBranch: withRole('owner', 'projectId')
    .route({
      method: 'PUT',
      path: '/projects/{projectId}/protection',
      summary: 'Protect a branch, or protect it no more',
    })
    .input(protectBranchInput)
    .output(z.array(branch)),
  template: withRole('viewer', 'projectId')
    .route({
      method: 'GET',
      path: '/projects/{projectId}/template',
      summary: 'What a project that starts from this template is asked for',
    })
    .input(z.object({ projectId }))
    .output(templateDefinition),
  createFrom: signedIn
    .route({
      method: 'POST',
      path: '/projects/{projectId}/copies',
      summary: 'A new project as a fork, or from a template',
    })
    .input(createFromInput)
    .output(project),
  dependents: withRole('viewer', 'projectId')
    .route({
      method: 'GET',
      path: '/projects/{projectId}/dependents',
      summary: 'What would miss it if it were deleted',
    })
    .input(z.object({ projectId }))
    .output(dependents),
  delete: withRole('owner', 'projectId')
    .route({
      method: 'POST',
      path: '/projects/{projectId}/delete',
      summary: 'Delete it; it can be restored for 30 days',
    })
    .input(z.object({ projectId, confirm: z.string().max(300).describe('Its name or id, typed') }))
    .output(deletedProject),
  deleted: signedIn
    .route({ method: 'GET', path: '/deleted-projects', summary: 'Deleted projects that you may restore' })
    .output(z.array(deletedProject)),
  restore: signedIn
    .route({
      method: 'POST',
      path: '/deleted-projects/{projectId}/restore',
      summary: 'Bring a deleted project back, as one of its owners',
    })
    .input(z.object({ projectId }))
    .output(project),
};
