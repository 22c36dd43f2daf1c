import * as z from 'zod';
import { experimentId, projectId } from '../model/common.ts';
import {
  columns,
  completeInput,
  completion,
  createExperimentInput,
  experiment,
  parsedFilter,
  parseInput,
  runPage,
  searchRunsInput,
} from '../model/experiment.ts';
import { signedIn, withRole } from './base.ts';

export const experiments = {
  list: signedIn
    .route({
      method: 'GET',
      path: '/experiments',
      summary: 'Experiments that you may see, most recently changed first',
    })
    .input(z.object({ projectId: projectId.optional() }))
    .output(z.array(experiment)),
  get: withRole('viewer', 'experimentId')
    .route({ method: 'GET', path: '/experiments/{experimentId}', summary: 'One experiment' })
    .input(z.object({ experimentId }))
    .output(experiment),
  create: withRole('contributor', 'projectId')
    .route({ method: 'POST', path: '/experiments', summary: 'Create an experiment' })
    .input(createExperimentInput)
    .output(experiment),
  search: withRole('viewer', 'experimentIds')
    .route({
      method: 'POST',
      path: '/experiments/search-runs',
      summary: 'Runs by filter and order, over everything and not within a page',
    })
    .input(searchRunsInput)
    .output(runPage),
  columns: withRole('viewer', 'experimentIds')
    .route({ method: 'POST', path: '/experiments/columns', summary: 'The metrics, parameters and tags that occur' })
    .input(z.object({ experimentIds: z.array(experimentId).min(1).max(100) }))
    .output(columns),
  complete: withRole('viewer', 'experimentIds')
    .route({
      method: 'POST',
      path: '/experiments/complete',
      summary: 'What may stand at the caret of a filter, and what is wrong with it',
    })
    .input(completeInput)
    .output(completion),
  parse: signedIn
    .route({ method: 'POST', path: '/experiments/parse', summary: 'A filter as comparisons, or what is wrong with it' })
    .input(parseInput)
    .output(parsedFilter),
};
