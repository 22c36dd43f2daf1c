/** Tags by which MLflow clients read and write what is a field here. */
export const clientTags = {
  runName: 'mlflow.runName',
  note: 'mlflow.note.content',
  user: 'mlflow.user',
  sourceName: 'mlflow.source.name',
  sourceType: 'mlflow.source.type',
  sourceCommit: 'mlflow.source.git.commit',
  sourceBranch: 'mlflow.source.git.branch',
  sourceRepository: 'mlflow.source.git.repoURL',
} as const;
