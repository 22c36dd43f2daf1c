/** The numbers of the ports that a job may listen on: each container has a loopback address of its own, so they are the same in all. */
import { DomainError } from '../../domain/shared/errors.ts';

/** Below the numbers that systems give to outgoing connections, so that none of those takes it. */
const firstPort = 21_000;

export function portVariables(ports: readonly string[], listenOn: string): Readonly<Record<string, string>> {
  const variables = ports.flatMap((name, index) => {
    if (!/^[a-z]{1,20}$/.test(name)) throw new DomainError('invalid-input', 'The name of a port is not usable.');
    const suffix = name.toUpperCase();
    return [
      [`FLYWHEEL_PORT_${suffix}`, String(firstPort + index)],
      [`FLYWHEEL_HOST_${suffix}`, listenOn],
    ];
  });
  return Object.fromEntries(variables);
}

export function portsLabel(ports: readonly string[]): string {
  return ports.join(',');
}

/** Null where the label names no such port. */
export function portNumber(label: string | undefined, name: string): number | null {
  const index = name === '' ? -1 : (label ?? '').split(',').indexOf(name);
  return index === -1 ? null : firstPort + index;
}
