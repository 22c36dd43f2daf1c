/** Where the artifacts of a run or of a logged model are: one home for the key of the store and the address that clients see. */
type OfRun = { readonly id: string; readonly experimentId: string };
type OfModel = { readonly id: string; readonly experimentId: string };

/** The root in the artifact store. */
export function artifactRootKey({ id, experimentId }: OfRun): string {
  return `${experimentId}/${id}/artifacts`;
}

/** As MLflow clients read it. */
export function artifactUri(run: OfRun): string {
  return `mlflow-artifacts:/${artifactRootKey(run)}`;
}

export function modelRootKey({ id, experimentId }: OfModel): string {
  return `${experimentId}/models/${id}/artifacts`;
}

export function modelUri(model: OfModel): string {
  return `mlflow-artifacts:/${modelRootKey(model)}`;
}
