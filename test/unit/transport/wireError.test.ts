import assert from 'node:assert/strict';
import { errorReasons, errorStatus } from '../../../protocol/errors.ts';
import { DomainError } from '../../../server/domain/shared/errors.ts';
import { toRpcError, toWireError } from '../../../server/transport/http/wireError.ts';
import { memoryLog } from '../../harness/entrance.ts';

describe('toWireError', () => {
  for (const [code, reasons] of Object.entries(errorReasons)) {
    for (const reason of reasons) {
      it(`gives ${reason} the code ${code}`, () => {
        const log = memoryLog();
        const wire = toWireError(new DomainError(reason, 'Text', { field: 'a.b', remedy: 'Do' }), log, 'entry');
        assert.deepEqual(wire, {
          code,
          status: errorStatus[code as keyof typeof errorStatus],
          message: 'Text',
          data: { reason, field: 'a.b', remedy: 'Do' },
        });
        assert.deepEqual(log.lines, []);
      });
    }
  }

  it('tells a client nothing of an unexpected error but the incident, and logs it once', () => {
    const log = memoryLog();
    const error = new Error('SELECT secret FROM users', { cause: new Error('/home/somebody') });
    const wire = toWireError(error, log, 'runs.get');
    assert.equal(wire.code, 'INTERNAL_SERVER_ERROR');
    assert.doesNotMatch(JSON.stringify(toRpcError(wire).toJSON()), /secret|somebody|SELECT/);
    assert.equal(log.lines.length, 1);
    const fields = log.lines[0]?.fields as { incident: string; where: string };
    assert.equal(fields.incident, wire.data.incident);
    assert.equal(fields.where, 'runs.get');
  });

  it('takes anything that was thrown', () => {
    for (const thrown of [undefined, null, 'text', 7, {}, Object.create(null)]) {
      assert.equal(toWireError(thrown, memoryLog(), 'x').status, 500);
    }
  });
});
