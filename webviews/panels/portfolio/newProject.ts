/** Forms for projects that come into being: an empty one, one from a template, a deleted one. Each answers the id of what was made. */
import type { PortfolioProject } from '../../../protocol/model/portfolio.ts';
import type { TemplateDefinition, TemplateParameter } from '../../../protocol/model/projectCode.ts';
import type { PanelApp } from '../../app/client.ts';
import { type Answer, askText, type Field } from '../../ui/askText.ts';
import { formatTime } from '../../ui/format.ts';
import { spellOut } from '../../ui/name.ts';
import type { Anchor } from '../../ui/popup.ts';

const idPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const idField: Field = { name: 'id', label: 'Id, which stands in addresses', placeholder: 'plant-yield' };

export async function newProject(app: PanelApp, at: Anchor): Promise<string | null> {
  const fields: readonly Field[] = [
    { name: 'name', label: 'Name' },
    idField,
    { name: 'description', label: 'Purpose', kind: 'text', optional: true },
  ];
  const answer = await askText({ title: 'New project', action: 'Create', fields, check: checkId }, at);
  if (!answer) return null;
  const { id = '', name = '', description = '' } = answer;
  return (await app.client.projects.create({ id, name: name.trim(), description })).id;
}

type FromTemplate = { readonly templates: readonly PortfolioProject[]; readonly at: Anchor };

export async function newFromTemplate(app: PanelApp, { templates, at }: FromTemplate): Promise<string | null> {
  const choices = templates.map(({ id, name }) => ({ value: id, text: spellOut(name) }));
  const field: Field = {
    name: 'projectId',
    label: 'Template',
    kind: 'choice',
    value: choices[0]?.value ?? '',
    choices,
  };
  const chosen = await askText({ title: 'New project from a template', action: 'Next', fields: [field] }, at);
  if (!chosen) return null;
  const { projectId = '' } = chosen;
  const template = await app.client.projects.template({ projectId });
  return fillIn(app, { projectId, template, at });
}

type Filling = { readonly projectId: string; readonly template: TemplateDefinition; readonly at: Anchor };

async function fillIn(app: PanelApp, { projectId, template, at }: Filling): Promise<string | null> {
  const fields = [idField, ...template.parameters.map(fieldOf)];
  const title = template.description === '' ? 'New project from a template' : spellOut(template.description);
  const answer = await askText({ title, action: 'Create', fields, check: checkId }, at);
  if (!answer) return null;
  const given = template.parameters.map(({ name }) => [name, answer[`parameter.${name}`] ?? '']);
  const parameters = Object.fromEntries(given) as Record<string, string>;
  const copy = { projectId, kind: 'template' as const, id: answer.id ?? '', parameters };
  return (await app.client.projects.createFrom(copy)).id;
}

/** Answers false where there is none to restore. */
export async function restoreProject(app: PanelApp, at: Anchor): Promise<boolean> {
  const deleted = await app.client.projects.deleted();
  const choices = deleted.map(({ id, name, restorableUntil }) => ({
    value: id,
    text: `${spellOut(name)}, until ${formatTime(restorableUntil)}`,
  }));
  const [first] = choices;
  if (!first) return false;
  const field: Field = { name: 'projectId', label: 'Project', kind: 'choice', value: first.value, choices };
  const answer = await askText({ title: 'Restore a deleted project', action: 'Restore', fields: [field] }, at);
  if (answer) await app.client.projects.restore({ projectId: answer.projectId ?? '' });
  return true;
}

function fieldOf({ name, description, default: standard = '', choices }: TemplateParameter): Field {
  const label = description === '' ? name : `${name}: ${spellOut(description)}`;
  const field = { name: `parameter.${name}`, label, value: standard || (choices?.[0] ?? ''), optional: true as const };
  if (!choices) return field;
  return { ...field, kind: 'choice', choices: choices.map((one) => ({ value: one, text: spellOut(one) })) };
}

function checkId({ id = '' }: Answer): string | null {
  return idPattern.test(id) ? null : 'Lower-case letters, digits and hyphens in the id.';
}
