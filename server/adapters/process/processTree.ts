/**
 * All processes of one job, wherever they went: its process group and
 * session, the children of those, whoever was seen among them before, and
 * whoever carries the job's mark. It signals these and never anybody else.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { markVariable, type ProcessIdentity } from './jobFolder.ts';
import { isBornSince, listProcesses, type ProcessEntry, withVariable } from './processTable.ts';

export type TreeOptions = {
  /** First process of the job and leader of its group; null when it is not known. */
  readonly leader: ProcessIdentity | null;
  readonly mark: string;
};

export class ProcessTree {
  readonly #leader: ProcessIdentity | null;
  readonly #mark: string;
  /** Seen as members, by number: they stay members when their parent dies. */
  #known = new Map<number, string>();

  constructor({ leader, mark }: TreeOptions) {
    this.#leader = leader;
    this.#mark = mark;
  }

  /** Members by descent: cheap. `all` is what the host runs. */
  membersAmong(all: readonly ProcessEntry[]): readonly ProcessEntry[] {
    const members = new Map<number, ProcessEntry>();
    const leader = this.#leaderAmong(all);
    for (const entry of all) if (this.#isRoot(entry, leader)) members.set(entry.pid, entry);
    const children = Map.groupBy(all, (entry) => entry.parent);
    const unvisited = [...members.keys()];
    for (let pid = unvisited.pop(); pid !== undefined; pid = unvisited.pop()) {
      for (const child of children.get(pid) ?? []) {
        if (members.has(child.pid)) continue;
        members.set(child.pid, child);
        unvisited.push(child.pid);
      }
    }
    this.#known = new Map([...members.values()].map((entry) => [entry.pid, entry.born]));
    return [...members.values()];
  }

  /** Members by descent and by mark: finds also those that became daemons. */
  async members(): Promise<readonly ProcessEntry[]> {
    const all = await listProcesses();
    for (const entry of await withVariable(all, `${markVariable}=${this.#mark}`)) {
      this.#known.set(entry.pid, entry.born);
    }
    return this.membersAmong(all).filter((entry) => entry.pid !== process.pid);
  }

  /** Asks every member once. */
  async ask(signal: NodeJS.Signals): Promise<void> {
    const members = await this.members();
    const group = this.#leader?.pid;
    // The whole group in one go leaves nobody the time to fork away.
    if (members.some((entry) => entry.group === group) && group !== undefined) send(-group, signal);
    for (const entry of members) if (entry.group !== group) send(entry.pid, signal);
  }

  /** Kills members until there are none, new ones too. */
  async kill(): Promise<void> {
    for (let round = 0; round < 100; round += 1) {
      if ((await this.members()).length === 0) return;
      await this.ask('SIGKILL');
      await delay(Math.min(10 * (round + 1), 100));
    }
  }

  /** Asks whoever is left to end, and kills who has not after a while. */
  async clear(graceMs: number): Promise<void> {
    if ((await this.members()).length === 0) return;
    await this.ask('SIGTERM');
    const deadline = performance.now() + graceMs;
    while (performance.now() < deadline) {
      if ((await this.members()).length === 0) return;
      await delay(25);
    }
    await this.kill();
  }

  /** The leader, unless its number went to somebody else, whose group is not ours. */
  #leaderAmong(all: readonly ProcessEntry[]): ProcessIdentity | null {
    const leader = this.#leader;
    return all.some((entry) => entry.pid === leader?.pid && entry.born !== leader.born) ? null : leader;
  }

  #isRoot(entry: ProcessEntry, leader: ProcessIdentity | null): boolean {
    if (this.#known.get(entry.pid) === entry.born) return true;
    if (leader === null || !isBornSince(entry.born, leader.born)) return false;
    return entry.group === leader.pid || entry.session === leader.pid;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Ended meanwhile, or no longer ours: the next look tells.
  }
}
