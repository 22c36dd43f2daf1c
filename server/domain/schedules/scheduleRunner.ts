/**
 * Launches what is due. What is due next is in the store, so a restart goes on
 * where the server was: each time leads to one run at most, whenever it was cut
 * off. One timer for all schedules, and none while there is no schedule.
 */

import type { EventType } from '../../../protocol/events.ts';
import type { Person } from '../../../protocol/model/common.ts';
import type { Firing } from '../../../protocol/model/schedule.ts';
import type { RunScheduler } from '../compute/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Caller } from '../shared/call.ts';
import { isDomainError, messageOf } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock, Log } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import { readCron } from './cron.ts';
import { dueTimes } from './dueTimes.ts';
import { fireWork } from './fireWork.ts';
import type { RoleCheck, StoredSchedule, WorkLauncher } from './ports.ts';

export type ScheduleRunnerDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly feed: EventFeed;
  readonly access: RoleCheck;
  readonly works: Pick<WorkLauncher, 'launchWork'>;
  readonly scheduler: Pick<RunScheduler, 'requestStop'>;
};

/** The timer looks again this often at least: clocks are put right. */
const longestWaitMs = 60_000;

export class ScheduleRunner {
  readonly #deps: ScheduleRunnerDependencies;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #isStopped = true;

  constructor(deps: ScheduleRunnerDependencies) {
    this.#deps = deps;
  }

  start(): void {
    this.#isStopped = false;
    this.wake();
  }

  /** Something about schedules changed. */
  wake(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#work = this.#work.then(() => this.#look());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#work;
  }

  /** Deals with all that is due now. Answers when the next one is; null for never. */
  async tick(): Promise<number | null> {
    const { store, clock, log } = this.#deps;
    const due = await store.read(({ schedules }) => schedules.due(clock.now()));
    for (const schedule of due) {
      try {
        await this.#deal(schedule);
      } catch (error) {
        log.error('A schedule could not be dealt with', { scheduleId: schedule.id, error: messageOf(error) });
      }
    }
    return store.read(({ schedules }) => schedules.nextDue());
  }

  async #look(): Promise<void> {
    if (this.#isStopped) return;
    const { clock, log } = this.#deps;
    let next: number | null = clock.now() + longestWaitMs;
    try {
      next = await this.tick();
    } catch (error) {
      log.error('Schedules could not be looked at', { error: messageOf(error) });
    }
    if (next === null || this.#isStopped) return;
    const waitMs = Math.min(longestWaitMs, Math.max(1, next - clock.now()));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), waitMs).unref();
  }

  async #deal(schedule: StoredSchedule): Promise<void> {
    const now = this.#deps.clock.now();
    const times = await readCron(schedule, now);
    const { runs, missed } = dueTimes(schedule, times, now);
    const owner = await this.#ownerOf(schedule);
    if (typeof owner === 'string') return this.#pause(schedule, owner);
    if (missed !== null) {
      const detail = 'The server was not running then.';
      await this.#keep(schedule, {
        due: missed.first,
        at: now,
        outcome: 'missed',
        count: missed.count,
        runId: null,
        detail,
      });
    }
    for (const due of runs) await this.#fire(schedule, due, owner);
    const nextAt = times.next(now);
    await this.#deps.store.write(async ({ schedules }) => {
      const kept = await schedules.schedule(schedule.id);
      // Whoever changed it meanwhile has said when it is to run next.
      if (kept?.nextAt === schedule.nextAt) await schedules.updateSchedule(schedule.id, { nextAt });
    });
  }

  /** The person with the role that they have now; in words why they may not launch any more. */
  async #ownerOf({ ownerId, projectId }: StoredSchedule): Promise<Caller | string> {
    const user = await this.#deps.store.read(({ access }) => access.user(ownerId));
    if (user === null) return `Its person ${ownerId} is no longer known here.`;
    if (user.disabledAt !== null) return `The account of ${user.name}, as whom it runs, is disabled.`;
    const caller: Caller = {
      userId: user.id,
      userName: user.name,
      admin: user.admin,
      tokenId: null,
      scope: { kind: 'user' },
    };
    try {
      await this.#deps.access.authorize(
        caller,
        { kind: 'project', role: 'contributor', of: 'projectId' },
        { projectId },
      );
      return caller;
    } catch (error) {
      if (!isDomainError(error)) throw error;
      return `${user.name}, as whom it runs, may not launch in the project any more.`;
    }
  }

  async #fire(schedule: StoredSchedule, due: number, owner: Caller): Promise<void> {
    const firing = await fireWork(this.#deps, { schedule, due, owner });
    if (firing !== null) await this.#keep(schedule, firing, actorOf(owner));
  }

  async #pause(schedule: StoredSchedule, why: string): Promise<void> {
    const { clock } = this.#deps;
    const at = clock.now();
    await this.#write(schedule, { type: 'schedule.paused', actor: null, detail: { why } }, async ({ schedules }) => {
      await schedules.updateSchedule(schedule.id, { paused: true, pauseReason: why, nextAt: null, updatedAt: at });
      const due = schedule.nextAt ?? at;
      await schedules.insertFiring({
        scheduleId: schedule.id,
        due,
        at,
        outcome: 'refused',
        count: 1,
        runId: null,
        detail: why,
      });
    });
  }

  #keep(schedule: StoredSchedule, firing: Firing, actor: Person | null = null): Promise<void> {
    const { due, outcome, runId } = firing;
    return this.#write(schedule, { type: 'schedule.fired', actor, detail: { due, outcome, runId } }, ({ schedules }) =>
      schedules.insertFiring({ ...firing, scheduleId: schedule.id }),
    );
  }

  async #write(schedule: StoredSchedule, told: Told, change: (stores: Stores) => Promise<void>): Promise<void> {
    const { store, clock, feed } = this.#deps;
    const subject = { projectId: schedule.projectId, scheduleId: schedule.id };
    await store.write(async (stores) => {
      await change(stores);
      const detail = { ...told.detail, name: schedule.name };
      await stores.events.append({ ...told, subject, detail, at: clock.now() });
    });
    feed.committed();
  }
}

type Told = {
  readonly type: EventType;
  readonly actor: Person | null;
  readonly detail: Readonly<Record<string, string | number | null>>;
};
