/** Which program sends a request and from where, as people recognise it in the list of their sessions. */
import type { IncomingMessage } from 'node:http';
import type { TokenUse } from '../../domain/governance/ports.ts';

const longest = 100;

/** In this order: browsers claim to be each other. */
const browsers = [
  ['Edge', /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+)[\d.]* .*Safari\//],
] as const;
const systems = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux|X11/],
] as const;

export function useOf(request: IncomingMessage): () => TokenUse {
  return () => ({ client: clientOf(request.headers['user-agent']), address: request.socket.remoteAddress ?? null });
}

/** `Firefox 145 on Linux`, or what a program calls itself. */
export function clientOf(userAgent: string | undefined): string | null {
  if (!userAgent) return null;
  if (!userAgent.startsWith('Mozilla/')) return plain(userAgent);
  const system = systems.find(([, sign]) => sign.test(userAgent))?.[0];
  for (const [name, sign] of browsers) {
    const version = sign.exec(userAgent)?.[1];
    if (version !== undefined) return `${name} ${version}${system ? ` on ${system}` : ''}`;
  }
  return plain(userAgent);
}

function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').slice(0, longest);
}
