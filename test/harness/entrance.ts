/**
 * The real entrance of the server over services that a test writes itself: for
 * what happens on the wire, whatever the product behind it. Disposable, on a
 * free port.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { codeOf } from '../../protocol/errors.ts';
import type { Access } from '../../protocol/model/access.ts';
import type { Caller } from '../../server/domain/shared/call.ts';
import { DomainError } from '../../server/domain/shared/errors.ts';
import type { Log } from '../../server/domain/shared/ports.ts';
import { createEntrance, type EntranceOptions } from '../../server/entrance.ts';
import type { ServiceTable } from '../../server/transport/http/services.ts';

export const ada: Caller = { userId: 'ada', userName: 'Ada', admin: true, tokenId: 't1', scope: { kind: 'user' } };

export type LogLine = { readonly level: keyof Log; readonly message: string; readonly fields: unknown };

/** Keeps what is logged, for tests that ask. */
export function memoryLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write = (level: keyof Log) => (message: string, fields: unknown) => void lines.push({ level, message, fields });
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

export type FakeAccess = {
  /** Callers by their secret; changing it revokes. */
  readonly callers: Map<string, Caller>;
  authenticate(secret: string): Promise<Caller>;
  authorize(caller: Caller, access: Access, input: unknown): Promise<void>;
  onEnded(): () => void;
};

export function fakeAccess(): FakeAccess {
  const callers = new Map([['right', ada]]);
  return {
    callers,
    onEnded: () => () => undefined,
    async authenticate(secret) {
      const caller = callers.get(secret);
      if (caller === undefined) throw new DomainError('token-unknown', 'This token is not known');
      return caller;
    },
    async authorize(caller, access) {
      if (access.kind === 'admin' && !caller.admin) throw new DomainError('role-missing', 'Administrators only');
    },
  };
}

/** Some methods of the services; the others say that they are not there. */
export type PartialServices = { readonly [Namespace in keyof ServiceTable]?: Partial<ServiceTable[Namespace]> };

function complete(services: PartialServices): ServiceTable {
  const missing = (name: string) => () =>
    Promise.reject(new DomainError('not-found', `${name} is not part of this test`));
  const table = (known: object) =>
    new Proxy(known, { get: (target, name) => Reflect.get(target, name) ?? missing(String(name)) });
  return new Proxy(services, {
    get: (target, name) => table((Reflect.get(target, name) as object | undefined) ?? {}),
  }) as ServiceTable;
}

export type TestEntrance = AsyncDisposable & {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly access: FakeAccess;
  readonly log: ReturnType<typeof memoryLog>;
  readonly signInPath: (caller: Caller) => string;
  stop(deadlineMs?: number): Promise<void>;
};

export async function startEntrance(
  services: PartialServices = {},
  options: Partial<Pick<EntranceOptions, 'limits' | 'handlers' | 'hostNames' | 'assetsFolder' | 'files'>> = {},
): Promise<TestEntrance> {
  const access = fakeAccess();
  const log = memoryLog();
  const entrance = createEntrance({
    services: complete(services),
    access,
    signIn: {
      sessions: { open: async () => 'right' },
      passwords: {
        isOffered: async () => false,
        check: async () => 'ada',
        ownerOf: async () => null,
        setByLink: async () => null,
      },
      provider: null,
      publicUrl: () => 'http://127.0.0.1',
    },
    files: {
      store: { read: () => Promise.reject(new DomainError('not-found', 'No store in this test')) },
      artifacts: { stat: async () => null, read: async function* () {} },
      code: { file: async () => null },
    },
    handlers: [],
    host: '127.0.0.1',
    hostNames: [],
    server: { id: randomUUID(), version: '0.0.0', sessionKey: randomBytes(32) },
    assetsFolder: join(import.meta.dirname, '../../dist/webviews'),
    log,
    ...options,
  });
  const port = await entrance.listen(0);
  const stop = (deadlineMs = 2000) => entrance.stop(deadlineMs);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    token: 'right',
    access,
    log,
    signInPath: entrance.signInPath,
    stop,
    [Symbol.asyncDispose]: () => stop(500),
  };
}

export function reasonOf(error: unknown): string | undefined {
  const data = (error as { readonly data?: { readonly reason?: string } }).data;
  return data?.reason;
}

export { codeOf };
