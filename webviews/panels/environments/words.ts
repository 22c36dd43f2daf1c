/** How environments and their builds read. Pure. */
import type { Environment, EnvironmentRevision, RevisionState } from '../../../protocol/model/environment.ts';
import { dockerNeed } from '../../../protocol/model/environmentNeeds.ts';
import { formatAgo, formatBytes, formatDuration } from '../../ui/format.ts';
import type { IconName } from '../../ui/icon.ts';

export type Look = {
  readonly icon: IconName;
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'active' | 'dim';
};

export function buildLook({ build, definition }: EnvironmentRevision): Look {
  if (definition.kind === 'system') return { icon: 'info', text: "The server's own tools", tone: 'dim' };
  if (build.state === 'ready')
    return { icon: 'check', text: `Built${build.endedAt ? ` ${formatAgo(build.endedAt)}` : ''}`, tone: 'good' };
  if (build.state === 'building') return { icon: 'turning', text: 'Building', tone: 'active' };
  if (dockerNeed(definition) !== null) return { icon: 'info', text: 'Needs a Docker host', tone: 'warn' };
  if (build.state === 'failed') return { icon: 'error', text: 'Build failed', tone: 'bad' };
  return { icon: 'clock', text: 'Not built yet', tone: 'dim' };
}

export function checkLook({ check }: EnvironmentRevision): Look | null {
  if (!check) return null;
  if (check.state === 'running') return { icon: 'turning', text: 'Being tried now', tone: 'active' };
  const when = check.endedAt === null ? '' : formatAgo(check.endedAt);
  if (check.state === 'fails') return { icon: 'error', text: `No, tried ${when}`, tone: 'bad' };
  return { icon: 'check', text: `Yes, tried ${when}${changes(check.changed)}`, tone: check.changed ? 'warn' : 'good' };
}

function changes(changed: number | null): string {
  if (changed === null) return '';
  if (changed === 0) return ', the same packages';
  return `, ${changed === 1 ? '1 package differs' : `${changed} packages differ`}`;
}

const stateWords: Readonly<Record<RevisionState, string>> = {
  active: 'Active',
  deprecated: 'Deprecated',
  retired: 'Retired',
};
export const stateWord = (state: RevisionState): string => stateWords[state];

/** In one line: what it offers. */
export function traitsLine({ traits, build }: EnvironmentRevision): string {
  const python = build.python ? `Python ${build.python}` : null;
  const languages = traits.languages.filter((language) => language !== 'Python' || !python);
  return [...(python ? [python] : []), ...languages, ...traits.tools.slice(0, 4), ...(traits.gpu ? ['GPU'] : [])].join(
    ' · ',
  );
}

export const sizeText = ({ build }: EnvironmentRevision): string =>
  build.bytes === null ? '–' : formatBytes(build.bytes);
export const startText = ({ startMs }: EnvironmentRevision): string =>
  startMs === null ? '–' : formatDuration(startMs);

/** Whether each of the words stands in what people look for. */
export function matches(environment: Environment, wanted: string): boolean {
  const { name, id, description, latest } = environment;
  const text = [name, id, description, traitsLine(latest), latest.traits.image ?? ''].join(' ').toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
