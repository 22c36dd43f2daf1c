/** The one contract between server, extension, panels and command line. */

import { access } from './contract/access.ts';
import { accounts } from './contract/accounts.ts';
import { audit } from './contract/audit.ts';
import { budgets, quotas } from './contract/budgets.ts';
import { code } from './contract/code.ts';
import { comments } from './contract/comments.ts';
import { compute } from './contract/compute.ts';
import { costs } from './contract/costs.ts';
import { environments } from './contract/environments.ts';
import { events } from './contract/events.ts';
import { experiments } from './contract/experiments.ts';
import { groups } from './contract/groups.ts';
import { jobs } from './contract/jobs.ts';
import { models } from './contract/models.ts';
import { projects } from './contract/projects.ts';
import { queue } from './contract/queue.ts';
import { runs } from './contract/runs.ts';
import { schedules } from './contract/schedules.ts';
import { scripts } from './contract/scripts.ts';
import { search } from './contract/search.ts';
import { secrets } from './contract/secrets.ts';
import { session } from './contract/session.ts';
import { sweeps } from './contract/sweeps.ts';
import { tiers } from './contract/tiers.ts';
import { views } from './contract/views.ts';
import { workspaces } from './contract/workspaces.ts';

export const contract = {
  session,
  accounts,
  projects,
  environments,
  tiers,
  compute,
  runs,
  code,
  scripts,
  experiments,
  models,
  views,
  comments,
  costs,
  events,
  search,
  sweeps,
  jobs,
  queue,
  schedules,
  secrets,
  budgets,
  quotas,
  groups,
  audit,
  access,
  workspaces,
};
export type Contract = typeof contract;
