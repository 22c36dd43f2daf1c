/** What the proxy of workspaces adds to a tool that is asked directly, side by side on the same tool. */
import { readFile } from 'node:fs/promises';
import { Agent, type RequestOptions, request } from 'node:http';
import { join } from 'node:path';
import { enter, untilState, type World, wanted, workspaceWorld } from '../../integration/workspaces/workspaceWorld.ts';
import { median, type Reading } from '../figure.ts';
import type { Suite } from '../suite.ts';
import { containerTool } from './containerTool.ts';

const rounds = 6;
const requestsEach = 200;
const floodMiB = 512;

type Ways = { readonly direct: RequestOptions; readonly proxied: RequestOptions };

export const proxy: Suite = {
  name: 'proxy',
  about: 'what the proxy of workspaces adds to a tool',
  figures: [
    { name: 'latency', read: () => withTool(latency) },
    { name: 'throughput', read: () => withTool(throughput) },
    { name: 'container-latency', read: () => withContainer(latency) },
    { name: 'container-throughput', read: () => withContainer(throughput) },
  ],
};

async function withContainer(measure: (ways: Ways) => Promise<Reading>): Promise<readonly Reading[]> {
  const made = await containerTool();
  if (typeof made === 'string') throw new Error(made);
  await using tool = made;
  const { origin, path, cookie } = await enter(tool.api, tool.id);
  const { host, port } = new URL(origin);
  const reading = await measure({
    direct: { host: tool.address, port: tool.port, path: '/', agent: new Agent({ keepAlive: true }) },
    proxied: { host: '127.0.0.1', port, path, headers: { host, cookie }, agent: new Agent({ keepAlive: true }) },
  });
  return [{ ...reading, name: `${reading.name}, in a container` }];
}

async function withTool(measure: (ways: Ways) => Promise<Reading>): Promise<readonly Reading[]> {
  await using world = await workspaceWorld();
  const { api } = world.admin;
  const { id } = await api.workspaces.create(wanted);
  await untilState(api, id, 'ready');
  try {
    return [await measure(await waysTo(world, id))];
  } finally {
    await api.workspaces.stop({ workspaceId: id });
    await untilState(api, id, 'stopped');
  }
}

async function waysTo({ server, admin }: World, id: string): Promise<Ways> {
  const job = JSON.parse(await readFile(join(server.data, 'jobs', `ws-${id}-1`, 'job.json'), 'utf8'));
  const { origin, path, cookie } = await enter(admin.api, id);
  const { host, port } = new URL(origin);
  return {
    direct: { socketPath: job.ports.tool.socket, path: '/', agent: new Agent({ keepAlive: true }) },
    proxied: { host: '127.0.0.1', port, path, headers: { host, cookie }, agent: new Agent({ keepAlive: true }) },
  };
}

async function latency({ direct, proxied }: Ways): Promise<Reading> {
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    for (let at = 0; at < requestsEach; at += 1) {
      peer.push((await get(direct, 'echo')).ms);
      ours.push((await get(proxied, 'echo')).ms);
    }
  }
  const values = { ours: median(ours), peer: { name: 'the tool itself', value: median(peer) } };
  return {
    name: 'latency of a request, median',
    unit: 'ms',
    ...values,
    goal: { kind: 'at-most', value: 3, of: 'difference' },
  };
}

async function throughput({ direct, proxied }: Ways): Promise<Reading> {
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let round = 0; round < 3; round += 1) {
    peer.push(floodMiB / ((await get(direct, 'flood')).ms / 1000));
    ours.push(floodMiB / ((await get(proxied, 'flood')).ms / 1000));
  }
  const values = { ours: median(ours), peer: { name: 'the tool itself', value: median(peer) } };
  return {
    name: 'throughput of a download',
    unit: 'MiB/s',
    ...values,
    goal: { kind: 'at-least', value: 0.6, of: 'ratio' },
  };
}

function get(way: RequestOptions, page: string): Promise<{ readonly ms: number }> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request({ ...way, path: `${way.path}${page}` }, (response) => {
      response.resume().once('error', reject);
      response.once('end', () => resolve({ ms: performance.now() - begun }));
    });
    asked.once('error', reject);
    asked.end();
  });
}
