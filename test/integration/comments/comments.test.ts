/** What people say to each other: three of them on a real server. */
import assert from 'node:assert/strict';
import type { AddCommentInput, CommentThread } from '../../../protocol/model/comment.ts';
import { type OpenClient, openClient } from '../../harness/client.ts';
import { startServer, type TestServer } from '../../harness/server.ts';

describe('comments', () => {
  const owned = new AsyncDisposableStack();
  let server: TestServer;
  let admin: OpenClient;
  let ada: OpenClient;
  let bob: OpenClient;
  const project = { kind: 'project' } as const;
  const projectId = 'talk';

  before(async () => {
    server = owned.use(await startServer());
    admin = owned.use(await openClient(server));
    await admin.api.projects.create({ id: projectId, name: 'Talk' });
    ada = await person('ada', 'contributor');
    bob = await person('bob', 'viewer');
    await person('eve', null);
  });
  after(() => owned.disposeAsync());

  async function person(id: string, role: 'contributor' | 'viewer' | null): Promise<OpenClient> {
    await admin.api.session.createUser({ id, name: id.toUpperCase() });
    await admin.api.projects.setMember({ projectId, userId: id, role });
    const { secret } = await admin.api.session.createToken({ name: id, userId: id });
    return owned.use(await openClient({ url: server.url, token: secret }));
  }

  const say = (client: OpenClient, text: string, more: Partial<AddCommentInput> = {}): Promise<CommentThread> =>
    client.api.comments.add({ projectId, target: project, text, ...more });
  const told = async (client: OpenClient) => {
    const { notices } = await client.api.comments.inbox({ unread: true });
    return notices.map(({ reason, comment }) => [reason, comment.text]);
  };
  const clear = (client: OpenClient) => client.api.comments.markRead({});

  it('tells whom a comment mentions, and nobody who may not see the project', async () => {
    const thread = await say(ada, 'Look, @bob and @eve and @nobody');
    assert.deepEqual(
      thread.first.mentions.map(({ name }) => name),
      ['BOB'],
    );
    assert.deepEqual(await told(bob), [['mention', 'Look, @bob and @eve and @nobody']]);
    assert.deepEqual(await told(ada), []);
    assert.equal((await bob.api.comments.markRead({})).unread, 0);
    assert.deepEqual(await told(bob), []);
    assert.equal((await bob.api.comments.inbox({})).notices.length, 1, 'what was read stays');
  });

  it('tells those in a thread of replies, in the order of the thread', async () => {
    const { first } = await say(bob, 'Which data?');
    await clear(ada);
    await say(ada, 'The second half', { replyTo: first.id });
    const thread = await say(bob, 'Thanks', { replyTo: first.id });
    assert.deepEqual(
      thread.replies.map(({ text, author }) => `${author.id}: ${text}`),
      ['ada: The second half', 'bob: Thanks'],
    );
    assert.deepEqual((await told(bob))[0], ['reply', 'The second half']);
    assert.deepEqual((await told(ada))[0], ['reply', 'Thanks']);
  });

  it('tells followers of a thing, and of the project of everything in it, until they leave', async () => {
    const target = { kind: 'code', path: 'train.py' } as const;
    await admin.api.comments.follow({ projectId, target: project, following: true });
    await clear(admin);
    const place = { line: 3, quote: 'fit(x)', commit: null };
    const { place: kept } = await say(ada, 'Why so?', { target, place });
    assert.deepEqual(kept, place);
    assert.deepEqual(await told(admin), [['follow', 'Why so?']]);
    await admin.api.comments.follow({ projectId, target: project, following: false });
    await clear(admin);
    await say(ada, 'Never mind', { target });
    assert.deepEqual(await told(admin), []);
    const { threads, following } = await ada.api.comments.list({ projectId, target });
    assert.deepEqual(
      threads.map(({ first }) => first.text),
      ['Never mind', 'Why so?'],
    );
    assert.ok(following, 'whoever speaks somewhere follows it');
  });

  it('is edited by its author alone, and deleted by owners too; replies stay', async () => {
    const { first } = await say(ada, 'Frist');
    const named = { projectId, commentId: first.id };
    await assert.rejects(bob.api.comments.edit({ ...named, text: 'Mine' }), /Only its author/);
    const edited = await ada.api.comments.edit({ ...named, text: 'First, @bob' });
    assert.ok(edited.first.editedAt !== null);
    assert.deepEqual((await told(bob))[0], ['mention', 'First, @bob'], 'whom an edit adds is told');
    await say(bob, 'Second', { replyTo: first.id });
    await assert.rejects(bob.api.comments.delete(named), /Only its author/);
    const left = await admin.api.comments.delete(named);
    assert.deepEqual([left?.first.deleted, left?.first.text, left?.replies.length], [true, '', 1]);
    const gone = await admin.api.comments.delete({ projectId, commentId: left?.replies[0]?.id ?? '' });
    assert.equal(gone, null, 'nothing is left of the thread');
    assert.ok(
      (await told(bob)).every(([, text]) => text !== 'First, @bob'),
      'what was taken back is told no more',
    );
  });

  it('settles threads, counts those that are open, and pages them', async () => {
    const target = { kind: 'code', path: 'many.py' } as const;
    const threads: CommentThread[] = [];
    for (let index = 0; index < 5; index += 1) threads.push(await say(ada, `n${index}`, { target }));
    const commentId = threads[4]?.first.id ?? '';
    const settled = await bob.api.comments.resolve({ projectId, commentId, resolved: true });
    assert.equal(settled.resolved?.by.name, 'BOB');
    const one = await bob.api.comments.list({ projectId, target, limit: 3 });
    assert.deepEqual([one.open, one.threads.length], [4, 3]);
    const two = await bob.api.comments.list({ projectId, target, limit: 3, before: one.next ?? assert.fail() });
    assert.deepEqual(
      [...one.threads, ...two.threads].map(({ first }) => first.text),
      ['n4', 'n3', 'n2', 'n1', 'n0'],
    );
    assert.equal(two.next, null);
  });

  it('leaves the inbox of who loses the project, at once', async () => {
    await say(ada, 'Secret, @bob');
    assert.deepEqual((await told(bob))[0], ['mention', 'Secret, @bob']);
    await admin.api.projects.setMember({ projectId, userId: 'bob', role: null });
    assert.deepEqual(await told(bob), []);
    await assert.rejects(say(bob, 'Hello?'), /no project/i);
    await admin.api.projects.setMember({ projectId, userId: 'bob', role: 'viewer' });
  });

  it('is on what there is in the project, and not empty', async () => {
    const experiments = await admin.api.experiments.list({ projectId: 'default' });
    const experimentId = experiments[0]?.id ?? '0';
    await assert.rejects(say(ada, 'Here?', { target: { kind: 'experiment', experimentId } }), /no such experiment/);
    await assert.rejects(say(ada, 'Here?', { target: { kind: 'run', runId: 'none' } }), /no such run/);
    await assert.rejects(say(ada, '  \n '), /write something/);
    await assert.rejects(say(ada, 'x'.repeat(10_001)), /at most 10000/);
    await assert.rejects(say(ada, 'Up', { target: { kind: 'code', path: '../up' } }), /relative path/);
  });
});
