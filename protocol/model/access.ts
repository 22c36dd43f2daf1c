/** Who may call an entry of the contract, or an operation of another wire. */
import type { ProjectRole } from './session.ts';

/**
 * - `signed-in`: anyone with a valid token; what is returned is limited to what they may see.
 * - `admin`: administrators of the server.
 * - `auditor`: they, and auditors.
 * - `account`: administrators, and of a service account the owners of its project.
 * - `project`: needs a role in the project that `of` names in the input; many ids need it in each.
 */
export type Access =
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'admin' }
  | { readonly kind: 'auditor' }
  | { readonly kind: 'account'; readonly of: 'userId' }
  | {
      readonly kind: 'project';
      readonly role: ProjectRole;
      readonly of:
        | 'projectId'
        | 'runId'
        | 'runIds'
        | 'experimentId'
        | 'experimentIds'
        | 'modelId'
        | 'modelName'
        | 'viewId'
        | 'sweepId'
        | 'scheduleId'
        | 'workspaceId';
    };
