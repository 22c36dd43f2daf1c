/** How an editor learns by which ways people sign in to a server, and signs in by one of them. */
import * as z from 'zod';

export const signInWays = z.object({
  password: z.boolean(),
  provider: z.string().nullable().describe('What the identity provider is called; null where there is none'),
});
export type SignInWays = z.infer<typeof signInWays>;

export const begunEditorSignIn = z.object({
  id: z.string(),
  secret: z.string(),
  code: z.string().describe('For the person to compare'),
  path: z.string().describe('Of the page on which they let the editor in'),
});
export type BegunEditorSignIn = z.infer<typeof begunEditorSignIn>;

export const editorSession = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['waiting', 'denied']), token: z.null() }),
  z.object({ state: z.literal('allowed'), token: z.string() }),
]);
export type EditorSession = z.infer<typeof editorSession>;
