/**
 * One caller's tools as an MCP server that lives for one request. An agent
 * reads what the person may read; what changes something is done only after
 * the person was asked and said yes, so a client that cannot ask is not
 * offered it.
 */
import {
  acceptedContent,
  type CallToolResult,
  inputRequired,
  McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { call as callProcedure } from '@orpc/server';
import * as z from 'zod';
import type { Caller } from '../../domain/shared/call.ts';
import type { Log } from '../../domain/shared/ports.ts';
import type { CallContext, ContractRouter } from '../http/contractRouter.ts';
import { StreamSlots } from '../http/streamSlots.ts';
import { toWireError } from '../http/wireError.ts';
import { type Tool, toolsFor } from './tools.ts';

export type ToolServerOptions = {
  readonly router: ContractRouter;
  readonly log: Log;
  readonly version: string;
  readonly stopping: AbortSignal;
};
type Served = ToolServerOptions & { readonly caller: Caller };

/** An answer is text in somebody's context: what is longer is cut, and says so. */
const longestAnswer = 200_000;

const instructions =
  'Flywheel keeps an organisation’s projects, runs, experiments, environments and models. ' +
  'Begin with search_query or projects_list; ids from one answer are the input of the next. Times are milliseconds since 1970.';

export function createToolServer(options: Served, { canAsk }: { readonly canAsk: boolean }): McpServer {
  const server = new McpServer({ name: 'flywheel', title: 'Flywheel', version: options.version }, { instructions });
  for (const tool of toolsFor(options.caller)) if (tool.reads || canAsk) register(server, tool, options);
  return server;
}

function register(server: McpServer, tool: Tool, options: Served): void {
  const { name, description, reads, destroys } = tool;
  const annotations = { readOnlyHint: reads, destructiveHint: destroys, openWorldHint: false };
  server.registerTool(name, { description, inputSchema: schemaOf(tool), annotations }, (input: unknown, context) =>
    reads ? run(tool, input, { ...options, context }) : ask(tool, input, { ...options, context }),
  );
}

/** What the contract says the input is. It is checked once, where every wire has it checked. */
function schemaOf({ entry }: Tool) {
  const schema = (entry.procedure['~orpc'].inputSchema ?? z.object({})) as z.ZodType;
  return { '~standard': { ...schema['~standard'], validate: (value: unknown) => ({ value }) } };
}

const confirmation = z.object({ confirm: z.boolean().describe('Yes, do it') });
type Calling = Served & { readonly context: ServerContext };

async function ask(tool: Tool, input: unknown, calling: Calling) {
  const answers = calling.context.mcpReq.inputResponses;
  if (acceptedContent(answers, 'confirm', confirmation)?.confirm === true) return run(tool, input, calling);
  if (answers !== undefined) return failure('The person said no, and nothing was changed.');
  const message = `${tool.description}\n\n${JSON.stringify(input, null, 2).slice(0, 4000)}\n\nShall this be done?`;
  return inputRequired({
    inputRequests: { confirm: inputRequired.elicit({ message, requestedSchema: confirmation }) },
  });
}

async function run({ entry, name }: Tool, input: unknown, calling: Calling): Promise<CallToolResult> {
  const { router, caller, stopping, log, context } = calling;
  const procedures = router as unknown as Record<string, Record<string, Parameters<typeof callProcedure>[0]>>;
  const procedure = procedures[entry.namespace]?.[entry.name];
  if (procedure === undefined) return failure(`There is no ${name}.`);
  const callContext: CallContext = { caller, streams: new StreamSlots(0), stopping };
  try {
    const output = await callProcedure(procedure, input ?? {}, { context: callContext, signal: context.mcpReq.signal });
    return { content: [{ type: 'text', text: cut(JSON.stringify(output)) }] };
  } catch (error) {
    const { message, data } = toWireError(error, log, `mcp ${name}`);
    return failure([message, data.remedy].filter(Boolean).join(' '));
  }
}

function cut(text: string): string {
  if (text.length <= longestAnswer) return text;
  const rest = text.length - longestAnswer;
  return `${text.slice(0, longestAnswer)}\n… ${rest} characters more were left out: ask for less, with a filter or a limit.`;
}

function failure(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] };
}
