/** What the compute tree is made of. */
import type { HostStatus } from '../../../protocol/model/host.ts';
import type { TierStatus } from '../../../protocol/model/tier.ts';

export type Node =
  | { readonly kind: 'section'; readonly title: 'Hosts' | 'Tiers' }
  | { readonly kind: 'host'; readonly host: HostStatus }
  | { readonly kind: 'tier'; readonly tier: TierStatus }
  | Note;
export type Note = { readonly kind: 'note'; readonly text: string; readonly icon: string };
