/**
 * What an image holds, found by asking the tools inside: the packages of pip,
 * conda, R and the system. Whatever has no tool is left out; an image without
 * a shell is named as such, since no job could start in it.
 */
import { randomUUID } from 'node:crypto';
import { messageOf } from '../../domain/shared/errors.ts';
import { labels } from './containerSettings.ts';
import { type Engine, statusOf } from './engine.ts';
import { LogMessages } from './logMessages.ts';

export type Inside = {
  readonly packages: readonly string[];
  readonly python: string | null;
  readonly problem: string | null;
};

type Question = { readonly engine: Engine; readonly serverId: string; readonly image: string };

/** Packages of the system, of conda and of R carry where they are from: one name may be in several. */
const script = `
has() { command -v "$1" >/dev/null 2>&1; }
if has python3; then
  echo "#python $(python3 -c 'import platform; print(platform.python_version())')"
  python3 -m pip --disable-pip-version-check freeze 2>/dev/null
fi
if has conda; then conda list --export 2>/dev/null | sed -n 's/^\\([^#=]*\\)=\\([^=]*\\)=.*/conda:\\1==\\2/p'; fi
if has Rscript; then Rscript -e 'p <- installed.packages(); cat(sprintf("r:%s==%s\\n", p[,1], p[,3]), sep="")' 2>/dev/null; fi
if has dpkg-query; then dpkg-query -W -f='apt:\${Package}==\${Version}\\n' 2>/dev/null; fi
if has apk; then apk info -v 2>/dev/null | sed -n 's/^\\(.*\\)-\\([0-9][^-]*-r[0-9]*\\)$/apk:\\1==\\2/p'; fi
true
`.trim();

const mostMinutes = 2;

export async function lookInside({ engine, serverId, image }: Question): Promise<Inside> {
  const name = `flywheel-look-${randomUUID()}`;
  const settings = {
    name,
    Image: image,
    Entrypoint: ['/bin/sh'],
    Cmd: ['-c', script],
    WorkingDir: '/',
    Labels: { [labels.server]: serverId },
    HostConfig: {
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 256,
      Memory: 1024 * 1024 * 1024,
      Tmpfs: { '/tmp': 'rw,nosuid,nodev,size=64m,mode=1777' },
      LogConfig: { Type: 'local', Config: { 'max-size': '8m', 'max-file': '1', compress: 'false' } },
    },
  };
  await engine.ask((docker) => docker.createContainer(settings));
  try {
    return await ask(engine, name);
  } finally {
    await engine.askIfThere((docker) => docker.getContainer(name).remove({ force: true, v: true }));
  }
}

async function ask(engine: Engine, name: string): Promise<Inside> {
  try {
    await engine.stream((docker) => docker.getContainer(name).start());
  } catch (error) {
    if (statusOf(error) === null) throw error;
    return { packages: [], python: null, problem: `No /bin/sh can be started in the image: ${messageOf(error)}` };
  }
  await engine.stream((docker) =>
    docker.getContainer(name).wait({ abortSignal: AbortSignal.timeout(mostMinutes * 60_000) }),
  );
  const answer = await engine.stream((docker) =>
    docker.getContainer(name).logs({ follow: false, stdout: true, stderr: false, timestamps: true }),
  );
  const lines = new LogMessages(0)
    .push(answer)
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim());
  const python = lines.find((line) => line.startsWith('#python '))?.slice('#python '.length) ?? null;
  return { packages: lines.filter((line) => line !== '' && !line.startsWith('#')), python, problem: null };
}
