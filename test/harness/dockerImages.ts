/**
 * File systems for containers where no image registry can be reached, made
 * once from Debian packages and kept in the user's cache. Several test runs may
 * ask at the same time: whoever is second waits for the first.
 */
import { execFile } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';

const run = promisify(execFile);

/** `busybox`: a static shell, 2 MB. `python`: a small Debian with Python, bash and ps. */
export type BaseImage = 'busybox' | 'python';

type Image = { readonly path: string };

const makers: Readonly<Record<BaseImage, (target: string, folder: string) => Promise<void>>> = {
  busybox: makeBusybox,
  python: makePython,
};
const deadlineMs = 480_000;

/** Where its tar is; the reason in words when it cannot be made here. */
export async function baseImage(name: BaseImage): Promise<Image | string> {
  const cache = join(homedir(), '.cache/flywheel/images');
  const path = join(cache, `${name}-1.tar`);
  await mkdir(cache, { recursive: true });
  const late = Date.now() + deadlineMs;
  while (!existsSync(path)) {
    const lock = `${path}.making`;
    try {
      await mkdir(lock);
    } catch {
      // One that was cut off holds nobody up for longer than making takes.
      const age = await stat(lock).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > deadlineMs) await rm(lock, { recursive: true, force: true });
      if (Date.now() > late) return `the ${name} image is being made by somebody else for too long`;
      await new Promise((resolve) => setTimeout(resolve, 500));
      continue;
    }
    const problem = await make(name, path);
    await rm(lock, { recursive: true, force: true });
    if (problem !== null) return problem;
  }
  return { path };
}

async function make(name: BaseImage, path: string): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'flywheel-image-'));
  try {
    await makers[name](`${path}.new`, folder);
    await rename(`${path}.new`, path);
    return null;
  } catch (error) {
    const { stderr, message } = error as { readonly stderr?: string; readonly message?: string };
    return `the ${name} image cannot be made: ${(stderr || message || '').trim().split('\n').at(-1)}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeBusybox(target: string, folder: string): Promise<void> {
  const download = () => run('apt-get', ['download', 'busybox-static'], { cwd: folder });
  // A new machine may have no lists of packages yet.
  await download().catch(() => run('apt-get', ['update', '-qq']).then(download));
  const file = (await readdir(folder)).find((name) => name.endsWith('.deb')) ?? '';
  await run('dpkg', ['-x', file, 'root'], { cwd: folder });
  const program = join(folder, 'root/bin/busybox');
  const { stdout } = await run(program, ['--list']);
  const archive = pack();
  for (const name of ['bin', 'etc']) archive.entry({ name, type: 'directory', mode: 0o755 });
  archive.entry({ name: 'tmp', type: 'directory', mode: 0o1777 });
  archive.entry({ name: 'etc/passwd' }, 'root:x:0:0:root:/:/bin/sh\n');
  archive.entry({ name: 'bin/busybox', mode: 0o755 }, await readFile(program));
  for (const name of stdout.split('\n').filter((applet) => applet !== '' && applet !== 'busybox')) {
    archive.entry({ name: `bin/${name}`, type: 'symlink', linkname: 'busybox' });
  }
  archive.finalize();
  await pipeline(archive, createWriteStream(target));
}

async function makePython(target: string, folder: string): Promise<void> {
  const root = join(folder, 'root');
  const packages = 'python3,python3-venv,python3-pip,procps';
  const made = ['--variant=minbase', `--include=${packages}`, 'bookworm', root, 'http://deb.debian.org/debian'];
  await run('debootstrap', made, { timeout: deadlineMs, maxBuffer: 64 * 1024 * 1024 });
  const left = ['--exclude=./var/cache/apt/*', '--exclude=./var/lib/apt/lists/*', '--exclude=./usr/share/doc/*'];
  await run('tar', ['-C', root, '--numeric-owner', ...left, '-cf', target, '.'], { timeout: deadlineMs });
}
