/** The tools that a Dev Container definition declares under `customizations.flywheel.tools`. */
import { parse } from 'jsonc-parser';
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import { type ToolDefinition, toolDefinition } from '../../../protocol/model/workspace.ts';

const mostTools = 50;

export function declaredTools(definition: EnvironmentDefinition): readonly ToolDefinition[] {
  if (definition.kind !== 'container') return [];
  const customizations = fieldOf(parse(definition.devcontainer) as unknown, 'customizations');
  const declared = fieldOf(fieldOf(customizations, 'flywheel'), 'tools');
  if (!Array.isArray(declared)) return [];
  return declared.slice(0, mostTools).flatMap((tool) => {
    const read = toolDefinition.safeParse(tool);
    return read.success ? [read.data] : [];
  });
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
