/**
 * Reads the files that the ecosystem describes environments with: Dev Container
 * definitions, pip, pyproject, conda, renv. It says what they say and where
 * they are wrong; it builds nothing and fetches nothing.
 */
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import type { DefinitionProblem } from '../../../protocol/model/environmentFiles.ts';
import type { DefinitionReader } from '../../domain/environments/ports.ts';
import { definitionFiles } from './definitionFiles.ts';
import { devContainerProblems } from './devContainerProblems.ts';
import { importFiles } from './importFiles.ts';
import { requirementProblems } from './requirements.ts';
import { traitsOf } from './traits.ts';

export function createDefinitionReader(): DefinitionReader {
  return {
    problems,
    traits: traitsOf,
    files: definitionFiles,
    import: async (files) => {
      const imported = importFiles(files);
      return { ...imported, problems: await problems(imported.definition) };
    },
  };
}

async function problems(definition: EnvironmentDefinition): Promise<readonly DefinitionProblem[]> {
  if (definition.kind === 'system') return [];
  const found =
    definition.kind === 'container'
      ? [...(await devContainerProblems(definition)), ...requirementProblems(definition.requirements)]
      : requirementProblems(definition.requirements);
  return found.sort((a, b) => (a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : 1));
}
