import * as z from 'zod';
import { environmentId, projectId } from '../model/common.ts';
import { environmentRevision } from '../model/environment.ts';
import {
  createWorkspaceInput,
  debugRunInput,
  extendWorkspaceInput,
  snapshotWorkspaceInput,
  startWorkspaceInput,
  toolChoice,
  updateWorkspaceInput,
  workspace,
  workspaceAddress,
  workspaceDetails,
  workspaceId,
} from '../model/workspace.ts';
import { signedIn, withRole } from './base.ts';

const ofWorkspace = z.object({ workspaceId });

/** The service besides: a private workspace exists for its owner and for owners of the project, and opens for its owner alone. */
export const workspaces = {
  list: signedIn
    .route({ method: 'GET', path: '/workspaces', summary: 'Workspaces that you may see, those that run first' })
    .input(z.object({ projectId: projectId.optional() }))
    .output(z.array(workspace)),
  get: withRole('viewer', 'workspaceId')
    .route({ method: 'GET', path: '/workspaces/{workspaceId}', summary: 'One workspace, with the end of its output' })
    .input(ofWorkspace)
    .output(workspaceDetails),
  tools: signedIn
    .route({ method: 'GET', path: '/workspaces/tools', summary: 'The tools that an environment offers' })
    .input(z.object({ environmentId, environmentRevision: z.coerce.number().int().positive().optional() }))
    .output(z.array(toolChoice)),
  create: withRole('contributor', 'projectId')
    .route({ method: 'POST', path: '/workspaces', summary: 'Make a workspace and start it' })
    .input(createWorkspaceInput)
    .output(workspace),
  debugRun: withRole('contributor', 'runId')
    .route({
      method: 'POST',
      path: '/runs/{runId}/workspace',
      summary: 'A workspace with the code, environment, tier and arguments of a run, to debug it',
    })
    .input(debugRunInput)
    .output(workspace),
  start: withRole('contributor', 'workspaceId')
    .route({
      method: 'POST',
      path: '/workspaces/{workspaceId}/start',
      summary: 'Start it again, on another tier or in another environment if asked; its folder is as it was',
    })
    .input(startWorkspaceInput)
    .output(workspace),
  stop: withRole('contributor', 'workspaceId')
    .route({ method: 'POST', path: '/workspaces/{workspaceId}/stop', summary: 'Stop it; its folder is saved and kept' })
    .input(ofWorkspace)
    .output(workspace),
  extend: withRole('contributor', 'workspaceId')
    .route({
      method: 'POST',
      path: '/workspaces/{workspaceId}/extend',
      summary: 'Do not stop it for being idle for a while',
    })
    .input(extendWorkspaceInput)
    .output(workspace),
  update: withRole('viewer', 'workspaceId')
    .route({ method: 'PATCH', path: '/workspaces/{workspaceId}', summary: 'Rename it, share it, change its idle time' })
    .input(updateWorkspaceInput)
    .output(workspace),
  save: withRole('contributor', 'workspaceId')
    .route({ method: 'POST', path: '/workspaces/{workspaceId}/save', summary: 'Save its folder as a commit now' })
    .input(ofWorkspace)
    .output(workspace),
  snapshot: withRole('contributor', 'workspaceId')
    .route({
      method: 'POST',
      path: '/workspaces/{workspaceId}/snapshot',
      summary: 'Its environment, with the packages that were installed in it, as a new revision',
    })
    .input(snapshotWorkspaceInput)
    .output(environmentRevision),
  address: withRole('viewer', 'workspaceId')
    .route({
      method: 'POST',
      path: '/workspaces/{workspaceId}/address',
      summary: 'Where it is reached, with a link that signs a browser in once',
    })
    .input(ofWorkspace)
    .output(workspaceAddress),
  delete: withRole('viewer', 'workspaceId')
    .route({
      method: 'DELETE',
      path: '/workspaces/{workspaceId}',
      summary: 'Delete it with its folder; what was saved stays in the repository',
    })
    .input(ofWorkspace)
    .output(z.object({})),
};
