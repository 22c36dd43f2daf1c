/**
 * All domain services over the real store, logs and artifacts, with the
 * backend and the code of the test's choice and a clock that it sets.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LaunchInput, Run } from '../../protocol/model/run.ts';
import type { TokenScope } from '../../protocol/model/session.ts';
import { type Tier, tier as tierSchema } from '../../protocol/model/tier.ts';
import { DiskArtifactStore } from '../../server/adapters/blobs/diskArtifactStore.ts';
import { createDefinitionReader } from '../../server/adapters/definitions/definitionReader.ts';
import { ChunkLogStore } from '../../server/adapters/logs/chunkLogStore.ts';
import { Argon2Hasher } from '../../server/adapters/passwords/argon2Hasher.ts';
import { openStore, type SqliteStore } from '../../server/adapters/sqlite/openStore.ts';
import { BackendHealth } from '../../server/domain/compute/backendHealth.ts';
import type { Catalog, ComputeBackend } from '../../server/domain/compute/ports.ts';
import { Scheduler } from '../../server/domain/compute/scheduler.ts';
import type { SchedulerStep, SchedulerTiming } from '../../server/domain/compute/schedulerDependencies.ts';
import { TierService } from '../../server/domain/compute/tierService.ts';
import { CostService } from '../../server/domain/costs/costService.ts';
import { EnvironmentBuilder } from '../../server/domain/environments/environmentBuilder.ts';
import { EnvironmentChecks } from '../../server/domain/environments/environmentChecks.ts';
import { EnvironmentService } from '../../server/domain/environments/environmentService.ts';
import { EventHub } from '../../server/domain/events/eventHub.ts';
import { EventService } from '../../server/domain/events/eventService.ts';
import { AccessService } from '../../server/domain/governance/accessService.ts';
import { Attempts } from '../../server/domain/governance/attempts.ts';
import { PasswordService } from '../../server/domain/governance/passwordService.ts';
import { SessionService } from '../../server/domain/governance/sessionService.ts';
import type { StageList } from '../../server/domain/projects/ports.ts';
import { projectEntries } from '../../server/domain/projects/projectEntries.ts';
import type { LogStore } from '../../server/domain/runs/ports.ts';
import { Retries } from '../../server/domain/runs/retries.ts';
import { RunService } from '../../server/domain/runs/runService.ts';
import { ScriptService } from '../../server/domain/scripts/scriptService.ts';
import type { Call } from '../../server/domain/shared/call.ts';
import { LiveLogs } from '../../server/domain/shared/liveLogs.ts';
import { ViewService } from '../../server/domain/views/viewService.ts';
import { createGovernance, createLaunchRules } from '../../server/governance.ts';
import { KeySecretBox } from '../../server/platform/secretBox.ts';
import { FakeBackend } from '../fixtures/fakeBackend.ts';
import { memoryLog } from './entrance.ts';
import { commit, MemoryCode, noCode } from './memoryCode.ts';
import { temporaryFolder } from './temporaryFolder.ts';

export { commit, MemoryCode };

export class MemoryCatalog implements Catalog, StageList {
  list: Tier[];
  readonly #listeners = new Set<() => void>();

  constructor(tiers: readonly Partial<Tier>[]) {
    this.list = tiers.map((tier) => tierSchema.parse({ id: 'small', name: 'Small', cpus: 1, memoryMiB: 512, ...tier }));
  }

  tiers = () => this.list;
  tier = (id: string) => this.list.find((tier) => tier.id === id) ?? null;
  hosts = () => [];
  stages = () => [
    { id: 'exploration', name: 'Exploration', quiet: false },
    { id: 'validation', name: 'Validation', quiet: false },
    { id: 'retired', name: 'Retired', quiet: true },
  ];
  currency = () => 'EUR';
  defaults = () => ({
    tierId: 'small',
    environmentId: 'system',
    logLimitMiB: 100,
    stopGraceSeconds: 1,
    webhookRanges: [],
  });
  problem = () => null;

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(tiers: Tier[]): void {
    this.list = tiers;
    for (const listener of this.#listeners) listener();
  }
}

/** Logs that a dead server writes no more, where a killed process would have written none. */
class MortalLogs implements LogStore {
  readonly #logs: LogStore;
  #isDead = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(logs: LogStore) {
    this.#logs = logs;
  }

  size = (id: string) => this.#logs.size(id);
  read = (id: string, after: number, limit: number) => this.#logs.read(id, after, limit);
  remove = (id: string) => this.#logs.remove(id);

  append(id: string, piece: Parameters<LogStore['append']>[1]): Promise<void> {
    if (this.#isDead) return new Promise(() => undefined);
    const appended = this.#logs.append(id, piece);
    this.#last = Promise.allSettled([this.#last, appended]);
    return appended;
  }

  async die(): Promise<void> {
    this.#isDead = true;
    await this.#last;
  }
}

export type DomainOptions = {
  readonly backend?: ComputeBackend;
  readonly tiers?: readonly Partial<Tier>[];
  readonly fixedToken?: string;
  readonly timing?: Partial<SchedulerTiming>;
  readonly step?: (name: SchedulerStep, runId: string) => Promise<void> | void;
  /** The database in memory: for tests that make many. */
  readonly inMemory?: boolean;
  /** Data of an earlier one: a server that is started again. */
  readonly kept?: Kept;
};

export type Kept = {
  readonly store: SqliteStore;
  readonly logStore: ChunkLogStore;
  readonly artifacts: DiskArtifactStore;
  readonly code: MemoryCode;
};

export { collect, eventually } from './eventually.ts';
export type Domain = Awaited<ReturnType<typeof createDomain>>;

const quick = { reconcileMs: 50, sweepMs: 50, absenceMs: 20, firstRetryMs: 10, lastRetryMs: 40 };

export async function createDomain(options: DomainOptions = {}) {
  await using owned = new AsyncDisposableStack();
  const kept = options.kept ?? (await openKept(owned, options));
  const { store, logStore, artifacts, code } = kept;
  const log = memoryLog();
  const clock = { offset: 0, now: () => Date.now() + clock.offset };
  const catalog = new MemoryCatalog(options.tiers ?? [{}]);
  const backend = options.backend ?? new FakeBackend();
  const backends = new Map([[backend.id, backend]]);
  const hub = new EventHub({ store, log, coalesceMs: 5 });
  const mortal = new MortalLogs(logStore);
  const logs = new LiveLogs(mortal);
  const access = new AccessService({ store, clock, log, fixedToken: options.fixedToken ?? null });
  const health = new BackendHealth({ backends, clock, freshMs: 0 });
  const shared = { store, clock, feed: hub, log, logs, code, artifacts, catalog, backends, health };
  const builds = new EnvironmentBuilder(shared);
  const secretBox = new KeySecretBox(Buffer.alloc(32, 7), 'secrets');
  const launching = createLaunchRules({ ...shared, secretBox });
  const scheduler = new Scheduler({
    ...shared,
    builds,
    tokens: access,
    ...launching,
    ends: new Retries({ ...shared, ...launching }),
    url: () => 'http://127.0.0.1:7717',
    timing: { ...quick, ...options.timing },
    step: options.step,
  });
  const attempts = new Attempts(clock.now, { firstDelayMs: 5, longestDelayMs: 20 });
  const passwords = new PasswordService({ ...shared, access, hasher: new Argon2Hasher(), attempts, allowed: true });
  const governance = createGovernance({ ...shared, access, passwords, secretBox, visibility: access, scheduler });
  const server = { id: 'server', version: '0.1.0', startedAt: clock.now() };
  const { secret } = await access.ensureAdmin();
  const admin = await access.authenticate(secret);
  const rest = owned.move();
  let isDead = false;
  return {
    ...shared,
    logStore,
    backend,
    hub,
    builds,
    scheduler,
    secret,
    passwords,
    sessions: new SessionService({ ...shared, access, passwords, server }),
    projects: projectEntries({ ...shared, visibility: access, projectCode: noCode }),
    environments: new EnvironmentService({
      ...shared,
      builds,
      backend,
      checks: new EnvironmentChecks({ ...shared, backend }),
      definitions: createDefinitionReader(),
    }),
    tiers: new TierService(shared),
    runs: new RunService({ ...shared, scheduler, visibility: access, ...launching }),
    scripts: new ScriptService({ store, visibility: access }),
    events: new EventService({ store, hub, visibility: access }),
    views: new ViewService({ ...shared, access }),
    costs: new CostService({ ...shared, visibility: access }),
    ...governance.table,
    ...launching,
    access,
    requests: governance.table.access,
    budgetWatch: governance.budgets,
    admin: callOf(admin),
    /** As if the server had been killed: nothing of it goes on, and nothing waits for it. */
    die: async () => {
      isDead = true;
      void scheduler.stop();
      await mortal.die();
    },
    [Symbol.asyncDispose]: async () => {
      if (!isDead) await scheduler.stop();
      await rest.disposeAsync();
    },
  };
}

async function openKept(owned: AsyncDisposableStack, { inMemory }: DomainOptions): Promise<Kept> {
  const folder = owned.use(await temporaryFolder());
  const store: SqliteStore = openStore({ file: inMemory ? ':memory:' : join(folder.path, 'flywheel.db') });
  owned.defer(() => store.close());
  const logStore = new ChunkLogStore({ folder: join(folder.path, 'logs') });
  owned.defer(() => logStore.close());
  const artifacts = new DiskArtifactStore({ folder: join(folder.path, 'artifacts') });
  return { store, logStore, artifacts, code: new MemoryCode() };
}

export function callOf(caller: Call['caller'], signal: AbortSignal = new AbortController().signal): Call {
  return { caller, signal };
}

/** A person with a token of this scope. */
export async function person(domain: Domain, id: string, scope: TokenScope = { kind: 'user' }): Promise<Call> {
  const known = await domain.store.read(({ access }) => access.user(id));
  if (known === null) await domain.sessions.createUser({ id, name: id.toUpperCase(), admin: false }, domain.admin);
  const input = { name: 'test', userId: id, scope, expiresInDays: null };
  const { secret } = await domain.sessions.createToken(input, domain.admin);
  return callOf(await domain.access.authenticate(secret));
}

/** A project `iris`, unless another id is given, and the environment `system`. */
export async function furnish(domain: Domain, id = 'iris'): Promise<void> {
  await domain.projects.create({ id, description: '', stage: 'exploration', tags: [] }, domain.admin);
  const existing = await domain.environments.list(undefined, domain.admin);
  if (existing.some((environment) => environment.id === 'system')) return;
  await domain.environments.create({ id: 'system', description: '', definition: { kind: 'system' } }, domain.admin);
}

export function launchInput(change: Partial<LaunchInput> = {}): LaunchInput {
  return {
    projectId: 'iris',
    command: 'python train.py',
    parameters: {},
    tags: {},
    environmentId: 'system',
    tierId: 'small',
    code: { commit, base: null, branch: 'main', dirty: false, folder: '' },
    artifacts: ['outputs'],
    priority: 0,
    ...change,
  };
}

/** Waits until a run is as asked, or fails after a deadline with what it is. */
export async function runUntil(domain: Domain, runId: string, isSo: (run: Run) => boolean): Promise<Run> {
  for (const deadline = Date.now() + 10_000; ; await delay(5)) {
    const run = await domain.runs.get({ runId }, domain.admin);
    if (isSo(run)) return run;
    if (Date.now() > deadline) throw new Error(`run is still ${run.state}, ${run.reason}, ${run.detail}`);
  }
}
