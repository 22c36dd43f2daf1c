/** The lists that several features show: runs and projects, each fetched once for all of them. */
import type { Project } from '../../protocol/model/project.ts';
import type { RunSummary } from '../../protocol/model/run.ts';
import { failureOf, sentenceOf } from '../platform/failure.ts';
import { LiveList } from './liveList.ts';
import type { ServerConnection } from './serverConnection.ts';

type Warn = { warn(message: string): void };

const newestRuns = 200;

export function runList(server: ServerConnection, log: Warn): LiveList<RunSummary> {
  return new LiveList({
    server,
    fetch: async (client) =>
      (await client.runs.list({ limit: newestRuns })).items.filter((run) => run.deletedAt === null),
    isAbout: (event) => event.type.startsWith('run.') && event.type !== 'run.logged',
    onError: (error) => log.warn(`runs: ${sentenceOf(failureOf(error))}`),
  });
}

/** Runs change the counts that projects show. */
export function projectList(server: ServerConnection, log: Warn): LiveList<Project> {
  return new LiveList({
    server,
    fetch: (client) => client.projects.list({ archived: false }),
    isAbout: (event) => /^(project|run|experiment)\./.test(event.type) && event.type !== 'run.logged',
    onError: (error) => log.warn(`projects: ${sentenceOf(failureOf(error))}`),
  });
}
