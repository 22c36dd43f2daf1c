/**
 * Streams that outlive a lost connection: each is taken up again from the last
 * position that was handed on, so nothing is lost and nothing doubled. What
 * the server itself refuses is thrown; only a broken line is tried again.
 */
import type { EventMessage } from '../../protocol/events.ts';
import type { LogChunk } from '../../protocol/model/run.ts';
import type { Connection, FlywheelClient } from './connection.ts';
import { retryDelay } from './connectionState.ts';
import type { SocketSession } from './socketSession.ts';

type EventsQuery = { readonly after?: number; readonly projectId?: string; readonly signal: AbortSignal };
type LogsQuery = {
  readonly runId: string;
  readonly after?: number;
  readonly tail?: number;
  readonly signal: AbortSignal;
};
type BuildLogQuery = {
  readonly environmentId: string;
  readonly revision: number;
  readonly after?: number;
  readonly signal: AbortSignal;
};

/** Events from a position on (from now on without one), until the signal aborts. `ready` comes after each reconnect. */
export async function* followEvents(connection: Connection, query: EventsQuery): AsyncGenerator<EventMessage> {
  const { projectId, signal } = query;
  let after = query.after;
  let serverId: string | null = null;
  for await (const message of resuming<EventMessage>(connection, signal, async (client) => {
    const hello = await connection.ready(signal);
    // Another server at the same address counts its own clock: positions mean nothing there.
    const restarted = serverId !== null && serverId !== hello.serverId;
    if (restarted) after = undefined;
    serverId = hello.serverId;
    const stream = await client.events.subscribe({ after, projectId }, { signal });
    return restarted ? startingWith<EventMessage>({ kind: 'reset', clock: hello.clock }, stream) : stream;
  })) {
    after = message.kind === 'event' ? message.event.clock : Math.max(after ?? 0, positionOf(message, after));
    yield message;
  }
}

/** `touched` and `ready` say where the log stands, but what lies between has not been handed on when we resumed. */
function positionOf(message: Exclude<EventMessage, { kind: 'event' }>, after: number | undefined): number {
  if (message.kind === 'reset') return message.clock;
  return message.kind === 'ready' && after === undefined ? message.clock : (after ?? 0);
}

/** The output of a run from a byte on, until its end or until the signal aborts. */
export function followLogs(connection: Connection, query: LogsQuery): AsyncGenerator<LogChunk> {
  const { runId, tail, signal } = query;
  return followOutput(connection, query, (client, after) =>
    client.runs.logs({ runId, follow: true, ...(after === null ? { tail } : { after }) }, { signal }),
  );
}

/** The output of an environment's build, likewise. */
export function followBuildLog(connection: Connection, query: BuildLogQuery): AsyncGenerator<LogChunk> {
  const { environmentId, revision, signal } = query;
  return followOutput(connection, query, (client, after) =>
    client.environments.buildLog({ environmentId, revision, after: after ?? 0, follow: true }, { signal }),
  );
}

type OpenLog = (client: FlywheelClient, after: number | null) => Promise<AsyncIterable<LogChunk>>;
type LogPosition = { readonly after?: number; readonly tail?: number; readonly signal: AbortSignal };

async function* followOutput(connection: Connection, from: LogPosition, open: OpenLog): AsyncGenerator<LogChunk> {
  let after: number | null = from.tail === undefined ? (from.after ?? 0) : null;
  for await (const chunk of resuming(connection, from.signal, (client) => open(client, after))) {
    yield chunk;
    if (chunk.kind === 'end') return;
    after = chunk.offset + chunk.bytes;
  }
}

/** Opens the stream again whenever the line under it broke. */
async function* resuming<T>(
  connection: Connection,
  signal: AbortSignal,
  open: (client: FlywheelClient) => Promise<AsyncIterable<T>>,
): AsyncGenerator<T> {
  for (let failures = 1; ; failures += 1) {
    const session = await readySession(connection, signal);
    if (!session) return;
    for await (const item of untilBroken(session, signal, () => open(connection.client))) {
      failures = 0;
      yield item;
    }
    // A stream that ends early over a good line must not become a busy loop.
    if (!session.over) await pause(retryDelay(Math.max(failures, 1), Math.random()), signal);
  }
}

/** The session to stream over; null once the signal aborts. */
async function readySession(connection: Connection, signal: AbortSignal): Promise<SocketSession | null> {
  while (!signal.aborted) {
    await connection.ready(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (connection.session) return connection.session;
  }
  return null;
}

async function* untilBroken<T>(
  session: SocketSession,
  signal: AbortSignal,
  open: () => Promise<AsyncIterable<T>>,
): AsyncGenerator<T> {
  try {
    yield* await open();
  } catch (error) {
    const known = session.explain(error);
    if (!signal.aborted && !known.retryable) throw known;
  }
}

async function* startingWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}
