import * as z from 'zod';
import { projectId } from '../model/common.ts';
import { createViewInput, savedView, updateViewInput, viewId } from '../model/view.ts';
import { withRole } from './base.ts';

/** The service besides: a private view exists for its owner alone, and sharing needs a contributor. */
export const views = {
  list: withRole('viewer', 'projectId')
    .route({ method: 'GET', path: '/views', summary: 'Your saved views of a project and those shared in it, by name' })
    .input(z.object({ projectId }))
    .output(z.array(savedView)),
  get: withRole('viewer', 'viewId')
    .route({ method: 'GET', path: '/views/{viewId}', summary: 'One saved view' })
    .input(z.object({ viewId }))
    .output(savedView),
  create: withRole('viewer', 'experimentId')
    .route({ method: 'POST', path: '/views', summary: 'Save a view, for yourself or shared in the project' })
    .input(createViewInput)
    .output(savedView),
  update: withRole('viewer', 'viewId')
    .route({ method: 'PATCH', path: '/views/{viewId}', summary: 'Rename, share or save a view anew' })
    .input(updateViewInput)
    .output(savedView),
  delete: withRole('viewer', 'viewId')
    .route({ method: 'DELETE', path: '/views/{viewId}', summary: 'Delete a saved view' })
    .input(z.object({ viewId }))
    .output(z.object({})),
};
