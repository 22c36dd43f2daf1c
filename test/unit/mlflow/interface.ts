/** Every call of MLflow's tracking server that clients or its pages make, below `/api/`. */

function under(prefix: string, calls: string): readonly string[] {
  return calls
    .trim()
    .split(/\s*\n\s*/)
    .flatMap((line) => {
      const [methods = '', ...paths] = line.split(/\s+/);
      return methods.split(',').flatMap((method) => paths.map((path) => `${method} ${prefix}${path}`));
    });
}

export const interfaceOfMlflow: readonly string[] = [
  ...under(
    '2.0/mlflow/',
    `
    POST experiments/create experiments/update experiments/delete experiments/restore
    POST experiments/set-experiment-tag experiments/delete-experiment-tag experiments/search-datasets
    GET experiments/get experiments/get-by-name
    GET,POST experiments/search
    POST runs/create runs/update runs/delete runs/restore runs/search runs/log-metric runs/log-parameter runs/set-tag
    POST runs/delete-tag runs/log-batch runs/log-model runs/log-inputs runs/outputs
    GET runs/get metrics/get-history metrics/get-history-bulk-interval metrics/get-history-bulk artifacts/list
    POST artifacts/presigned-upload-url artifacts/presigned-download-url upload-artifact
    POST logged-models logged-models/search logged-models/{model_id}/params
    GET,PATCH,DELETE logged-models/{model_id}
    PATCH logged-models/{model_id}/tags
    DELETE logged-models/{model_id}/tags/{tag_key}
    GET logged-models/{model_id}/artifacts/directories logged-models/{model_id}/artifacts/files
    POST registered-models/create registered-models/rename registered-models/set-tag
    PATCH registered-models/update
    DELETE registered-models/delete registered-models/delete-tag
    GET registered-models/get registered-models/search
    GET,POST registered-models/get-latest-versions
    GET,POST,DELETE registered-models/alias
    POST model-versions/create model-versions/transition-stage model-versions/set-tag
    GET model-versions/get model-versions/search model-versions/get-download-uri
    PATCH model-versions/update
    DELETE model-versions/delete model-versions/delete-tag
    POST traces traces/link-to-run traces/link-prompts traces/delete-traces
    GET traces traces/{request_id}/info unified-traces get-online-trace-details get-trace-artifact
    PATCH traces/{request_id}
    PATCH,DELETE traces/{request_id}/tags
    GET,POST webhooks
    GET,PATCH,DELETE webhooks/{webhook_id}
    POST webhooks/{webhook_id}/test
    POST users/create users/update-password users/update-admin users/delete
    GET users/get users/list
    `,
  ),
  ...under(
    '2.0/mlflow-artifacts/',
    `
    POST mpu/create/{path...} mpu/complete/{path...} mpu/abort/{path...}
    GET presigned/{path...}
    `,
  ),
  ...under(
    '3.0/mlflow/',
    `
    POST traces traces/batchGetInfos traces/search traces/delete-traces traces/calculate-filter-correlation
    POST traces/metrics traces/{trace_id}/assessments
    GET traces/{trace_id} traces/get traces/batchGet get-trace-artifact
    PATCH,DELETE traces/{trace_id}/tags
    GET,PATCH,DELETE traces/{trace_id}/assessments/{assessment_id}
    GET,POST workspaces
    GET,PATCH,DELETE workspaces/{workspace_name}
    POST datasets/create datasets/{id}/records datasets/{id}/add-experiments datasets/{id}/remove-experiments
    GET,DELETE datasets/{id} datasets/{id}/records
    GET datasets/{id}/experiment-ids
    GET,POST datasets/search
    PATCH datasets/{id}/tags
    DELETE datasets/{id}/tags/{key}
    POST scorers/register
    GET scorers/list scorers/versions scorers/get
    DELETE scorers/delete
    POST issues issues/search
    GET,PATCH issues/{issue_id}
    POST label-schemas/create
    GET label-schemas/get label-schemas/get-by-name label-schemas/list
    PATCH label-schemas/update
    DELETE label-schemas/delete
    POST review-queues/create review-queues/get-or-create-user review-queues/update review-queues/delete
    POST review-queues/items/add review-queues/items/remove review-queues/items/set-status
    GET review-queues/get review-queues/get-by-name review-queues/list review-queues/items/list
    POST prompt-optimization/jobs prompt-optimization/jobs/{job_id}/cancel
    GET,DELETE prompt-optimization/jobs/{job_id}
    GET,POST prompt-optimization/jobs/search
    POST gateway/secrets/create gateway/endpoints/create gateway/model-definitions/create gateway/budgets/create
    GET gateway/secrets/list gateway/endpoints/list gateway/model-definitions/list gateway/budgets/windows
    PATCH gateway/guardrails/update-config
    POST ui-telemetry
    `,
  ),
  ...under('', 'GET get-artifact model-versions/get-artifact\nGET,POST graphql'),
];
