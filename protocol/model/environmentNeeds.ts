/** What of a definition a machine without Docker can realise. Pure: server, panels and editor must say the same. */
import type { EnvironmentDefinition } from './environment.ts';

/** Why it needs a Docker host, as the rest of a sentence; null when a virtual environment will do. */
export function dockerNeed(definition: EnvironmentDefinition): string | null {
  if (definition.kind !== 'container') return null;
  if (definition.dockerfile.trim() !== '') return 'it is built from a Dockerfile';
  if (definition.conda.trim() !== '') return 'its packages come from conda';
  if (definition.renv.trim() !== '') return 'its R packages come from an renv.lock';
  if (!hasRequirements(definition.requirements)) return 'it is an image without pip requirements';
  return null;
}

/** Whether a requirements file asks for anything. */
export function hasRequirements(requirements: string): boolean {
  return requirements.split(/\r?\n/).some((line) => /^\s*[^#\s]/.test(line));
}
