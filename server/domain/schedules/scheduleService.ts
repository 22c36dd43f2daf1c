/**
 * The `schedules` entries. A schedule runs as the person who saved it last: who
 * changes what another's schedule does cannot borrow their rights. Pausing
 * changes nothing of that.
 */
import { randomUUID } from 'node:crypto';
import type { EventType } from '../../../protocol/events.ts';
import {
  type AskedWork,
  type CreateScheduleInput,
  type Firing,
  type ListSchedulesInput,
  maxSchedules,
  type PreviewScheduleInput,
  type Schedule,
  type ScheduledWork,
  type SchedulePreview,
  type UpdateScheduleInput,
} from '../../../protocol/model/schedule.ts';
import type { Visibility } from '../shared/access.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf, personOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import { cronWords, readCron } from './cron.ts';
import { fireWork } from './fireWork.ts';
import type { StoredSchedule, WorkLauncher } from './ports.ts';
import type { ScheduleRunner, ScheduleRunnerDependencies } from './scheduleRunner.ts';

export type ScheduleServiceDependencies = Omit<ScheduleRunnerDependencies, 'works'> & {
  readonly visibility: Visibility;
  readonly works: WorkLauncher;
  readonly runner: Pick<ScheduleRunner, 'wake'>;
};

type OfSchedule = { readonly scheduleId: string };

const shownNext = 5;
const shownFirings = 200;

export class ScheduleService {
  readonly #deps: ScheduleServiceDependencies;

  constructor(deps: ScheduleServiceDependencies) {
    this.#deps = deps;
  }

  async list({ projectId }: ListSchedulesInput, { caller }: Call): Promise<readonly Schedule[]> {
    const visible = await this.#deps.visibility.visibleProjects(caller);
    if (projectId !== undefined && visible !== null && !visible.includes(projectId)) {
      throw new DomainError('not-found', `There is no project ${projectId}.`, {
        field: 'projectId',
        remedy: 'Check the id, or ask an owner to make you a member.',
      });
    }
    const asked = projectId === undefined ? visible : [projectId];
    const found = await this.#deps.store.read(({ schedules }) => schedules.schedules(asked));
    return Promise.all(found.map((each) => this.#show(each)));
  }

  async get({ scheduleId }: OfSchedule, _call: Call): Promise<Schedule> {
    return this.#show(await this.#read(scheduleId));
  }

  async preview(input: PreviewScheduleInput, _call: Call): Promise<SchedulePreview> {
    const now = this.#deps.clock.now();
    const times = await readCron(input, now);
    return { words: await cronWords(input), next: times.nextOnes(now, shownNext) };
  }

  async create(input: CreateScheduleInput, { caller }: Call): Promise<Schedule> {
    const { clock, works } = this.#deps;
    const now = clock.now();
    const times = await readCron(input, now);
    const work = await this.#workOf(input.work, input.projectId);
    await works.checkWork({ projectId: input.projectId, work }, caller);
    const id = randomUUID();
    const own = {
      paused: false,
      pauseReason: null,
      nextAt: times.next(now),
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    const schedule: StoredSchedule = { ...input, ...own, work, id, ownerId: caller.userId };
    await this.#write('schedule.created', { schedule, caller }, async ({ schedules }) => {
      if ((await schedules.schedules(null)).length >= maxSchedules) throw tooMany();
      await schedules.insertSchedule(schedule);
    });
    return this.#show(schedule);
  }

  async update({ scheduleId, work: asked, ...fields }: UpdateScheduleInput, { caller }: Call): Promise<Schedule> {
    const before = await this.#read(scheduleId);
    const change = { ...fields, ...(asked && { work: await this.#workOf(asked, before.projectId) }) };
    const now = this.#deps.clock.now();
    const changed: StoredSchedule = { ...before, ...defined(change), updatedAt: now };
    const times = await readCron(changed, now);
    const isOnlyPaused = change.paused === true && Object.values(defined(change)).length === 1;
    if (!isOnlyPaused) await this.#deps.works.checkWork(changed, caller);
    const after: StoredSchedule = {
      ...changed,
      ownerId: isOnlyPaused ? before.ownerId : caller.userId,
      pauseReason: change.paused === undefined ? before.pauseReason : null,
      nextAt: changed.paused ? null : times.next(now),
    };
    await this.#write(eventOf(before, after), { schedule: after, caller }, ({ schedules }) =>
      schedules.updateSchedule(scheduleId, after),
    );
    return this.#show(after);
  }

  /** Again is harmless. */
  async delete({ scheduleId }: OfSchedule, { caller }: Call): Promise<Record<never, never>> {
    const schedule = await this.#deps.store.read(({ schedules }) => schedules.schedule(scheduleId));
    if (schedule === null || schedule.deletedAt !== null) return {};
    const deletedAt = this.#deps.clock.now();
    await this.#write('schedule.deleted', { schedule, caller }, ({ schedules }) =>
      schedules.updateSchedule(scheduleId, { deletedAt, nextAt: null }),
    );
    return {};
  }

  /** Beside its times, whatever is going on, also while it is paused. */
  async trigger({ scheduleId }: OfSchedule, { caller }: Call): Promise<Firing> {
    const schedule = await this.#read(scheduleId);
    const due = this.#deps.clock.now();
    const now: StoredSchedule = { ...schedule, overlap: 'allow' };
    const firing = await fireWork(this.#deps, { schedule: now, due, owner: caller });
    if (firing === null) throw new DomainError('already-exists', 'It was started this very moment by somebody else.');
    await this.#write('schedule.fired', { schedule, caller }, ({ schedules }) =>
      schedules.insertFiring({ ...firing, scheduleId }),
    );
    if (firing.outcome === 'launched') return firing;
    throw new DomainError('wrong-state', firing.detail ?? 'It could not be launched.', { field: 'scheduleId' });
  }

  history({ scheduleId }: OfSchedule, _call: Call): Promise<readonly Firing[]> {
    return this.#deps.store.read(({ schedules }) => schedules.firings(scheduleId, shownFirings));
  }

  /** Of a run, what it was launched with. */
  async #workOf(asked: AskedWork, projectId: string): Promise<ScheduledWork> {
    if (asked.kind !== 'run') return asked;
    const run = await this.#deps.store.read(({ runs }) => runs.run(asked.runId));
    if (!run?.launch || run.projectId !== projectId) {
      throw new DomainError('not-found', `There is no launched run ${asked.runId} in the project ${projectId}.`, {
        field: 'work.runId',
        remedy: 'Name a run that Flywheel launched.',
      });
    }
    const { command, parameters, environmentId, environmentRevision, tierId, code, artifacts, priority } = run.launch;
    const place = { environmentId, environmentRevision, tierId, experimentId: run.experimentId };
    const launch = {
      command,
      parameters: { ...parameters },
      ...place,
      code,
      artifacts: [...artifacts],
      priority,
      tags: {},
    };
    return { kind: 'launch', launch };
  }

  async #read(id: string): Promise<StoredSchedule> {
    const schedule = await this.#deps.store.read(({ schedules }) => schedules.schedule(id));
    if (schedule !== null && schedule.deletedAt === null) return schedule;
    throw new DomainError('not-found', `There is no schedule ${id}.`, { field: 'scheduleId' });
  }

  async #show(schedule: StoredSchedule): Promise<Schedule> {
    const { ownerId, nextAt: _nextAt, deletedAt: _deletedAt, ...rest } = schedule;
    const now = this.#deps.clock.now();
    const { owner, last } = await this.#deps.store.read(async (stores) => ({
      owner: await personOf(stores, ownerId),
      last: (await stores.schedules.firings(schedule.id, 1))[0] ?? null,
    }));
    const next = rest.paused ? [] : (await readCron(schedule, now)).nextOnes(now, shownNext);
    const shownLast = last && { at: last.at, outcome: last.outcome, runId: last.runId };
    return { ...rest, owner, next, words: await cronWords(schedule), last: shownLast };
  }

  async #write(
    type: EventType,
    { schedule, caller }: { readonly schedule: StoredSchedule; readonly caller: Caller },
    change: (stores: Stores) => Promise<void>,
  ): Promise<void> {
    const { store, clock, feed, runner } = this.#deps;
    const { id: scheduleId, projectId, name, cron, timezone } = schedule;
    await store.write(async (stores) => {
      await change(stores);
      const detail = { name, cron, timezone };
      const subject = { projectId, scheduleId };
      await stores.events.append({ type, actor: actorOf(caller), subject, detail, at: clock.now() });
    });
    feed.committed();
    runner.wake();
  }
}

function eventOf(before: StoredSchedule, after: StoredSchedule): EventType {
  if (before.paused === after.paused) return 'schedule.updated';
  return after.paused ? 'schedule.paused' : 'schedule.resumed';
}

function defined<T extends object>(change: T): { readonly [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as never;
}

function tooMany(): DomainError {
  return new DomainError(
    'wrong-state',
    `There are ${maxSchedules} schedules, which is the most that this server keeps.`,
    {
      remedy: 'Delete one that nobody needs any more.',
    },
  );
}
