/** The pure parts of webhooks: which events are told in which words, signatures, and what is sealed. */
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { bodyOf, headersOf } from '../../../server/domain/webhooks/message.ts';
import { exampleOf, toldOf, webhookActions } from '../../../server/domain/webhooks/webhookEvents.ts';
import { KeySecretBox } from '../../../server/platform/secretBox.ts';

/** As the registry appends them. */
const cases: readonly (readonly [string, object, object, string, object])[] = [
  [
    'model.registered',
    { modelName: 'm' },
    { name: 'm', description: 'd' },
    'REGISTERED_MODEL.CREATED',
    { name: 'm', tags: {}, description: 'd' },
  ],
  [
    'model.version-created',
    { modelName: 'm', version: 3 },
    { name: 'm', version: 3, source: 'models:/m-1', description: '', runId: 'r' },
    'MODEL_VERSION.CREATED',
    { name: 'm', version: '3', source: 'models:/m-1', run_id: 'r', tags: {}, description: '' },
  ],
  [
    'model.version-tag-set',
    { modelName: 'm', version: 3 },
    { key: 'k', value: 'v' },
    'MODEL_VERSION_TAG.SET',
    { name: 'm', version: '3', key: 'k', value: 'v' },
  ],
  [
    'model.version-tag-deleted',
    { modelName: 'm', version: 3 },
    { key: 'k' },
    'MODEL_VERSION_TAG.DELETED',
    { name: 'm', version: '3', key: 'k' },
  ],
  [
    'model.alias-set',
    { modelName: 'm' },
    { alias: 'champion', version: 3 },
    'MODEL_VERSION_ALIAS.CREATED',
    { name: 'm', alias: 'champion', version: '3' },
  ],
  [
    'model.alias-deleted',
    { modelName: 'm' },
    { alias: 'champion' },
    'MODEL_VERSION_ALIAS.DELETED',
    { name: 'm', alias: 'champion' },
  ],
  ['model.registered', {}, { name: 'p', prompt: true }, 'PROMPT.CREATED', { name: 'p', tags: {}, description: null }],
];

describe('webhooks', () => {
  for (const [type, subject, detail, told, data] of cases) {
    it(`tells of ${type} as ${told}`, () => {
      const found = toldOf({ type, subject, detail } as Parameters<typeof toldOf>[0]);
      assert.deepEqual([`${found?.entity}.${found?.action}`, found?.data], [told, data]);
    });
  }

  it('tells of nothing else', () => {
    for (const type of ['run.created', 'constructor', '__proto__', 'model.updated']) {
      assert.equal(toldOf({ type, subject: {}, detail: {} } as never), null);
    }
  });

  it('has an example of every event that can be asked for', () => {
    for (const [entity, actions] of Object.entries(webhookActions)) {
      for (const action of actions) assert.equal(exampleOf({ entity, action }).name, 'example', `${entity}.${action}`);
    }
  });

  it('signs id, time and body', () => {
    const body = bodyOf({ entity: 'MODEL_VERSION_TAG', action: 'SET' }, { name: 'm' }, 0);
    assert.deepEqual(JSON.parse(body), {
      entity: 'model_version_tag',
      action: 'set',
      timestamp: '1970-01-01T00:00:00.000Z',
      data: { name: 'm' },
    });
    const headers = headersOf({ id: 'd-1', body, secret: 's', now: 1_700_000_000_999 });
    const expected = createHmac('sha256', 's').update(`d-1.1700000000.${body}`).digest('base64');
    assert.deepEqual(
      [headers['x-mlflow-signature'], headers['x-mlflow-timestamp'], headers['x-mlflow-delivery-id']],
      [`v1,${expected}`, '1700000000', 'd-1'],
    );
    assert.equal('x-mlflow-signature' in headersOf({ id: 'd-1', body, secret: null, now: 0 }), false);
  });

  it('seals secrets so that only its own key and purpose opens them', () => {
    const key = randomBytes(32);
    const box = new KeySecretBox(key, 'webhooks');
    const sealed = box.seal('sécret');
    assert.notEqual(sealed, box.seal('sécret'), 'never twice alike');
    assert.equal(box.open(sealed), 'sécret');
    assert.equal(new KeySecretBox(key, 'else').open(sealed), null);
    assert.equal(new KeySecretBox(randomBytes(32), 'webhooks').open(sealed), null);
    const bytes = Buffer.from(sealed, 'base64');
    for (const damaged of ['', 'x', sealed.slice(0, -8), Buffer.from(bytes.fill(0, 20, 24)).toString('base64')]) {
      assert.equal(box.open(damaged), null);
    }
  });
});
