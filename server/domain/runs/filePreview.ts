/** The beginning of a file as a panel may show it: text, or bytes that are never read as anything else. Pure. */
import { lookup } from 'mrmime';
import type { FilePreview } from '../../../protocol/model/run.ts';
import { completeUtf8Length } from '../shared/completeUtf8.ts';

const textBytes = 256 * 1024;
const imageBytes = 4 * 1024 * 1024;
/** A report is shown whole or not at all. */
const documentBytes = 4 * 1024 * 1024;

/** Text that the table of types does not know, or takes for something else. */
const textTypes: Readonly<Record<string, string>> = {
  ts: 'text/x-typescript',
  py: 'text/x-python',
  r: 'text/x-r',
  sh: 'text/x-shellscript',
  toml: 'text/x-toml',
  log: 'text/plain',
};

export function mediaTypeOf(path: string): string {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const own = Object.hasOwn(textTypes, extension) ? textTypes[extension] : undefined;
  const known: unknown = own ?? lookup(path);
  // The table answers to names like `constructor` with what every object has.
  return typeof known === 'string' ? known : 'application/octet-stream';
}

/** How much of a file a preview needs. */
export function previewBytes(path: string): number {
  if (isDocument(path)) return documentBytes;
  return isImage(path) ? imageBytes : textBytes;
}

/** `head` is the beginning of the file, at most what `previewBytes` says. */
export function previewOf(path: string, bytes: number, head: Uint8Array): FilePreview {
  const mediaType = mediaTypeOf(path);
  if (isImage(path) && bytes <= imageBytes) {
    return { path, bytes, mediaType, truncated: false, content: base64(head) };
  }
  const shown = isDocument(path) && bytes <= documentBytes ? head : head.subarray(0, textBytes);
  const truncated = bytes > shown.length;
  const text = isImage(path) ? null : asText(truncated ? shown.subarray(0, completeUtf8Length(shown)) : shown);
  const content = text === null ? base64(shown) : ({ encoding: 'text', text } as const);
  const shownType = text !== null && mediaType === 'application/octet-stream' ? 'text/plain' : mediaType;
  return { path, bytes, mediaType: shownType, truncated, content };
}

function isImage(path: string): boolean {
  return mediaTypeOf(path).startsWith('image/');
}

function isDocument(path: string): boolean {
  return mediaTypeOf(path) === 'text/html';
}

function base64(data: Uint8Array) {
  return { encoding: 'base64', data: Buffer.from(data).toString('base64') } as const;
}

/** Null when it is no text: bytes that are no UTF-8, or a NUL. */
function asText(data: Uint8Array): string | null {
  if (data.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return null;
  }
}
