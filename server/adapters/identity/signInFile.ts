/**
 * `sign-in.json` of the data folder: how people sign in beside tokens. Read
 * once, at the start; a mistake in it is named with its field, and the server
 * does not start with less than its administrator asked for.
 */
import { readFile } from 'node:fs/promises';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import * as z from 'zod';
import { slug } from '../../../protocol/model/common.ts';
import { StartupError } from '../../platform/startupError.ts';

const local = /^(localhost|127(\.\d+){3}|\[::1\])$/;

const address = z.url().refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && local.test(hostname));
}, 'https, or http on this machine');

const claim = z.string().min(1).max(100);
const values = z.array(z.string().min(1).max(200)).max(100).default([]);

const provider = z.strictObject({
  issuer: address.describe('As the provider names itself'),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1).optional(),
  name: z.string().min(1).max(60).default('single sign-on').describe('What the button says'),
  scopes: z.string().default('openid profile email'),
  userClaim: claim.default('preferred_username').describe('Ids of new accounts are made from it'),
  nameClaim: claim.default('name'),
  groupsClaim: claim.default('groups'),
  groups: z.record(z.string(), slug).default({}).describe('From what the claim holds to a group here'),
  administrators: values.describe('Who has one of these in the groups claim administers the server'),
  auditors: values,
});
export type ProviderSettings = z.infer<typeof provider>;

const signInFile = z.strictObject({
  $schema: z.string().optional(),
  publicUrl: address.optional().describe('How browsers reach this server'),
  passwords: z.boolean().default(true),
  provider: provider.optional(),
});
export type SignInSettings = z.infer<typeof signInFile>;

export async function readSignInFile(file: string): Promise<SignInSettings> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw new StartupError(
      `${file} cannot be read (${error.code})`,
      'Make it readable for who starts the server',
      error,
    );
  });
  const errors: ParseError[] = [];
  const content: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error)
    throw mistake(file, `line ${text.slice(0, error.offset).split('\n').length}: ${printParseErrorCode(error.error)}`);
  const read = signInFile.safeParse(content);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw mistake(file, `${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
}

function mistake(file: string, what: string): StartupError {
  return new StartupError(`${file}, ${what}`, 'Correct it, see docs/server.md');
}
