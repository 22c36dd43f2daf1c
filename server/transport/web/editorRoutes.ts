/**
 * What an editor signs in by: which ways there are, a password of its own
 * input box, or a browser that lets it in. JSON for programs, one page for
 * people.
 */
import express, { type Request, type Router } from 'express';
import * as z from 'zod';
import { codeOf } from '../../../protocol/errors.ts';
import { editorSession, type SignInWays } from '../../../protocol/model/signIn.ts';
import { DomainError, isDomainError } from '../../domain/shared/errors.ts';
import { addressOf } from '../http/failedSignIns.ts';
import { sendPage } from '../http/html.ts';
import { useOf } from '../http/tokenUse.ts';
import { editorAnsweredPage, editorPage } from './editorPage.ts';
import { EditorSignIns } from './editorSignIns.ts';
import { type Exchange, fieldsOf, holdWrong, isValid, type SignInOptions } from './signInParts.ts';

/** Of an editor, which keeps its token in the system's own store of secrets. */
const sessionDays = 30;
const text = z.string().trim().min(1).max(100);
const beginning = z.object({ client: text });
const claiming = z.object({ id: z.string().max(100), secret: z.string().max(100) });
const passwordTry = z.object({
  userId: z.string().trim().toLowerCase().max(64),
  password: z.string().max(257),
  client: text,
});

export function addEditorRoutes(router: Router, options: SignInOptions): void {
  const open = new EditorSignIns(Date.now);
  const json = express.json({ limit: '4kb' });
  const form = express.urlencoded({ extended: false, limit: '4kb' });
  router.get('/sign-in/ways', async (_request, response) => {
    const { passwords, provider } = options.signIn;
    response.json({ password: await passwords.isOffered(), provider: provider?.name ?? null } satisfies SignInWays);
  });
  router.post('/sign-in/session', json, (request, response) => byPassword({ request, response }, options));
  router.post('/sign-in/editor', json, (request, response) => {
    const { signIn, secret } = open.begin(read(beginning, request).client);
    const path = `/sign-in/editor?id=${signIn.id}`;
    response.json({ id: signIn.id, secret, code: signIn.code, path });
  });
  router.post('/sign-in/editor/claim', json, (request, response) => claim({ request, response }, open, options));
  router.get('/sign-in/editor', (request, response) => ask({ request, response }, open, options));
  router.post('/sign-in/editor/answer', form, (request, response) => take({ request, response }, open, options));
}

async function byPassword({ request, response }: Exchange, options: SignInOptions): Promise<void> {
  const { client, ...typed } = read(passwordTry, request);
  const { passwords } = options.signIn;
  try {
    const userId = await passwords.check({ ...typed, address: addressOf(request) });
    await sendSession({ request, response }, { userId, client, way: 'password' }, options);
  } catch (error) {
    if (isDomainError(error) && codeOf(error.reason) === 'UNAUTHORIZED') await holdWrong(request, options);
    throw error;
  }
}

async function claim({ request, response }: Exchange, open: EditorSignIns, options: SignInOptions): Promise<void> {
  const { id, secret } = read(claiming, request);
  const client = open.find(id)?.client ?? '';
  const state = open.claim(id, secret);
  if (state === null) throw new DomainError('not-found', 'This sign-in is over.', { remedy: 'Begin it anew.' });
  if (typeof state === 'string') response.json({ state, token: null });
  else await sendSession({ request, response }, { userId: state.userId, client, way: 'editor' }, options);
}

type Session = { readonly userId: string; readonly client: string; readonly way: 'password' | 'editor' };

async function sendSession({ request, response }: Exchange, session: Session, { signIn }: SignInOptions) {
  const { userId, client, way } = session;
  const use = { ...useOf(request)(), client };
  const token = await signIn.sessions.open(userId, { way, name: client, days: sessionDays, use });
  response.json(editorSession.parse({ state: 'allowed', token }));
}

async function ask({ request, response }: Exchange, open: EditorSignIns, options: SignInOptions): Promise<void> {
  const signIn = open.find(String(request.query.id ?? ''));
  if (signIn === null || signIn.state !== 'waiting') return sendPage(response, editorAnsweredPage('over'));
  const person = await personIn(request, options);
  if (person === null) return response.redirect(303, `/sign-in?next=${encodeURIComponent(request.originalUrl)}`);
  sendPage(response, editorPage({ ...signIn, name: person.userName }));
}

async function take({ request, response }: Exchange, open: EditorSignIns, options: SignInOptions): Promise<void> {
  const { id = '', answer = '' } = fieldsOf(request);
  const signIn = open.find(id);
  const person = await personIn(request, options);
  if (signIn === null || signIn.state !== 'waiting' || person === null) {
    return sendPage(response, editorAnsweredPage('over'));
  }
  signIn.state = answer === 'allow' ? { userId: person.userId } : 'denied';
  sendPage(response, editorAnsweredPage(answer === 'allow' ? 'allowed' : 'denied'));
}

/** Whoever is signed in in this browser, with all that they may. */
async function personIn(request: Request, { cookie, access }: SignInOptions) {
  const secret = cookie.read(request);
  if (secret === null || !(await isValid(secret, access))) return null;
  const caller = await access.authenticate(secret);
  return caller.scope.kind === 'user' ? caller : null;
}

function read<T>(schema: z.ZodType<T>, { body }: Request): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DomainError('invalid-input', `${issue?.path.join('.')}: ${issue?.message}`);
}
