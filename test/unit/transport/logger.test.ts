import assert from 'node:assert/strict';
import { createLogger } from '../../../server/platform/logger.ts';

function logged(
  level: 'debug' | 'info',
  act: (log: ReturnType<typeof createLogger>) => void,
  readable = false,
): string {
  let text = '';
  act(
    createLogger({
      level,
      readable,
      stream: {
        write: (line) => {
          text += line;
        },
      },
    }),
  );
  return text;
}

describe('logger', () => {
  it('blanks credentials at any depth and keeps the rest', () => {
    const canary = 'fw_canary';
    const text = logged('info', (log) =>
      log.info('request', {
        headers: { Authorization: canary, cookie: canary, 'set-cookie': [canary] },
        token: canary,
        adminSecret: canary,
        deep: [{ mlflow_tracking_token: canary, tokenId: 'kept' }],
        password: canary,
      }),
    );
    assert.doesNotMatch(text, /canary/);
    assert.match(text, /"tokenId":"kept"/);
  });

  it('tells errors with their causes', () => {
    const text = logged('info', (log) =>
      log.error('failed', { error: new Error('outer', { cause: new Error('inner') }) }),
    );
    const { error } = JSON.parse(text) as { error: { message: string; cause: { message: string } } };
    assert.equal(error.message, 'outer');
    assert.equal(error.cause.message, 'inner');
  });

  it('survives what contains itself', () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    assert.match(
      logged('info', (log) => log.info('loop', loop)),
      /"msg":"loop"/,
    );
  });

  it('is short for a person, and leaves out what is below its level', () => {
    const text = logged(
      'info',
      (log) => {
        log.debug('hidden');
        log.warn('shown', { count: 2 });
      },
      true,
    );
    assert.match(text, /^\d\d:\d\d:\d\d warn shown count=2\n$/);
  });
});
