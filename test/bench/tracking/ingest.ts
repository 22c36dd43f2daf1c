/** How fast points are taken, in turns: we, the peers, and the database alone. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { median, quantile, type Reading } from '../figure.ts';
import type { BenchServer } from '../foundation/server.ts';
import { BareDatabase } from './database.ts';
import { type Address, createRuns, type Loaded, load, paths, toBody } from './load.ts';
import type { Peer } from './peer.ts';
import { batchOf, pointOf, pointsInBatch } from './points.ts';

/** The first does not count: a server that was just started has compiled nothing yet, ours as little as a peer. */
const turns = 4;
const batchClients = 8;
const singleClients = 32;
/** Of each client in a turn; a peer gets as many as it takes in about the same time. */
const calls = { batch: { ours: 150, peer: 5 }, single: { ours: 200, peer: 15 } } as const;

type Bodies = readonly (readonly Uint8Array[])[];

function batchBodies(runs: readonly string[], turn: number, count: number): Bodies {
  return runs.map((run_id) =>
    Array.from({ length: count }, (_, index) => toBody({ run_id, metrics: batchOf(turn * count + index) })),
  );
}

export async function batches(ours: BenchServer, peers: readonly Peer[]): Promise<readonly Reading[]> {
  using alone = new BareDatabase();
  const runs = await createRuns(ours, batchClients);
  await alone.addRuns(runs);
  const peerRuns = await Promise.all(peers.map((peer) => createRuns(peer, batchClients)));
  const taken = { ours: [] as number[], alone: [] as number[], peers: peers.map((): number[] => []) };
  const before = bytesIn(ours);
  for (let turn = 0; turn < turns; turn += 1) {
    const { perSecond } = await load(ours, paths.batch, batchBodies(runs, turn, calls.batch.ours));
    taken.ours.push(perSecond * pointsInBatch);
    taken.alone.push(insertAlone(alone, runs, turn) * pointsInBatch);
    for (const [index, peer] of peers.entries()) {
      const bodies = batchBodies(peerRuns[index] ?? [], turn, calls.batch.peer);
      taken.peers[index]?.push((await load(peer, paths.batch, bodies)).perSecond * pointsInBatch);
    }
  }
  const points = turns * batchClients * calls.batch.ours * pointsInBatch;
  const name = `log-batch of ${pointsInBatch}, ${batchClients} clients`;
  return [
    ...peers.map((peer, index) => besidePeer(name, peer, { ours: taken.ours, peer: taken.peers[index] ?? [] })),
    {
      name: `${name}, beside the database alone`,
      unit: 'points/s',
      ours: median(taken.ours.slice(1)),
      peer: { name: 'node:sqlite alone, the same segments', value: median(taken.alone.slice(1)) },
      goal: { kind: 'at-least', value: 0.6, of: 'ratio' },
    },
    { name: 'on disk, a point', unit: 'bytes', ours: (bytesIn(ours) - before) / points },
  ];
}

function insertAlone(alone: BareDatabase, runs: readonly string[], turn: number): number {
  const count = calls.batch.ours;
  const numbers = Array.from({ length: count }, (_, index) => turn * count + index);
  return alone.insert(numbers.flatMap((number) => runs.map((run) => ({ run, points: batchOf(number) }))));
}

function besidePeer(name: string, peer: Peer, taken: { readonly ours: number[]; readonly peer: number[] }): Reading {
  return {
    name: `${name}, beside ${peer.name}`,
    unit: 'points/s',
    ours: median(taken.ours.slice(1)),
    peer: { name: peer.name, value: median(taken.peer.slice(1)) },
    goal: { kind: 'at-least', value: 50, of: 'ratio' },
  };
}

/** Of the database as its newest state has it, whether in the file or in its log. */
function bytesIn({ data }: BenchServer): number {
  const database = new DatabaseSync(join(data, 'flywheel.db'), { readOnly: true });
  const number = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  const bytes = (number('page_count') - number('freelist_count')) * number('page_size');
  database.close();
  return bytes;
}

async function logSingles(address: Address, runs: readonly string[], range: readonly [turn: number, count: number]) {
  const [turn, count] = range;
  const bodies = Array.from({ length: singleClients }, (_, client) =>
    Array.from({ length: count }, (_, index) => {
      const step = turn * count + index;
      return toBody({ run_id: runs[client % runs.length], ...pointOf(`accuracy_${client}`, step) });
    }),
  );
  return await load(address, paths.single, bodies);
}

export async function singles(ours: BenchServer, peers: readonly Peer[]): Promise<readonly Reading[]> {
  const runs = await createRuns(ours, batchClients);
  const peerRuns = await Promise.all(peers.map((peer) => createRuns(peer, batchClients)));
  const taken = { ours: [] as Loaded[], peers: peers.map((): Loaded[] => []) };
  for (let turn = 0; turn < turns; turn += 1) {
    taken.ours.push(await logSingles(ours, runs, [turn, calls.single.ours]));
    for (const [index, peer] of peers.entries()) {
      taken.peers[index]?.push(await logSingles(peer, peerRuns[index] ?? [], [turn, calls.single.peer]));
    }
  }
  return peers.flatMap((peer, index) => singleReadings(peer, taken.ours, taken.peers[index] ?? []));
}

function singleReadings(peer: Peer, ours: readonly Loaded[], theirs: readonly Loaded[]): readonly Reading[] {
  const name = `log-metric, ${singleClients} in flight`;
  const rate = (all: readonly Loaded[]) => median(all.slice(1).map(({ perSecond }) => perSecond));
  const p99 = (all: readonly Loaded[]) =>
    quantile(
      all.slice(1).flatMap(({ delays }) => delays),
      0.99,
    );
  return [
    {
      name: `${name}, beside ${peer.name}`,
      unit: 'calls/s',
      ours: rate(ours),
      peer: { name: peer.name, value: rate(theirs) },
      goal: { kind: 'at-least', value: 15, of: 'ratio' },
    },
    {
      name: `${name}, p99, beside ${peer.name}`,
      unit: 'ms',
      ours: p99(ours),
      peer: { name: peer.name, value: p99(theirs) },
    },
  ];
}
