/** Jobs, queue and schedules over the services of a domain. */
import { createJobFileReader } from '../../server/adapters/definitions/jobFileReader.ts';
import { QueueService } from '../../server/domain/compute/queueService.ts';
import { JobService } from '../../server/domain/jobs/jobService.ts';
import { RunLauncher } from '../../server/domain/runs/runLauncher.ts';
import { ScheduleRunner } from '../../server/domain/schedules/scheduleRunner.ts';
import { ScheduleService } from '../../server/domain/schedules/scheduleService.ts';
import type { Domain } from './domain.ts';

export function createScheduling(domain: Domain) {
  const shared = { ...domain, visibility: domain.access };
  const jobs = new JobService({ ...shared, jobFiles: createJobFileReader(), launches: new RunLauncher(shared) });
  const runner = new ScheduleRunner({ ...shared, works: jobs });
  return {
    jobs,
    runner,
    queue: new QueueService(shared),
    schedules: new ScheduleService({ ...shared, works: jobs, runner }),
  };
}
