/** Editors' agents: the official MCP client over HTTP, as the person whose token it carries. */
import assert from 'node:assert/strict';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { contractEntries } from '../../../server/transport/http/contractRouter.ts';
import { openClient } from '../../harness/client.ts';
import { startServer, type TestServer } from '../../harness/server.ts';

type Answer = 'yes' | 'no';
type Agent = AsyncDisposable & { readonly client: Client; readonly asked: string[] };

async function openAgent(
  server: Pick<TestServer, 'url' | 'token'>,
  { mode = 'auto', answer = 'no' }: { readonly mode?: 'auto' | 'legacy'; readonly answer?: Answer } = {},
): Promise<Agent> {
  const asked: string[] = [];
  const capabilities = { elicitation: { form: {} } };
  const client = new Client({ name: 'agent', version: '1' }, { capabilities, versionNegotiation: { mode } });
  client.setRequestHandler('elicitation/create', ({ params }) => {
    asked.push(params.message);
    return answer === 'yes' ? { action: 'accept', content: { confirm: true } } : { action: 'decline' };
  });
  const headers = { authorization: `Bearer ${server.token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit: { headers } }));
  return { client, asked, [Symbol.asyncDispose]: () => client.close() };
}

type Called = { readonly text: string; readonly isError: boolean };

async function call({ client }: Agent, name: string, input: Record<string, unknown> = {}): Promise<Called> {
  const { content, isError } = await client.callTool({ name, arguments: input });
  const [first] = content;
  assert.equal(first?.type, 'text');
  return { text: first.text, isError: isError === true };
}

describe('MCP', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server[Symbol.asyncDispose]());

  /** A person with a token, who has a role in no project. */
  async function person(id: string): Promise<{ readonly url: string; readonly token: string }> {
    await using admin = await openClient(server);
    await admin.api.session.createUser({ id, name: id });
    const { secret } = await admin.api.session.createToken({ name: id, userId: id, scope: { kind: 'user' } });
    return { url: server.url, token: secret };
  }

  it('offers each entry of the contract that answers once, with its schema and whether it only reads', async () => {
    await using agent = await openAgent(server);
    const { tools } = await agent.client.listTools();
    const offered = new Map(tools.map((tool) => [tool.name, tool]));
    const withheld = contractEntries()
      .map(({ namespace, name }) => `${namespace}_${name}`)
      .filter((name) => !offered.has(name) && !name.startsWith('session_'));
    assert.deepEqual(
      withheld.sort(),
      ['audit_export', 'audit_verify', 'environments_buildLog', 'events_subscribe', 'runs_logs'].sort(),
      'streams alone',
    );
    assert.equal(offered.get('runs_get')?.annotations?.readOnlyHint, true);
    assert.ok('runId' in (offered.get('runs_get')?.inputSchema.properties ?? {}));
    assert.equal(offered.get('experiments_search')?.annotations?.readOnlyHint, true, 'a POST that reads');
    assert.equal(offered.get('runs_stop')?.annotations?.readOnlyHint, false);
    assert.equal(offered.get('runs_delete')?.annotations?.destructiveHint, true);
    for (const { name, inputSchema } of tools) assert.equal(inputSchema.type, 'object', name);
  });

  it('answers as the service does, and says what is wrong with an input', async () => {
    await using agent = await openAgent(server);
    const found = await call(agent, 'projects_list');
    assert.ok(found.text.includes('"id":"default"'), found.text);
    const wrong = await call(agent, 'runs_get', { runId: 'no such run' });
    assert.ok(wrong.isError);
    assert.match(wrong.text, /runId/);
    assert.ok((await call(agent, 'runs_get', {})).isError);
  });

  it('lets nobody read what they may not see', async () => {
    await using admin = await openClient(server);
    await admin.api.projects.create({ id: 'closed', name: 'Closed' });
    await using agent = await openAgent(await person('mallory'));
    assert.ok(!(await call(agent, 'projects_list')).text.includes('closed'));
    assert.match((await call(agent, 'projects_get', { projectId: 'closed' })).text, /no project/i);
    const { tools } = await agent.client.listTools();
    assert.ok(!tools.some(({ name }) => name === 'tiers_reload' || name === 'session_createUser'));
  });

  it('changes something only when the person says yes', async () => {
    await using careful = await openAgent(server);
    const refused = await call(careful, 'projects_update', { projectId: 'default', name: 'Renamed' });
    assert.match(refused.text, /said no/);
    assert.equal(careful.asked.length, 1);
    assert.match(careful.asked[0] ?? '', /Renamed/, 'the person sees what would be done');
    await using admin = await openClient(server);
    assert.notEqual((await admin.api.projects.get({ projectId: 'default' })).name, 'Renamed');
    await using bold = await openAgent(server, { answer: 'yes' });
    const done = await call(bold, 'projects_update', { projectId: 'default', name: 'Renamed' });
    assert.ok(!done.isError, done.text);
    assert.equal((await admin.api.projects.get({ projectId: 'default' })).name, 'Renamed');
  });

  it('offers clients of earlier revisions, which it cannot have ask, what reads', async () => {
    await using agent = await openAgent(server, { mode: 'legacy', answer: 'yes' });
    const { tools } = await agent.client.listTools();
    assert.ok(tools.some(({ name }) => name === 'search_query'));
    assert.deepEqual(
      tools.filter(({ annotations }) => annotations?.readOnlyHint !== true),
      [],
    );
    await assert.rejects(call(agent, 'projects_update', { projectId: 'default', name: 'Never' }), /not found|Unknown/i);
  });

  it('asks for a token, and takes no form of another site', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    const post = (headers: Record<string, string>) => fetch(`${server.url}/mcp`, { method: 'POST', body, headers });
    assert.equal((await post({ 'content-type': 'application/json' })).status, 401);
    const authorization = `Bearer ${server.token}`;
    assert.equal((await post({ authorization, 'content-type': 'text/plain' })).status, 415);
    const foreign = { authorization, 'content-type': 'application/json', origin: 'https://evil.test' };
    assert.equal((await post(foreign)).status, 403);
  });
});
