/** The OpenAPI document of the contract, generated: nothing in it is written twice. */
import type { OpenAPI } from '@orpc/contract';
import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import * as z from 'zod';
import type { EntryMeta } from '../../../protocol/contract/base.ts';
import { contract } from '../../../protocol/contract.ts';
import { errorDetails, errorStatus } from '../../../protocol/errors.ts';
import { contractEntries } from '../http/contractRouter.ts';

export async function createOpenApiDocument(version: string): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(contract, {
    info: {
      title: 'Flywheel',
      version,
      description:
        'The same contract as the WebSocket at /rpc. Streams arrive as server-sent events. ' +
        'Errors carry a closed set of reasons in `data.reason`.',
    },
    servers: [{ url: '/api' }],
    security: [{ token: [] }],
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: errorSchema() as OpenAPI.SchemaObject },
    },
    customErrorResponseBodySchema: { $ref: '#/components/schemas/Error' },
    tags: Object.keys(contract).map((name) => ({ name })),
  });
  return withAccess(withDownload(document));
}

/** Every error has this one shape; spelt out at each entry it would be most of the document. */
function errorSchema(): unknown {
  const codes = Object.keys(errorStatus) as [string, ...string[]];
  const error = z.object({
    defined: z.literal(true),
    code: z.enum(codes),
    status: z.int(),
    message: z.string(),
    data: errorDetails,
  });
  const { $schema, ...schema } = z.toJSONSchema(error);
  return schema;
}

/** Files are not part of the typed contract: their bytes are streamed as they are. */
function withDownload(document: OpenAPI.Document): OpenAPI.Document {
  const parameter = (name: string, place: 'path' | 'query') =>
    ({ name, in: place, required: true, schema: { type: 'string' } }) as const;
  const common = {
    tags: ['runs'],
    parameters: [parameter('runId', 'path'), parameter('path', 'query')],
    responses: { 200: { description: 'The file', content: { 'application/octet-stream': {} } } },
  };
  const artifact = {
    operationId: 'runs.downloadArtifact',
    summary: 'A whole artifact as a file; a range may be asked for',
  };
  const code = {
    operationId: 'runs.downloadCode',
    summary: 'A whole file of its snapshot, or of its base with of=base',
  };
  const downloads = {
    '/runs/{runId}/artifacts/file': { get: { ...common, ...artifact } },
    '/runs/{runId}/code/file': { get: { ...common, ...code } },
  };
  return { ...document, paths: { ...document.paths, ...downloads } };
}

/** Says of each operation what it takes to call it, and files it under its namespace. */
function withAccess(document: OpenAPI.Document): OpenAPI.Document {
  const metas = new Map(
    contractEntries().map(({ namespace, name, procedure }) => [
      `${namespace}.${name}`,
      { tags: [namespace], description: describeAccess(procedure['~orpc'].meta as EntryMeta) },
    ]),
  );
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => {
    const operations = Object.entries(item ?? {}).map(([method, operation]) => {
      const { operationId = '' } = operation as OpenAPI.OperationObject;
      return [method, { ...(operation as object), ...metas.get(operationId) }];
    });
    return [path, Object.fromEntries(operations)];
  });
  return { ...document, paths: Object.fromEntries(paths) };
}

function describeAccess({ access }: EntryMeta): string {
  if (access?.kind === 'project') return `Needs the role ${access.role} in the project.`;
  return access?.kind === 'admin' ? 'For administrators.' : 'For everybody who is signed in.';
}
