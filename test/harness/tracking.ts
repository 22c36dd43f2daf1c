/**
 * The MLflow wire over the real store, artifact folder and access rules, with
 * nothing else of the server around it, and tokens for whoever a test needs.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ProjectRole, TokenScope } from '../../protocol/model/session.ts';
import { DiskArtifactStore } from '../../server/adapters/blobs/diskArtifactStore.ts';
import { DiskUploads } from '../../server/adapters/blobs/diskUploads.ts';
import { openStore, type SqliteStore } from '../../server/adapters/sqlite/openStore.ts';
import { HttpWebhookSender } from '../../server/adapters/webhooks/httpWebhookSender.ts';
import { AccessService } from '../../server/domain/governance/accessService.ts';
import { hashSecret, newSecret } from '../../server/domain/governance/secret.ts';
import { ModelService } from '../../server/domain/models/modelService.ts';
import type { StoredRun } from '../../server/domain/runs/ports.ts';
import type { Call } from '../../server/domain/shared/call.ts';
import { TraceService } from '../../server/domain/traces/traceService.ts';
import { ExperimentService } from '../../server/domain/tracking/experimentService.ts';
import { TrackingService } from '../../server/domain/tracking/trackingService.ts';
import { WebhookService } from '../../server/domain/webhooks/webhookService.ts';
import { KeySecretBox } from '../../server/platform/secretBox.ts';
import { createModels, type Models } from '../../server/services.ts';
import { BatchReader } from '../../server/transport/mlflow/batchReader.ts';
import { createMlflowHandler } from '../../server/transport/mlflow/handler.ts';
import { createOtlpHandler } from '../../server/transport/mlflow/otlp/handler.ts';
import { memoryLog } from './entrance.ts';
import { temporaryFolder } from './temporaryFolder.ts';

export type Touched = { readonly runId: string; readonly experimentId: string; readonly projectId: string };

export type TrackingServer = AsyncDisposable & {
  readonly url: string;
  /** An administrator's. */
  readonly token: string;
  readonly call: Call;
  readonly store: SqliteStore;
  readonly access: AccessService;
  readonly tracking: TrackingService;
  readonly models: Models;
  /** Registered models as panels see them. */
  readonly panels: ModelService;
  readonly traces: TraceService;
  /** Its messages may go to this machine. */
  readonly webhooks: WebhookService;
  readonly experiments: ExperimentService;
  readonly log: ReturnType<typeof memoryLog>;
  readonly artifacts: DiskArtifactStore;
  readonly artifactFolder: string;
  readonly uploads: DiskUploads;
  readonly batches: BatchReader;
  readonly touched: readonly Touched[];
  /** A person who is made on first mention, with this role in the project. */
  addMember(userId: string, projectId: string, role: ProjectRole): Promise<void>;
  tokenOf(userId: string, scope?: TokenScope): Promise<string>;
  addProject(id: string): Promise<void>;
  /** A run as the scheduler would have started it. */
  addLaunchedRun(change?: Partial<StoredRun>): Promise<StoredRun>;
};

export async function startTracking(): Promise<TrackingServer> {
  await using owned = new AsyncDisposableStack();
  const folder = owned.use(await temporaryFolder());
  const store = openStore({ file: join(folder.path, 'flywheel.db') });
  owned.defer(() => store.close());
  const log = memoryLog();
  const touched: Touched[] = [];
  const feed = { committed: () => undefined, touched: (run: Touched) => void touched.push(run) };
  const clock = { now: Date.now };
  const access = new AccessService({ store, clock, log, fixedToken: null });
  const { secret: token } = await access.ensureAdmin();
  const tracking = new TrackingService({ store, clock, access, feed });
  const traces = new TraceService({ store, clock, access, feed });
  const sender = new HttpWebhookSender({ allowed: () => ['127.0.0.0/8'], timeoutMs: 2000 });
  const secrets = new KeySecretBox(randomBytes(32), 'webhooks');
  const webhooks = new WebhookService({ store, clock, feed, sender, secrets });
  const artifactFolder = join(folder.path, 'artifacts');
  const artifacts = new DiskArtifactStore({ folder: artifactFolder });
  const models = createModels({ store, clock, access, feed });
  const uploads = new DiskUploads({ folder: artifactFolder, artifacts });
  const batches = new BatchReader();
  owned.defer(() => batches.close());
  const mlflow = createMlflowHandler({ tracking, models, traces, webhooks, artifacts, uploads, batches, access, log });
  const otlp = createOtlpHandler({ traces, access, log });
  const handle: typeof otlp = async (...exchange) => (await mlflow(...exchange)) || (await otlp(...exchange));
  const server = createServer((request, response) => void answer(handle(request, response), response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  owned.defer(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const all = owned.move();
  const call = { caller: await access.authenticate(token), signal: new AbortController().signal };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{
      token,
      call,
      store,
      access,
      tracking,
      models,
      traces,
      webhooks,
      log,
      artifacts,
      artifactFolder,
      uploads,
      batches,
      touched,
    },
    experiments: new ExperimentService({ store, clock, access, feed }),
    panels: new ModelService({ store, access }),
    ...people(store),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function answer(own: Promise<boolean>, response: { writeHead(status: number): { end(): void } }): Promise<void> {
  if (!(await own)) response.writeHead(418).end();
}

function people(store: SqliteStore) {
  const now = Date.now();
  const addUser = (id: string) =>
    store.write(async ({ access }) => {
      if ((await access.user(id)) !== null) return;
      await access.insertUser({ id, name: id, admin: false, createdAt: now });
    });
  return {
    addMember: async (userId: string, projectId: string, role: ProjectRole) => {
      await addUser(userId);
      await store.write(({ access }) => access.setMember(projectId, userId, role));
    },
    tokenOf: async (userId: string, scope: TokenScope = { kind: 'user' }) => {
      await addUser(userId);
      const secret = newSecret();
      const token = { id: newSecret(), userId, name: 'test', scope, createdAt: now, expiresAt: null, lastUsedAt: now };
      await store.write(({ access }) => access.insertToken({ ...token, hash: hashSecret(secret) }));
      return secret;
    },
    addProject: (id: string) => store.write((stores) => insertProject(stores, id, now)),
    addLaunchedRun: (change: Partial<StoredRun> = {}) => {
      const run = { ...launchedRun(now), ...change };
      return store.write(async ({ runs }) => {
        await runs.insertRun(run);
        return run;
      });
    },
  };
}

const plain = {
  visibility: 'private',
  template: false,
  origin: null,
  versions: {},
  deletedAt: null,
  deletedById: null,
} as const;

async function insertProject(
  { projects, tracking }: Parameters<Parameters<SqliteStore['write']>[0]>[0],
  id: string,
  at: number,
) {
  const named = { projectId: id, name: id, tags: {}, createdAt: at, updatedAt: at, deletedAt: null };
  const experimentId = await tracking.insertExperiment(named);
  const described = { name: id, description: '', stage: 'exploration', tags: [], ownerId: 'admin' } as const;
  await projects.insertProject({
    id,
    ...described,
    experimentId,
    archived: false,
    createdAt: at,
    lastActivityAt: at,
    ...plain,
  });
}

function launchedRun(at: number): StoredRun {
  return {
    ...{ id: 'launched0001', projectId: 'default', experimentId: '0', name: 'launched', note: '', state: 'running' },
    ...{ reason: null, detail: null, launched: true, createdById: 'admin', createdByName: 'Administrator' },
    ...{ createdAt: at, startedAt: at, endedAt: null, deletedAt: null, exitCode: null, usage: null },
    launch: {
      ...{ command: 'python train.py', parameters: {}, environmentId: 'system', environmentRevision: 1 },
      ...{ tierId: 'small', backend: 'process', pricePerHour: 0, priority: 0, artifacts: [], requestId: null },
      code: { commit: '0'.repeat(40), base: null, branch: null, dirty: false, folder: '' },
      ...{ handle: 'h', stopRequestedAt: null, stopRequestedById: null, stopReason: null },
    },
  } as StoredRun;
}
