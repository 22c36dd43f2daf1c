/** Page tokens of a history: opaque to clients, the last point of a page to us, so that late points move no page. */
import type { MetricPoint } from '../../domain/tracking/ports.ts';
import { MlflowError } from './mlflowError.ts';

type Point = Omit<MetricPoint, 'key'>;

export function tokenOf({ step, timestamp, value }: Point): string {
  return Buffer.from(JSON.stringify([step, timestamp, String(value)])).toString('base64url');
}

export function pointOf(token: string | undefined): Point | undefined {
  if (token === undefined || token === '') return undefined;
  const point = readPoint(token);
  if (point !== null) return point;
  throw new MlflowError('INVALID_PARAMETER_VALUE', `Invalid page token: '${token.slice(0, 100)}'`);
}

function readPoint(token: string): Point | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (!Array.isArray(parsed) || parsed.length !== 3) return null;
    const [step, timestamp, value] = parsed as readonly unknown[];
    const number = Number(value);
    if (!Number.isFinite(step) || !Number.isFinite(timestamp) || String(number) !== value) return null;
    return { step: step as number, timestamp: timestamp as number, value: number };
  } catch {
    return null;
  }
}
