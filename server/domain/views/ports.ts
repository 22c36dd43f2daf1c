import type { Access } from '../../../protocol/model/access.ts';
import type { SavedView } from '../../../protocol/model/view.ts';
import type { Caller } from '../shared/call.ts';

export type StoredView = Omit<SavedView, 'owner' | 'editable'> & { readonly ownerId: string };

/** What people keep of their tables: views under a name, and stars, which are each person's own. */
export interface ViewStore {
  view(id: string): Promise<StoredView | null>;
  /** The person's own and the shared ones, by name. */
  views(projectId: string, userId: string): Promise<readonly StoredView[]>;
  insertView(view: StoredView): Promise<void>;
  updateView(id: string, change: Partial<Pick<StoredView, 'name' | 'shared' | 'content' | 'updatedAt'>>): Promise<void>;
  deleteView(id: string): Promise<void>;
  setStar(star: { readonly userId: string; readonly runId: string; readonly starred: boolean }): Promise<void>;
  /** Which of these runs the person has starred. */
  starred(userId: string, runIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Whether a caller may; throws what they are to be told. */
export interface RoleCheck {
  authorize(caller: Caller, access: Access, input: unknown): Promise<void>;
}
