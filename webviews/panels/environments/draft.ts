/** What the form holds, from a definition and back to one. Pure. */
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';

export type Draft = {
  readonly name: string;
  readonly description: string;
  readonly message: string;
  readonly kind: 'python' | 'container';
  readonly devcontainer: string;
  readonly dockerfile: string;
  readonly requirements: string;
  readonly conda: string;
  readonly renv: string;
  readonly python: string;
};

export const emptyDraft: Draft = {
  name: '',
  description: '',
  message: '',
  kind: 'python',
  devcontainer: '{\n  "image": "mcr.microsoft.com/devcontainers/python:3.12"\n}\n',
  dockerfile: '',
  requirements: '',
  conda: '',
  renv: '',
  python: 'python3',
};

export function withDefinition(draft: Draft, definition: EnvironmentDefinition): Draft {
  return definition.kind === 'system' ? draft : { ...draft, ...definition };
}

export function definitionOf(draft: Draft): EnvironmentDefinition {
  const { kind, devcontainer, dockerfile, requirements, conda, renv } = draft;
  const python = draft.python.trim() || 'python3';
  if (kind === 'python') return { kind, requirements, python };
  return { kind, devcontainer, dockerfile, requirements, conda, renv, python };
}

/** What is still to be filled in; null when it can be saved. */
export function lacking(draft: Draft, isNew: boolean): string | null {
  if (isNew && slugOf(draft.name) === '') return 'Give it a name';
  if (draft.kind === 'container' && draft.devcontainer.trim() === '') return 'Write a devcontainer.json';
  return null;
}

export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
}
