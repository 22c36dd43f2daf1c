import * as z from 'zod';
import { blame, blameInput, commit, commitsInput, committedFile } from '../model/code.ts';
import { commitId, projectId } from '../model/common.ts';
import { withRole } from './base.ts';

export const code = {
  commits: withRole('viewer', 'projectId')
    .route({ method: 'GET', path: '/projects/{projectId}/commits', summary: 'Commits of a project, newest first' })
    .input(commitsInput)
    .output(z.array(commit)),
  files: withRole('viewer', 'projectId')
    .route({
      method: 'GET',
      path: '/projects/{projectId}/commits/{commit}/files',
      summary: 'The files of a commit, with the ids of their contents',
    })
    .input(z.object({ projectId, commit: commitId }))
    .output(z.array(committedFile)),
  blame: withRole('viewer', 'projectId')
    .meta({ reads: true })
    .route({
      method: 'POST',
      path: '/projects/{projectId}/blame',
      summary: 'Which run first had each line of a file, uncommitted changes included',
    })
    .input(blameInput)
    .output(blame),
};
