import {
  jobList,
  jobPlan,
  launchedJob,
  launchJobInput,
  listJobsInput,
  readJobFile,
  validateJobsInput,
} from '../model/job.ts';
import { signedIn, withRole } from './base.ts';

export const jobs = {
  validate: signedIn
    .route({
      method: 'POST',
      path: '/jobs/validate',
      summary: 'What a flywheel.yaml defines, and what is wrong in it by line',
    })
    .input(validateJobsInput)
    .output(readJobFile),
  list: withRole('viewer', 'projectId')
    .route({ method: 'POST', path: '/jobs/list', summary: 'The jobs that flywheel.yaml defines at a commit' })
    .input(listJobsInput)
    .output(jobList),
  dryRun: withRole('viewer', 'projectId')
    .route({
      method: 'POST',
      path: '/jobs/dry-run',
      summary: 'What a launch of a job would do, wait for and likely cost',
    })
    .input(launchJobInput)
    .output(jobPlan),
  launch: withRole('contributor', 'projectId')
    .route({ method: 'POST', path: '/jobs/launch', summary: 'Queue a job and those it depends on' })
    .input(launchJobInput)
    .output(launchedJob),
};
