/** The ways in which people sign in, put together over their ports. */
import { Attempts } from './domain/governance/attempts.ts';
import { PasswordService } from './domain/governance/passwordService.ts';
import type { IdentityProvider, ProviderPerson } from './domain/governance/ports.ts';
import { ProviderAccounts, type ProviderRules } from './domain/governance/providerAccounts.ts';
import { Sessions } from './domain/governance/sessions.ts';

export type SignInOptions = {
  readonly passwords: boolean;
  readonly provider: IdentityProvider | null;
  readonly rules: ProviderRules;
  readonly publicUrl: () => string;
};

type SignInDependencies = Omit<ConstructorParameters<typeof PasswordService>[0], 'attempts' | 'allowed'>;

/** The ways in which people sign in. */
export function createSignIn(
  deps: SignInDependencies,
  { passwords: allowed, provider, rules, publicUrl }: SignInOptions,
) {
  const attempts = new Attempts(deps.clock.now);
  const passwords = new PasswordService({ ...deps, attempts, allowed });
  const accounts = new ProviderAccounts({ ...deps, rules });
  const byProvider = provider && {
    name: provider.name,
    begin: (redirectUri: string) => provider.begin(redirectUri),
    finish: (...answer: Parameters<IdentityProvider['finish']>) => provider.finish(...answer),
    signOutUrl: (returnTo: string) => provider.signOutUrl(returnTo),
    enter: (person: ProviderPerson) => accounts.enter(person),
  };
  return { passwords, signIn: { sessions: new Sessions(deps), passwords, provider: byProvider, publicUrl } };
}
