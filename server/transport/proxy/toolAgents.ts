/** Connections to the tools, kept between requests: an agent for each start of a workspace. */
import { Agent, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Admission } from '../../domain/workspaces/workspaceGate.ts';

type Connect = Admission['connection']['connect'];
type Connected = (error: Error | null, socket: Duplex) => void;
type Kept = { readonly starts: number; readonly agent: Agent };

const mostAgents = 500;

export class ToolAgents {
  readonly #kept = new Map<string, Kept>();

  of({ workspace: { id, starts }, connection }: Admission): Agent {
    const known = this.#kept.get(id);
    if (known?.starts === starts) return known.agent;
    this.#drop(id);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= mostAgents && oldest !== undefined) this.#drop(oldest);
    const agent = new ToolAgent(connection.connect);
    this.#kept.set(id, { starts, agent });
    return agent;
  }

  close(): void {
    for (const id of [...this.#kept.keys()]) this.#drop(id);
  }

  #drop(id: string): void {
    this.#kept.get(id)?.agent.destroy();
    this.#kept.delete(id);
  }
}

class ToolAgent extends Agent {
  readonly #connect: Connect;

  constructor(connect: Connect) {
    super({ keepAlive: true, maxFreeSockets: 16, timeout: 0 });
    this.#connect = connect;
  }

  override createConnection(_options: ClientRequestArgs, connected: Connected): undefined {
    this.#connect().then(
      (socket) => connected(null, socket),
      (error: Error) => connected(error, undefined as unknown as Duplex),
    );
  }
}
