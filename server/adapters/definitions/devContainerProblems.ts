/**
 * What is wrong with a devcontainer.json, by the schema of the specification
 * and by the engine that checks it in VS Code, so that both say the same. The
 * schema is that of github.com/devcontainers/spec (MIT), unchanged.
 */
import { findNodeAtLocation, getLocation, type Node, parseTree } from 'jsonc-parser';
import {
  type Diagnostic,
  type DiagnosticSeverity,
  getLanguageService,
  type JSONSchema,
} from 'vscode-json-languageservice';
import { TextDocument } from 'vscode-languageserver-textdocument';
import schema from '../../../media/devContainer.schema.json' with { type: 'json' };
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import type { DefinitionProblem } from '../../../protocol/model/environmentFiles.ts';

type Container = Extract<EnvironmentDefinition, { kind: 'container' }>;

const service = getLanguageService({});
const settings = {
  schemaValidation: 'error',
  comments: 'ignore',
  trailingCommas: 'ignore',
} as const;
const file = 'devcontainer' as const;
/** The enumeration itself is lost where Node reads the package's CommonJS. */
const error: DiagnosticSeverity = 1;

export async function devContainerProblems(definition: Container): Promise<DefinitionProblem[]> {
  const document = TextDocument.create('flywheel:/devcontainer.json', 'jsonc', 1, definition.devcontainer);
  const found = await service.doValidation(
    document,
    service.parseJSONDocument(document),
    settings,
    schema as unknown as JSONSchema,
  );
  const bySchema = found.map((each) => toProblem(each, document));
  return [...bySchema, ...missingFiles(definition, document)];
}

function toProblem({ range, message, severity }: Diagnostic, document: TextDocument): DefinitionProblem {
  const text = document.getText();
  const said = typeof message === 'string' ? message : message.value;
  const path = getLocation(text, document.offsetAt(range.start)).path.filter((part) => part !== '');
  return {
    file,
    line: range.start.line + 1,
    field: path.length === 0 ? null : path.join('.'),
    message: said,
    // Tools write fields of their own into these files: an unknown one is likely a slip, never a reason to refuse.
    severity: severity === error && !/is not allowed/.test(said) ? 'error' : 'warning',
  };
}

/** What the schema cannot know: whether the files that it stands on are here. */
function missingFiles({ devcontainer, dockerfile }: Container, document: TextDocument): DefinitionProblem[] {
  const root = parseTree(devcontainer);
  const problem = (node: Node, field: string, message: string): DefinitionProblem => ({
    file,
    line: document.positionAt(node.offset).line + 1,
    field,
    message,
    severity: 'error',
  });
  const problems: DefinitionProblem[] = [];
  const sources = [['image'], ['build', 'dockerfile'], ['dockerFile'], ['dockerComposeFile']];
  if (root?.type === 'object' && !sources.some((path) => findNodeAtLocation(root, path))) {
    problems.push(problem(root, 'image', 'It names neither an image nor a Dockerfile. Add an image.'));
  }
  const compose = root && findNodeAtLocation(root, ['dockerComposeFile']);
  if (compose) {
    const message = 'Docker Compose is not supported. Name an image or a Dockerfile instead.';
    problems.push(problem(compose, 'dockerComposeFile', message));
  }
  for (const path of [['build', 'dockerfile'], ['dockerFile']]) {
    const named = root && findNodeAtLocation(root, path);
    if (named && dockerfile.trim() === '') {
      problems.push(problem(named, path.join('.'), `The text of ${named.value} is missing. Add it to the definition.`));
    }
  }
  return problems;
}
