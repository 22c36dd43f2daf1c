/** A password, as people may choose it. What it is never leaves the server, nor is it kept there. */
import * as z from 'zod';
import { timestamp, userId } from './common.ts';

export const shortestPassword = 12;
export const longestPassword = 256;

const known =
  /^(.{1,4})\1+$|^(?:0?123456789|abcdefghij|qwertyuiop|qwertz|asdfgh|passwor[dt]|letmein|welcome|flywheel|admin)[\d\W_]*$/iu;

export const password = z
  .string()
  .refine((text) => [...text].length >= shortestPassword, `at least ${shortestPassword} characters`)
  .max(longestPassword, `at most ${longestPassword} characters`)
  .refine((text) => !known.test(text), 'others would guess this one: take several words');

export const setPasswordInput = z.object({
  current: z.string().max(longestPassword).default('').describe('The present one; empty where there is none yet'),
  password,
});
export type SetPasswordInput = z.infer<typeof setPasswordInput>;

export const passwordState = z.object({
  offered: z.boolean().describe('Whether people sign in by password here'),
  changedAt: timestamp.nullable().describe('When yours was set; null where you have none'),
});
export type PasswordState = z.infer<typeof passwordState>;

export const resetPasswordInput = z.object({ userId });
export const passwordLink = z.object({
  path: z.string().describe('Of this server: opens the page on which a password is set, once'),
  expiresAt: timestamp,
});
export type PasswordLink = z.infer<typeof passwordLink>;
