"""A job that Flywheel launched: no set-up, its own run from the environment."""
import os

import mlflow

own = os.environ["MLFLOW_RUN_ID"]
with mlflow.start_run() as run:
    assert run.info.run_id == own
    mlflow.log_param("depth", 3)
    for step in range(5):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_text("kept", "outputs/result.txt")
    with mlflow.start_run(nested=True) as child:
        mlflow.log_metric("loss", 0.1)
        assert child.info.experiment_id == run.info.experiment_id
mlflow.set_experiment("made-by-the-job")
with mlflow.start_run(run_name="another"):
    mlflow.log_metric("x", 1)
print("done")
