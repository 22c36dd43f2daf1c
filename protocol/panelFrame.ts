/**
 * A message of the channel between a panel and its host: JSON text with the id
 * of its call. Both ends ignore whatever else is posted: anyone may post.
 */
type Frame = { readonly i: string; readonly t?: unknown; readonly p?: unknown };

/** Null for anything that is no frame. */
export function readFrame(message: unknown): Frame | null {
  if (typeof message !== 'string') return null;
  try {
    const frame: unknown = JSON.parse(message);
    return typeof frame === 'object' && frame !== null && 'i' in frame && typeof frame.i === 'string'
      ? (frame as Frame)
      : null;
  } catch {
    return null;
  }
}
