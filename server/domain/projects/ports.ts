import type { ProjectStage } from '../../../protocol/model/project.ts';

export type StoredProject = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly stage: ProjectStage;
  readonly tags: readonly string[];
  readonly ownerId: string;
  readonly experimentId: string;
  readonly archived: boolean;
  readonly createdAt: number;
  readonly lastActivityAt: number;
};

export type ProjectCounts = { readonly total: number; readonly active: number };

export interface ProjectStore {
  project(id: string): Promise<StoredProject | null>;
  /** `ids` null means all. Most recently active first. */
  projects(query: {
    readonly ids: readonly string[] | null;
    readonly archived: boolean;
  }): Promise<readonly StoredProject[]>;
  insertProject(project: StoredProject): Promise<void>;
  updateProject(id: string, change: Partial<Omit<StoredProject, 'id' | 'createdAt'>>): Promise<void>;
  runCounts(projectId: string): Promise<ProjectCounts>;
}
