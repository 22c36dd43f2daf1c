/** Answers of an identity provider that must not be taken, from one that forges them. */
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OpenIdProvider } from '../../../server/adapters/identity/openIdProvider.ts';
import { memoryLog } from '../../harness/entrance.ts';

/** Says of itself what a test wants, and hands out id tokens as forged as it wants. */
async function startForger() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const forger = { url, issuer: url, idToken: '', privateKey, close: () => server.close() };
  server.on('request', (request, response) => {
    const answers: Record<string, object> = {
      '/.well-known/openid-configuration': {
        issuer: forger.issuer,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/jwks`,
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: ['RS256'],
        subject_types_supported: ['public'],
      },
      '/jwks': { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] },
      '/token': { access_token: 'a', token_type: 'bearer', expires_in: 60, id_token: forger.idToken },
    };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[request.url ?? ''] ?? {}));
  });
  return forger;
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(claims: object, key: KeyObject): string {
  const content = `${part({ alg: 'RS256', kid: 'k' })}.${part(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
}

describe('the answer of an identity provider', () => {
  it('is not taken where its id token is forged, over, for another, or of another time', async () => {
    const forger = await startForger();
    const settings = {
      issuer: forger.url,
      clientId: 'flywheel',
      clientSecret: 'secret',
      name: 'SSO',
      scopes: 'openid',
    };
    const claims = { userClaim: 'name', nameClaim: 'name', groupsClaim: 'groups' };
    const provider = new OpenIdProvider(
      { ...settings, ...claims, groups: {}, administrators: [], auditors: [] },
      memoryLog(),
    );
    const now = Math.floor(Date.now() / 1000);
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const take = async (make: (good: Record<string, unknown>) => string) => {
      const begun = await provider.begin('http://127.0.0.1/callback');
      const good = { iss: forger.url, aud: 'flywheel', sub: 'u-1', iat: now, exp: now + 60, nonce: begun.nonce };
      forger.idToken = make(good);
      return provider.finish(new URL(`http://127.0.0.1/callback?code=c&state=${begun.state}`), begun);
    };
    assert.equal((await take((good) => signed(good, forger.privateKey))).subject, 'u-1');
    const hmac = (content: string) => createHmac('sha256', 'secret').update(content).digest('base64url');
    const forgeries: Record<string, (good: Record<string, unknown>) => string> = {
      'another key': (good) => signed(good, stranger),
      'no signature': (good) => `${part({ alg: 'none' })}.${part(good)}.`,
      'a symmetric key': (good) =>
        `${part({ alg: 'HS256' })}.${part(good)}.${hmac(`${part({ alg: 'HS256' })}.${part(good)}`)}`,
      expired: (good) => signed({ ...good, exp: now - 600, iat: now - 1200 }, forger.privateKey),
      'another issuer': (good) => signed({ ...good, iss: 'http://evil.test' }, forger.privateKey),
      'another audience': (good) => signed({ ...good, aud: 'other' }, forger.privateKey),
      'another nonce': (good) => signed({ ...good, nonce: 'other' }, forger.privateKey),
      nothing: () => '',
    };
    for (const [name, forge] of Object.entries(forgeries)) {
      await assert.rejects(take(forge), { reason: 'token-unknown' }, name);
    }
    forger.close();
  });

  it('is not asked for where the provider says that it is another', async () => {
    const forger = await startForger();
    forger.issuer = 'http://evil.test';
    const settings = { issuer: forger.url, clientId: 'flywheel', name: 'SSO', scopes: 'openid' };
    const claims = { userClaim: 'name', nameClaim: 'name', groupsClaim: 'groups' };
    const provider = new OpenIdProvider(
      { ...settings, ...claims, groups: {}, administrators: [], auditors: [] },
      memoryLog(),
    );
    await assert.rejects(provider.begin('http://127.0.0.1/callback'), { reason: 'backend-unavailable' });
    forger.close();
  });
});
