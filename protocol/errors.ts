/**
 * Every reason for which an operation can be refused: a closed set, so that a
 * client can decide what to offer ("sign in", "reload", "choose another tier")
 * without reading prose. The text for people is in `message` and `remedy`.
 */
import * as z from 'zod';

export const errorReasons = {
  BAD_REQUEST: ['invalid-input', 'invalid-filter', 'invalid-page-token', 'unsafe-path'],
  UNAUTHORIZED: ['signed-out', 'token-unknown', 'token-expired'],
  FORBIDDEN: ['role-missing', 'scope-missing', 'origin-refused', 'host-refused'],
  NOT_FOUND: ['not-found'],
  CONFLICT: ['already-exists', 'wrong-state', 'value-fixed', 'conflict'],
  PRECONDITION_FAILED: ['client-too-old', 'server-too-old'],
  PAYLOAD_TOO_LARGE: ['too-large'],
  TOO_MANY_REQUESTS: ['rate-limited', 'too-many-streams'],
  INSUFFICIENT_STORAGE: ['storage-full'],
  SERVICE_UNAVAILABLE: ['shutting-down', 'backend-unavailable'],
  INTERNAL_SERVER_ERROR: ['unexpected'],
} as const;

export type ErrorCode = keyof typeof errorReasons;
export type ErrorReason = (typeof errorReasons)[ErrorCode][number];

const allReasons = Object.values(errorReasons).flat() as [ErrorReason, ...ErrorReason[]];

/** What travels beside code and message: the reason, the field at fault, what to do about it. */
export const errorDetails = z.object({
  reason: z.enum(allReasons),
  field: z.string().optional().describe('The input field at fault, as a dotted path'),
  remedy: z.string().optional().describe('What the person can do about it'),
  incident: z.string().optional().describe('Of an unexpected error: the id under which the server logged it'),
});
export type ErrorDetails = z.infer<typeof errorDetails>;

/** The wire code of a reason. */
export function codeOf(reason: ErrorReason): ErrorCode {
  for (const [code, reasons] of Object.entries(errorReasons)) {
    if ((reasons as readonly string[]).includes(reason)) return code as ErrorCode;
  }
  return 'INTERNAL_SERVER_ERROR';
}

/** HTTP status of each wire code. */
export const errorStatus: Readonly<Record<ErrorCode, number>> = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  INSUFFICIENT_STORAGE: 507,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

/** The errors of a contract entry, in oRPC's form: every code may come, each with these details. */
export const contractErrors = Object.fromEntries(
  Object.entries(errorStatus).map(([code, status]) => [code, { status, data: errorDetails }]),
) as { readonly [Code in ErrorCode]: { readonly status: number; readonly data: typeof errorDetails } };
