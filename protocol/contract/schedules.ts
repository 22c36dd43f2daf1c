import * as z from 'zod';
import {
  createScheduleInput,
  firing,
  listSchedulesInput,
  previewScheduleInput,
  schedule,
  scheduleId,
  schedulePreview,
  updateScheduleInput,
} from '../model/schedule.ts';
import { signedIn, withRole } from './base.ts';

const ofSchedule = z.object({ scheduleId });

export const schedules = {
  list: signedIn
    .route({ method: 'GET', path: '/schedules', summary: 'Schedules of projects that you may see' })
    .input(listSchedulesInput)
    .output(z.array(schedule)),
  get: withRole('viewer', 'scheduleId')
    .route({ method: 'GET', path: '/schedules/{scheduleId}', summary: 'One schedule with its next times' })
    .input(ofSchedule)
    .output(schedule),
  preview: signedIn
    .route({ method: 'POST', path: '/schedules/preview', summary: 'A cron expression in words, with its next times' })
    .input(previewScheduleInput)
    .output(schedulePreview),
  create: withRole('contributor', 'projectId')
    .route({ method: 'POST', path: '/schedules', summary: 'Run something by itself from now on, as you' })
    .input(createScheduleInput)
    .output(schedule),
  update: withRole('contributor', 'scheduleId')
    .route({
      method: 'PATCH',
      path: '/schedules/{scheduleId}',
      summary: 'Change, pause or resume a schedule; from then on it runs as you, unless you only pause it',
    })
    .input(updateScheduleInput)
    .output(schedule),
  delete: withRole('contributor', 'scheduleId')
    .route({ method: 'DELETE', path: '/schedules/{scheduleId}', summary: 'End a schedule; its runs stay' })
    .input(ofSchedule)
    .output(z.object({})),
  trigger: withRole('contributor', 'scheduleId')
    .route({ method: 'POST', path: '/schedules/{scheduleId}/trigger', summary: 'Run it now, beside its times, as you' })
    .input(ofSchedule)
    .output(firing),
  history: withRole('viewer', 'scheduleId')
    .route({ method: 'GET', path: '/schedules/{scheduleId}/history', summary: 'What came of its times, newest first' })
    .input(ofSchedule)
    .output(z.array(firing)),
};
