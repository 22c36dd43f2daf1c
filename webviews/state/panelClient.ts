/** The one client that a panel has: the relayed contract, and its host. */
import type { ContractRouterClient } from '@orpc/contract';
import type { PanelContract } from '../../protocol/panel.ts';

export type PanelClient = ContractRouterClient<PanelContract>;
