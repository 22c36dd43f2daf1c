import assert from 'node:assert/strict';
import { type Environment, type Flags, readConfig, readFlags } from '../../../server/config.ts';

describe('readConfig', () => {
  it('has defaults that are safe', () => {
    const config = readConfig({ data: '/data' }, {});
    const { host, port, token, open, hostNames } = config;
    assert.deepEqual(
      { host, port, token, open, hostNames },
      { host: '127.0.0.1', port: 7717, token: null, open: true, hostNames: [] },
    );
    assert.ok(Object.isFrozen(config));
  });

  it('takes a flag over its variable, and an empty variable for none', () => {
    const environment = {
      FLYWHEEL_PORT: '1',
      FLYWHEEL_HOST: '',
      FLYWHEEL_OPEN: '0',
      FLYWHEEL_HOST_NAMES: 'ML.example.com, b',
    };
    const config = readConfig({ data: '/data', port: '2' }, environment);
    assert.equal(config.port, 2);
    assert.equal(config.host, '127.0.0.1');
    assert.equal(config.open, false);
    assert.deepEqual(config.hostNames, ['ml.example.com', 'b']);
  });

  const wrong: readonly (readonly [Flags, Environment, RegExp])[] = [
    [{ port: '70000' }, {}, /--port \(FLYWHEEL_PORT\) is not a port/],
    [{ port: '' }, {}, /--port/],
    [{}, { FLYWHEEL_PORT: '80a' }, /FLYWHEEL_PORT/],
    [{ host: 'not a host' }, {}, /--host/],
    [{}, { FLYWHEEL_TOKEN: 'short' }, /FLYWHEEL_TOKEN must have 16/],
    [{}, { FLYWHEEL_TOKEN: 'has a space in its middle' }, /FLYWHEEL_TOKEN/],
    [{ 'host-name': ['http://x'] }, {}, /--host-name/],
    [{ log: 'loud' }, {}, /--log \(FLYWHEEL_LOG\) must be one of/],
  ];
  for (const [flags, environment, message] of wrong) {
    it(`names what is wrong: ${message.source}`, () =>
      assert.throws(() => readConfig({ data: '/d', ...flags }, environment), message));
  }

  it('reads flags, and names one it does not know', () => {
    assert.deepEqual(
      { ...readFlags(['--port=0', '--no-open', '--host-name', 'a']) },
      { port: '0', open: false, 'host-name': ['a'] },
    );
    assert.throws(() => readFlags(['--prot=1']), /--prot/);
  });
});
