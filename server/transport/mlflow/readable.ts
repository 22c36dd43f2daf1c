/** Which of some experiments a caller may read. Those that are absent or hidden hold nothing, as in MLflow's own searches. */
import { isMlflowError } from './mlflowError.ts';
import type { Context } from './route.ts';

export async function readable(
  ids: readonly string[],
  { require }: Pick<Context, 'require'>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const experimentId of new Set(ids)) {
    try {
      await require({ role: 'viewer', experimentId });
      found.push(experimentId);
    } catch (error) {
      if (!isMlflowError(error, 'RESOURCE_DOES_NOT_EXIST')) throw error;
    }
  }
  return found;
}
