/** Asks for what a copy of a project needs, one question after the other, and makes it. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import { slug } from '../../../protocol/model/common.ts';
import type { Project } from '../../../protocol/model/project.ts';
import type { TemplateParameter } from '../../../protocol/model/projectCode.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { ask, choose } from '../../platform/notifications.ts';

/** Answers the id of the new one. */
export async function forkProject(
  server: ServerConnection,
  source: { readonly id: string; readonly name: string; readonly runId?: string | undefined },
): Promise<string> {
  const title = source.runId === undefined ? `Fork ${spellOut(source.name)}` : 'Start from a run';
  const id = await askId(title, `${source.id}-fork`.slice(0, 63));
  const fork = { projectId: source.id, kind: 'fork', id, ...(source.runId && { runId: source.runId }) } as const;
  return (await withProgress('Copying the code…', server.client.projects.createFrom(fork))).id;
}

export async function startFromTemplate(server: ServerConnection, projects: readonly Project[]): Promise<string> {
  const templates = projects.filter(({ template }) => template);
  if (templates.length === 0) {
    const remedy = 'An owner offers a project as one on its home, under “…”.';
    throw new ClientError('not-found', `There is no template that you may see. ${remedy}`);
  }
  const choices = templates.map(({ id, name, description }) => ({
    label: spellOut(name),
    description: id,
    detail: spellOut(description.split('\n', 1)[0] ?? ''),
    value: id,
  }));
  const projectId = await choose('Start from which template?', choices);
  const { parameters } = await server.client.projects.template({ projectId });
  const id = await askId('New project from a template', '');
  const values: Record<string, string> = {};
  for (const parameter of parameters) values[parameter.name] = await askValue(parameter);
  const copy = { projectId, kind: 'template', id, parameters: values } as const;
  return (await withProgress('Filling in the template…', server.client.projects.createFrom(copy))).id;
}

function askId(title: string, value: string): Promise<string> {
  return ask({
    title,
    prompt: 'Id of the new project, which stands in addresses and cannot be changed later',
    value,
    validateInput: (text) => slug.safeParse(text).error?.issues[0]?.message,
  });
}

function askValue({ name, description, default: standard, choices }: TemplateParameter): Promise<string> {
  const title = description === '' ? name : `${name}: ${spellOut(description)}`;
  if (choices)
    return choose(
      title,
      choices.map((choice) => ({ label: spellOut(choice), value: choice })),
    );
  return ask({ title, prompt: 'A parameter of the template', value: standard ?? '' });
}

function withProgress<T>(title: string, work: Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () => work);
}
