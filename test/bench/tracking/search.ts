/**
 * Searches over 100,000 runs through the MLflow wire, beside a real MLflow
 * server over the same runs: a metric filter, a parameter filter and the
 * order of a metric, page of 100; and pages far behind the first.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openClient } from '../../harness/client.ts';
import { median, quantile, type Reading } from '../figure.ts';
import { type BenchServer, newDataFolder, serveDirectly } from '../foundation/server.ts';
import type { Suite } from '../suite.ts';
import { copyFilledMlflow, copyFilledStore } from './filled.ts';
import { type Address, Poster, toBody } from './load.ts';
import { columns, valuesOf } from './manyRuns.ts';
import { mlflowOnSqlite } from './peer.ts';

const runs = 100_000;
/** Of MLflow, which may take seconds for one, as many as there is time for, and three at least. */
const searches = { ours: 400, peer: 20 } as const;
const peerSeconds = 60;
const farPage = 500;
const repeats = 30;
const path = '/api/2.0/mlflow/runs/search';

type Asked = {
  readonly filter: string;
  readonly order_by: readonly string[];
  readonly page_token?: string | undefined;
};
type Page = { readonly runs?: readonly unknown[]; readonly next_page_token?: string };

/** Another metric, parameter, value and threshold each time, from what half of the runs have to what few have. */
function searchOf(index: number): Asked {
  const [metric, parameter, ordered] = [1, 3, 7].map((stride) => (index * stride) % columns) as [
    number,
    number,
    number,
  ];
  const threshold = [0.1, 0.5, 0.9][index % 3];
  const value = `v${index % valuesOf(parameter)}`;
  const direction = index % 2 === 0 ? 'DESC' : 'ASC';
  return {
    filter: `metrics.m${metric} > ${threshold} and params.p${parameter} = '${value}'`,
    order_by: [`metrics.m${ordered} ${direction}`],
  };
}

class Searcher extends Poster {
  async page(asked: Asked): Promise<{ readonly page: Page; readonly took: number }> {
    const body = toBody({ experiment_ids: ['0'], max_results: 100, ...asked });
    const began = performance.now();
    const answer = await this.post(path, body);
    const took = performance.now() - began;
    return { page: JSON.parse(answer) as Page, took };
  }
}

type Much = { readonly count: number; readonly seconds?: number };

async function timeSearches(searcher: Searcher, { count, seconds = 600 }: Much): Promise<readonly number[]> {
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  for (let index = 0; index < count && (index < 3 || performance.now() < until); index += 1) {
    const { page, took } = await searcher.page(searchOf(index));
    if (!page.runs?.length) throw new Error(`found nothing by ${searchOf(index).filter}`);
    times.push(took);
  }
  return times;
}

/** How much longer the far page takes than the first. */
async function farPageRatio(searcher: Searcher): Promise<number> {
  const asked: Asked = { filter: 'metrics.m2 > 0.01', order_by: ['metrics.m5 DESC'] };
  const ask = (token: string | undefined) => searcher.page({ ...asked, page_token: token });
  let token: string | undefined;
  for (let page = 1; page < farPage; page += 1) {
    token = (await ask(token)).page.next_page_token;
    if (token === undefined) throw new Error(`there are only ${page} pages`);
  }
  const times = { first: [] as number[], far: [] as number[] };
  for (let turn = 0; turn < repeats; turn += 1) {
    times.first.push((await ask(undefined)).took);
    times.far.push((await ask(token)).took);
  }
  return median(times.far) / median(times.first);
}

const orders = ['start_time', 'duration', 'run_name', 'end_time', 'created_at'];

/** Of the table as a panel asks for it: any order, both ways, anywhere. */
async function timeBlocks(server: BenchServer): Promise<readonly number[]> {
  await using client = await openClient(server);
  const times: number[] = [];
  for (let index = 0; index < 200; index += 1) {
    const by = orders[index % orders.length];
    const offset = ((index * 7919) % (runs / 100)) * 100;
    const asked = { experimentIds: ['0'], orderBy: [`attributes.${by} ${index % 2 === 0 ? 'ASC' : 'DESC'}`] };
    const began = performance.now();
    const { rows } = await client.api.experiments.search({ ...asked, offset, limit: 100 });
    times.push(performance.now() - began);
    if (rows.length !== 100) throw new Error(`a block of ${rows.length} runs by ${by}`);
  }
  return times;
}

/** User and system. */
function cpuMilliseconds(pid: number): number {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const ticks = rest.split(' ').slice(11, 13);
  return ticks.reduce((sum, each) => sum + Number(each) * 10, 0);
}

async function timePeer(): Promise<readonly number[]> {
  await using peer = await mlflowOnSqlite((file) => copyFilledMlflow(file, runs));
  using searcher = new Searcher(peer);
  return await timeSearches(searcher, { count: searches.peer, seconds: peerSeconds });
}

type Times = {
  readonly searches: readonly number[];
  /** Of the server for one of them, which other work on the machine hardly changes. */
  readonly cpu: number;
  readonly ratio: number;
  readonly blocks: readonly number[];
};

async function timeOurs(): Promise<Times> {
  const data = newDataFolder();
  await copyFilledStore(join(data, 'flywheel.db'), runs);
  await using server = await serveDirectly({ data });
  const address: Address = server;
  using searcher = new Searcher(address);
  await timeSearches(searcher, { count: 20 });
  const before = cpuMilliseconds(server.pid);
  const times = await timeSearches(searcher, { count: searches.ours });
  const cpu = (cpuMilliseconds(server.pid) - before) / times.length;
  return { searches: times, cpu, ratio: await farPageRatio(searcher), blocks: await timeBlocks(server) };
}

async function searching(): Promise<readonly Reading[]> {
  const ours = await timeOurs();
  const theirs = await timePeer().catch((error: unknown) => error);
  const name = `search ${runs.toLocaleString('en')} runs × ${columns} × ${columns}`;
  const own: readonly Reading[] = [
    {
      name: `${name}, p99`,
      unit: 'ms',
      ours: quantile(ours.searches, 0.99),
      goal: { kind: 'at-most', value: 30, of: 'ours' },
    },
    { name: `${name}, the server's CPU time`, unit: 'ms', ours: ours.cpu },
    {
      name: 'a block of 100 in any order, anywhere, p99',
      unit: 'ms',
      ours: quantile(ours.blocks, 0.99),
      goal: { kind: 'at-most', value: 30, of: 'ours' },
    },
    { name: 'the same, p50', unit: 'ms', ours: median(ours.blocks) },
    {
      name: `page ${farPage} beside the first`,
      unit: 'times',
      ours: ours.ratio,
      goal: { kind: 'at-most', value: 2, of: 'ours' },
    },
  ];
  return Array.isArray(theirs)
    ? [besidePeer(name, ours.searches, theirs), ...own]
    : [{ ...own[0], name: `${name}, p50`, unit: 'ms', ours: median(ours.searches) }, ...own];
}

/** Searches a second, as every other figure beside a peer is better when it is higher. */
function besidePeer(name: string, ours: readonly number[], theirs: readonly number[]): Reading {
  return {
    name: `${name}, beside MLflow`,
    unit: '1/s',
    ours: 1000 / median(ours),
    peer: { name: 'MLflow on SQLite', value: 1000 / median(theirs) },
    goal: { kind: 'at-least', value: 50, of: 'ratio' },
  };
}

export const search: Suite['figures'] = [{ name: 'search', read: searching }];
