/**
 * What an engine streams as one JSON value a line. Ends, without a word, when
 * the signal aborts: a line reader of the platform would wait for ever for the
 * end of a stream that was cut.
 */
import type { Readable } from 'node:stream';

export async function* jsonLines<T>(stream: Readable, signal: AbortSignal): AsyncGenerator<T> {
  const end = () => void stream.destroy();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    for await (const line of linesOf(stream)) if (line.trim() !== '') yield JSON.parse(line) as T;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    stream.destroy();
  }
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of stream.setEncoding('utf8')) {
    const lines = (rest + String(piece)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}
