/**
 * What runs as the first process of a job's container: a POSIX shell that takes
 * the secrets from its standard input into memory, starts the command, passes
 * a request to end on to every process, and leaves records of the end where
 * the engine keeps them. The secrets come last and whole, so the command
 * starts at most once and never without them. It uses nothing but what a
 * shell has built in, because an image may hold nothing else.
 */
import { DomainError } from '../../domain/shared/errors.ts';

/** The volume of a job. `records` is the server's; only `records/job` is the command's to write. */
export const jobPaths = {
  volume: '/flywheel',
  work: 'work',
  records: 'records',
  jobRecords: 'records/job',
  stop: 'records/stop.json',
  memory: '/run/flywheel',
  /** Where a volume that outlives the job is: `work` and `home` are the job's to write, what lies beside them is not. */
  kept: '/workspace',
  /** In a volume that holds its code whole. */
  made: '.made',
} as const;

/** Where the code of a job lies. */
export function workFolderOf(volume: string | undefined): string {
  return `${volume === undefined ? jobPaths.volume : jobPaths.kept}/${jobPaths.work}`;
}

/** The first line of a job's log, so that whoever reads can tell whether the beginning is still there. */
export const logHeader = 'flywheel: job begins\n';

/** How the script ends when the secrets did not all arrive: the command was not started. */
export const neverBegan = 113;

export const jobUser = { uid: 1000, gid: 1000 } as const;

/** Arguments: the line that ends the secrets, the folder that the command runs in, the command. */
export const jobScript = `
records=${jobPaths.volume}/${jobPaths.jobRecords}
job= asked= complete=
trap 'asked=1; [ -z "$job" ] || kill -TERM -1 2>/dev/null' TERM
umask 077
while IFS= read -r line; do
  [ "$line" = "$1" ] && complete=1 && break
  printf '%s\\n' "$line"
done > ${jobPaths.memory}/secrets
[ -n "$complete" ] || exit ${neverBegan}
: > "$records/began"
umask 022
shell=/bin/sh
[ ! -x /bin/bash ] || shell=/bin/bash
printf '${logHeader.trimEnd()}\\n'
(
  trap - TERM
  cd "$2" || exit 1
  . ${jobPaths.memory}/secrets
  exec "$shell" -c "trap 'echo \\$? > $records/exit' EXIT; $3"
) 2>&1 </dev/null &
job=$!
[ -z "$asked" ] || kill -TERM -1 2>/dev/null
while :; do
  wait "$job"
  code=$?
  kill -0 "$job" 2>/dev/null || break
done
{
  echo "code $code"
  [ -z "$asked" ] || echo "asked 1"
  for file in memory/memory.max_usage_in_bytes memory.peak; do
    [ ! -r "/sys/fs/cgroup/$file" ] || { read -r value < "/sys/fs/cgroup/$file" && echo "memory $value"; }
  done
  [ ! -r /sys/fs/cgroup/cpuacct/cpuacct.usage ] || { read -r value < /sys/fs/cgroup/cpuacct/cpuacct.usage && echo "cpu $value"; }
  [ ! -r /sys/fs/cgroup/cpu.stat ] || { read -r name value < /sys/fs/cgroup/cpu.stat && echo "cpu \${value}000"; }
} > "$records/end"
exit "$code"
`.trim();

export type JobSecretTexts = {
  readonly variables: Readonly<Record<string, string>>;
  /** Contents of files; the variable of each one's name holds its path. */
  readonly files: Readonly<Record<string, string>>;
};

/** Shell that sets the secrets and writes their files into memory, followed by the line that says they are whole. */
export function secretsText({ variables, files }: JobSecretTexts, last: string): string {
  const written = Object.entries(files).map(([name, content]) => {
    requireName(name);
    const path = `${jobPaths.memory}/file-${name}`;
    return `printf '%s' ${quoted(content)} > ${path}\nexport ${name}=${path}\n`;
  });
  const set = Object.entries(variables).map(([name, value]) => {
    requireName(name);
    return `export ${name}=${quoted(value)}\n`;
  });
  return `umask 077\n${written.join('')}${set.join('')}umask 022\n${last}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** As `docker inspect` shows them: nothing secret belongs here. */
export function environmentText(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => {
    requireName(name);
    if (value.includes('\0')) throw refuse(name);
    return `${name}=${value}`;
  });
}

function requireName(name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw refuse(name);
}

function refuse(name: string): DomainError {
  return new DomainError('invalid-input', `The variable ${JSON.stringify(name)} cannot be given to a container.`);
}
