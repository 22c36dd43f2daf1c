/** How hosts and tiers look in the tree. */
import * as vscode from 'vscode';
import type { HostStatus } from '../../../protocol/model/host.ts';
import type { TierStatus } from '../../../protocol/model/tier.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { Note } from './computeNodes.ts';

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

export function sectionItem(title: string): vscode.TreeItem {
  const item = new vscode.TreeItem(title, Expanded);
  item.id = `section:${title}`;
  return item;
}

export function hostItem(host: HostStatus): vscode.TreeItem {
  const item = new vscode.TreeItem(spellOut(host.name), Collapsed);
  item.id = `host:${host.id}`;
  item.description = hostWords(host);
  item.iconPath = hostIcon(host);
  item.contextValue = host.drained === null ? 'host' : 'drainedHost';
  item.tooltip = spellOut(
    hostNotes(host)
      .map(({ text }) => text)
      .join('\n'),
  );
  return item;
}

function hostWords({ drained, facts, problem, runs, cpusTaken }: HostStatus): string {
  if (problem !== null) return 'does not answer';
  const load = `${cpusTaken} of ${facts?.cpus ?? 0} CPUs, ${runs} active`;
  return drained === null ? load : `drained, ${runs} active`;
}

function hostIcon({ drained, problem }: HostStatus): vscode.ThemeIcon {
  if (problem !== null) return new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground'));
  return new vscode.ThemeIcon(drained === null ? 'server' : 'circle-slash');
}

/** What there is to know of a host, one line each. */
export function hostNotes(host: HostStatus): readonly Note[] {
  const { facts, problem, advice, labels, drained } = host;
  const note = (icon: string, text: string): Note => ({ kind: 'note', icon, text });
  const shown = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return [
    ...(problem === null ? [] : [note('error', problem)]),
    ...(drained === null ? [] : [note('circle-slash', `Drained by ${drained.by}`)]),
    ...advice.map((text) => note('lightbulb', text)),
    ...(facts === null ? [] : factNotes(host).map((text) => note('info', text))),
    ...(shown.length > 0 ? [note('tag', shown.join(', '))] : []),
  ];
}

function factNotes({ facts, cpusTaken, memoryMiBTaken, gpusTaken, connection }: HostStatus): readonly string[] {
  if (facts === null) return [];
  const memory = `${gibibytes(memoryMiBTaken)} of ${gibibytes(facts.memoryMiB)} GiB memory taken`;
  const disk = facts.freeDiskMiB === null ? [] : [`${gibibytes(facts.freeDiskMiB)} GiB disk free`];
  const gpus = facts.gpus.length === 0 ? [] : [`${gpusTaken} of ${facts.gpus.length} GPUs taken`];
  const size = [`${cpusTaken} of ${facts.cpus} CPUs taken`, memory, ...gpus, ...disk];
  return [...size, `Docker ${facts.version}, reached by ${connection === 'local' ? 'its socket' : connection}`];
}

function gibibytes(mebibytes: number): string {
  return String(Number((mebibytes / 1024).toFixed(mebibytes < 10 * 1024 ? 1 : 0)));
}

export function tierItem(tier: TierStatus): vscode.TreeItem {
  const item = new vscode.TreeItem(spellOut(tier.name), None);
  item.id = `tier:${tier.id}`;
  item.description = tier.problem === null ? tierWords(tier) : 'has a problem';
  item.iconPath =
    tier.problem === null
      ? new vscode.ThemeIcon('chip')
      : new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground'));
  const gpus = tier.gpus > 0 ? `, ${tier.gpus} GPU(s)` : '';
  const size = `${tier.cpus} CPUs, ${gibibytes(tier.memoryMiB)} GiB${gpus}`;
  item.tooltip = spellOut([tier.description, size, tierWords(tier), tier.problem].filter(Boolean).join('\n'));
  return item;
}

function tierWords({ running, queued, concurrency }: TierStatus): string {
  return `${running} of ${concurrency} running${queued > 0 ? `, ${queued} queued` : ''}`;
}

export function noteItem({ text, icon }: Note): vscode.TreeItem {
  const item = new vscode.TreeItem(spellOut(text), None);
  item.iconPath = new vscode.ThemeIcon(icon);
  item.tooltip = spellOut(text);
  return item;
}
