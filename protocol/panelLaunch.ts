/** What a panel and its host say of a launch: the folders that there are, what is asked, how far it is. */
import * as z from 'zod';
import { projectId, relativePath } from './model/common.ts';
import { launchInput, run } from './model/run.ts';

/** A folder that can be launched from. */
export const launchFolder = z.object({
  id: z.string(),
  name: z.string(),
  projectId: projectId.nullable().describe('The project it was last launched in'),
  scripts: z
    .array(relativePath)
    .readonly()
    .describe('Python, R, shell files and notebooks that look runnable, likely ones first'),
});
export type LaunchFolder = z.infer<typeof launchFolder>;

/** What is asked before the code is known: the host takes the snapshot and adds it. */
export const launchRequest = launchInput.omit({ code: true }).extend({ folderId: z.string() });
export type LaunchRequest = z.infer<typeof launchRequest>;

export const launchProgress = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('step'), text: z.string() }),
  z.object({ kind: z.literal('done'), run }),
]);
export type LaunchProgress = z.infer<typeof launchProgress>;
