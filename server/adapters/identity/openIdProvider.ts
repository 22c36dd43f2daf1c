/**
 * An identity provider over OpenID Connect: authorization code with PKCE,
 * state and nonce, and an id token whose signature, issuer, audience and times
 * are checked by the library. It is loaded when somebody first signs in so.
 */
import type * as OpenId from 'openid-client';
import type { BegunSignIn, IdentityProvider, ProviderPerson } from '../../domain/governance/ports.ts';
import { DomainError, messageOf } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';
import type { ProviderSettings } from './signInFile.ts';

type Loaded = { readonly openId: typeof OpenId; readonly config: OpenId.Configuration };

const answerSeconds = 10;

export class OpenIdProvider implements IdentityProvider {
  readonly name: string;
  readonly #settings: ProviderSettings;
  readonly #log: Log;
  #loading: Promise<Loaded> | null = null;

  constructor(settings: ProviderSettings, log: Log) {
    this.name = settings.name;
    this.#settings = settings;
    this.#log = log;
  }

  async begin(redirectUri: string): Promise<BegunSignIn> {
    const { openId, config } = await this.#load();
    const verifier = openId.randomPKCECodeVerifier();
    const [state, nonce] = [openId.randomState(), openId.randomNonce()];
    const url = openId.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: this.#settings.scopes,
      code_challenge: await openId.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { url: url.href, state, nonce, verifier };
  }

  async finish(callback: URL, { state, nonce, verifier }: BegunSignIn): Promise<ProviderPerson> {
    const { openId, config } = await this.#load();
    try {
      const tokens = await openId.authorizationCodeGrant(config, callback, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('there is no id token');
      return this.#personOf({ ...(await this.#more({ openId, config }, tokens, claims.sub)), ...claims });
    } catch (error) {
      throw this.#refused(error);
    }
  }

  async signOutUrl(returnTo: string): Promise<string | null> {
    const loaded = await this.#load().catch(() => null);
    if (!loaded?.config.serverMetadata().end_session_endpoint) return null;
    const { openId, config } = loaded;
    return openId.buildEndSessionUrl(config, { post_logout_redirect_uri: returnTo }).href;
  }

  /** Many providers tell names and groups only when asked for them. */
  async #more({ openId, config }: Loaded, tokens: OpenId.TokenEndpointResponse, subject: string): Promise<object> {
    if (!config.serverMetadata().userinfo_endpoint) return {};
    return openId.fetchUserInfo(config, tokens.access_token, subject);
  }

  #personOf(claims: Readonly<Record<string, unknown>>): ProviderPerson {
    const { userClaim, nameClaim, groupsClaim } = this.#settings;
    const text = (name: string) => (typeof claims[name] === 'string' ? String(claims[name]) : null);
    const groups = claims[groupsClaim];
    const wanted = text(userClaim) ?? text('preferred_username') ?? text('email') ?? 'person';
    return {
      issuer: String(claims.iss),
      subject: String(claims.sub),
      wantedId: wanted,
      name: text(nameClaim) ?? wanted,
      groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : null,
    };
  }

  /** Looked for once; a provider that did not answer is asked again next time. */
  #load(): Promise<Loaded> {
    this.#loading ??= this.#discover().catch((error: unknown) => {
      this.#loading = null;
      this.#log.warn('The identity provider does not answer', { error: messageOf(error), cause: causeOf(error) });
      throw new DomainError('backend-unavailable', `${this.name} does not answer.`, {
        remedy: 'Try again later, or sign in by another way.',
        cause: error,
      });
    });
    return this.#loading;
  }

  async #discover(): Promise<Loaded> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const openId = await import('openid-client');
    const isLocal = issuer.startsWith('http:');
    const execute = [openId.enableNonRepudiationChecks, ...(isLocal ? [openId.allowInsecureRequests] : [])];
    const options = { timeout: answerSeconds, execute };
    return { openId, config: await openId.discovery(new URL(issuer), clientId, clientSecret, undefined, options) };
  }

  /** Why is for the log: whoever sent a forged answer learns nothing from ours. */
  #refused(error: unknown): DomainError {
    this.#log.warn('A sign-in through the identity provider was refused', {
      error: messageOf(error),
      cause: causeOf(error),
    });
    return new DomainError('token-unknown', `The answer of ${this.name} was not accepted.`, {
      remedy: 'Sign in again; if it stays so, whoever runs the server finds the reason in its log.',
      cause: error,
    });
  }
}

function causeOf(error: unknown): string | null {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : null;
}
