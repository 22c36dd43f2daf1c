import type { EventSubject, EventType, FlywheelEvent } from '../../../protocol/events.ts';

export type NewEvent = {
  readonly type: EventType;
  readonly actor: FlywheelEvent['actor'];
  readonly subject: EventSubject;
  readonly detail?: FlywheelEvent['detail'];
};

export interface EventStore {
  /** Appends in the same transaction as the change it tells of. Answers its position. */
  append(event: NewEvent & { readonly at: number }): Promise<number>;
  /** The newest position; 0 when empty. */
  clock(): Promise<number>;
  /** The oldest position from which everything is still there. */
  oldest(): Promise<number>;
  /** The event with which a run came to be; null when it was pruned. */
  creationOf(runId: string): Promise<FlywheelEvent | null>;
  after(clock: number, limit: number): Promise<readonly FlywheelEvent[]>;
  /** Newest first. `projectIds` null means all. */
  list(query: {
    readonly projectIds: readonly string[] | null;
    readonly runId?: string;
    /** First words of types; absent means all. */
    readonly kinds?: readonly string[];
    readonly actorId?: string;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly FlywheelEvent[]>;
}

/** Tells subscribers in this process that something was committed. */
export interface EventFeed {
  /** Call after the commit; subscribers then read the log. */
  committed(): void;
  /** Metrics or output of a run grew. Coalesced before it reaches anyone. */
  touched(run: { readonly runId: string; readonly experimentId: string; readonly projectId: string }): void;
}
