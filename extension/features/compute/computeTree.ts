/** The tree of hosts and tiers. Nothing is fetched before somebody opens it. */
import type * as vscode from 'vscode';
import type { HostStatus } from '../../../protocol/model/host.ts';
import type { TierStatus } from '../../../protocol/model/tier.ts';
import { LiveList } from '../../connection/liveList.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { Emitter } from '../../platform/emitter.ts';
import { failureOf, sentenceOf } from '../../platform/failure.ts';
import type { Log } from '../../platform/log.ts';
import { hostItem, hostNotes, noteItem, sectionItem, tierItem } from './computeItems.ts';
import type { Node } from './computeNodes.ts';

type Compute = { readonly hosts: readonly HostStatus[]; readonly tiers: readonly TierStatus[] };

export class ComputeTree implements vscode.TreeDataProvider<Node> {
  readonly #server: ServerConnection;
  readonly #log: Log;
  readonly #changed = new Emitter<Node | undefined>();
  #list: LiveList<Compute> | null = null;

  readonly onDidChangeTreeData = this.#changed.event as vscode.Event<Node | undefined>;

  constructor(server: ServerConnection, log: Log) {
    this.#server = server;
    this.#log = log;
  }

  refresh(): void {
    this.#list?.refresh();
  }

  getChildren(parent?: Node): Node[] {
    const compute = this.#open().items[0];
    if (compute === undefined) return [];
    if (parent === undefined) {
      const sections: Node[] = [{ kind: 'section', title: 'Tiers' }];
      return compute.hosts.length > 0 ? [{ kind: 'section', title: 'Hosts' }, ...sections] : sections;
    }
    if (parent.kind === 'host') return [...hostNotes(parent.host)];
    if (parent.kind !== 'section') return [];
    if (parent.title === 'Hosts') return compute.hosts.map((host) => ({ kind: 'host', host }));
    return compute.tiers.map((tier) => ({ kind: 'tier', tier }));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'section') return sectionItem(node.title);
    if (node.kind === 'host') return hostItem(node.host);
    return node.kind === 'tier' ? tierItem(node.tier) : noteItem(node);
  }

  dispose(): void {
    this.#list?.dispose();
    this.#changed.dispose();
  }

  #open(): LiveList<Compute> {
    if (this.#list !== null) return this.#list;
    const list = new LiveList<Compute>({
      server: this.#server,
      fetch: async ({ compute, tiers }) => [{ hosts: await compute.hosts(), tiers: (await tiers.list()).tiers }],
      isAbout: ({ type }) => /^(host|catalog)\.|^run\.(created|state-changed)$/.test(type),
      onError: (error) => this.#log.warn(`compute: ${sentenceOf(failureOf(error))}`),
    });
    list.onDidChange(() => this.#changed.fire(undefined));
    this.#list = list;
    list.refresh();
    return list;
  }
}
