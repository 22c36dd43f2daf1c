/**
 * A byte stream to a port on the loopback address of a container, over its
 * engine's connection however far away that is: a program in the container
 * joins its standard streams to the port. It takes what an image with a shell
 * has: bash, else nc as busybox brings it.
 */
import type { Duplex } from 'node:stream';
import { DomainError, messageOf } from '../../domain/shared/errors.ts';
import type { Engine } from './engine.ts';
import { EngineStream } from './engineStream.ts';

/** Said when the port is reached, before the first byte from there. */
const greeting = '+';

/** Whichever side leaves first, nothing of it stays. nc cannot say that it is through, so the table of ports is asked before. */
const program = `
if command -v bash > /dev/null 2>&1; then exec bash -c '
exec 3<> "/dev/tcp/127.0.0.1/$1" 4<&0 || exit 1
printf "${greeting}"
cat <&3 & down=$!
cat <&4 >&3 & up=$!
wait -n
kill "$up" "$down" 2> /dev/null
' tunnel "$1"; fi
grep -qi "$(printf ':%04X 0*:0000 0A' "$1")" /proc/net/tcp /proc/net/tcp6 2> /dev/null || exit 1
printf '${greeting}'
exec nc 127.0.0.1 "$1"
`.trim();

const connectMs = 10_000;

/** A command that is reached by ports, behind a look for what tunnels need: it says so where it is missing. */
export function withTunnel(command: string, ports: readonly string[]): string {
  if (ports.length === 0) return command;
  return `command -v bash > /dev/null 2>&1 || command -v nc > /dev/null 2>&1 || {
  echo "The image of this environment has neither bash nor nc, by which the server reaches a tool: install one of them in it."
  exit 1
}
${command}`;
}

/** Rejects while nothing listens there. */
export async function openTunnel(engine: Engine, container: string, port: number): Promise<Duplex> {
  const Cmd = ['/bin/sh', '-c', program, 'tunnel', String(port)];
  const settings = { Cmd, AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: false };
  const exec = await engine.ask((docker) => docker.getContainer(container).exec(settings));
  const raw = await engine.stream(() => exec.start({ hijack: true, stdin: true }));
  const tunnel = new EngineStream(raw);
  const late = setTimeout(() => tunnel.destroy(new Error('The tool does not answer.')), connectMs);
  try {
    await greeted(tunnel);
    return tunnel;
  } catch (error) {
    tunnel.destroy();
    throw new DomainError('backend-unavailable', `Nothing answers at the port: ${messageOf(error)}`, { cause: error });
  } finally {
    clearTimeout(late);
  }
}

function greeted(tunnel: EngineStream): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error(tunnel.told.trim().split('\n').at(-1) || 'nothing listens there'));
    const look = () => {
      if (tunnel.read(greeting.length) === null) return;
      tunnel.off('readable', look).off('close', gone).off('error', reject);
      resolve();
    };
    tunnel.on('readable', look).once('close', gone).once('error', reject);
  });
}
