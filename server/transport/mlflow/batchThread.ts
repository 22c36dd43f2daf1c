/** A thread that reads long batches; it keeps nothing between them. */
import { parentPort } from 'node:worker_threads';
import { type PackedBatch, packBatch } from './packedBatch.ts';

/** Whatever is wrong with a body is found again, and told, by whoever asked. */
function packed(body: Uint8Array): PackedBatch | null {
  try {
    return packBatch(body);
  } catch {
    return null;
  }
}

parentPort?.on('message', (body: Uint8Array) => {
  const batch = packed(body);
  parentPort?.postMessage(batch, batch === null ? [] : [batch.points.buffer]);
});
