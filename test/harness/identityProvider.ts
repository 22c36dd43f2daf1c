/**
 * A real OpenID Connect provider on this machine, with one client. Whoever is
 * sent there is signed in at once as the person that the test has chosen.
 */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';

export type ProviderPerson = {
  readonly sub: string;
  readonly preferred_username: string;
  readonly name?: string;
  readonly groups?: readonly string[];
};

export type TestProvider = AsyncDisposable & {
  readonly issuer: string;
  /** Who signs in next. */
  person: ProviderPerson;
  stop(): Promise<void>;
};

export const client = { id: 'flywheel', secret: 'a-secret-of-the-client' } as const;
const scopes = 'openid profile groups';

export async function startIdentityProvider(redirectUris: readonly string[]): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, ProviderPerson>();
  const provider = new Provider(issuer, settings(people, redirectUris));
  const answer = provider.callback();
  const stop = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  const started: TestProvider = {
    issuer,
    person: { sub: 'u-1', preferred_username: 'ada' },
    stop,
    [Symbol.asyncDispose]: stop,
  };
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
    const { person } = started;
    people.set(person.sub, person);
    void provider.interactionFinished(request, response, { login: { accountId: person.sub } });
  });
  return started;
}

function settings(people: ReadonlyMap<string, ProviderPerson>, redirectUris: readonly string[]): Configuration {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' };
  return {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [...redirectUris],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    jwks: { keys: [key] } as NonNullable<Configuration['jwks']>,
    cookies: { keys: ['a key of the test'] },
    scopes: scopes.split(' '),
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], groups: ['groups'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    ttl: { Session: 60, Interaction: 60, Grant: 60, AccessToken: 60, IdToken: 60, AuthorizationCode: 60 },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ ...people.get(sub), sub }) }),
    loadExistingGrant: grantAll,
  };
}

/** Nobody is asked for consent. */
async function grantAll({ oidc }: KoaContextWithOIDC) {
  const accountId = oidc.session?.accountId;
  const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId, ...(accountId && { accountId }) });
  grant.addOIDCScope(scopes);
  await grant.save();
  return grant;
}
