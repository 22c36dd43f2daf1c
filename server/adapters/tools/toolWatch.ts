/**
 * Asks tools over their own HTTP interfaces whether something in them works.
 * Jupyter's kernels tell it: https://jupyter-server.readthedocs.io, REST API,
 * `GET /api/kernels`, `execution_state`.
 */
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import * as z from 'zod';
import type { ToolConnection, ToolWatch } from '../../domain/workspaces/ports.ts';

const kernels = z.array(z.object({ execution_state: z.string() }));
const answerMs = 10_000;
const mostBytes = 4 * 2 ** 20;

export function createToolWatch(): ToolWatch {
  return { isBusy: async (tool, connection) => (tool === 'jupyter' ? hasBusyKernel(connection) : null) };
}

async function hasBusyKernel(connection: ToolConnection): Promise<boolean | null> {
  const parsed = kernels.safeParse(JSON.parse(await get(connection, 'api/kernels')));
  return parsed.success ? parsed.data.some((kernel) => kernel.execution_state === 'busy') : null;
}

async function get({ connect, basePath, secret }: ToolConnection, path: string): Promise<string> {
  const socket = await connect();
  try {
    return await textOf(socket, { path: `${basePath}${path}`, secret });
  } finally {
    socket.destroy();
  }
}

function textOf(socket: Duplex, { path, secret }: { readonly path: string; readonly secret: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'localhost', authorization: `token ${secret}`, connection: 'close' };
    const asked = request({ path, headers, createConnection: () => socket, signal: AbortSignal.timeout(answerMs) });
    asked.once('error', reject);
    asked.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
        if (text.length > mostBytes) response.destroy(new Error('the answer is too long'));
      });
      response.once('error', reject);
      response.once('end', () => resolve(text));
    });
    asked.end();
  });
}
