"""A laptop that logs with the stock client: everything the first part of the wire carries."""
import math
import tempfile
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException

client = MlflowClient()


def refused(code, work):
    try:
        work()
    except MlflowException as error:
        assert error.error_code == code, (error.error_code, str(error))
        return str(error)
    raise AssertionError(f"expected {code}")


# Experiments
experiment = mlflow.set_experiment("trees")
assert mlflow.set_experiment("trees").experiment_id == experiment.experiment_id
assert experiment.artifact_location == f"mlflow-artifacts:/{experiment.experiment_id}", experiment.artifact_location
refused("RESOURCE_ALREADY_EXISTS", lambda: client.create_experiment("trees"))
assert mlflow.get_experiment_by_name("no such") is None
mlflow.set_experiment_tag("team", "forest")
assert client.get_experiment(experiment.experiment_id).tags["team"] == "forest"
found = client.search_experiments(filter_string="name LIKE 'tre%' AND tags.team = 'forest'", order_by=["name DESC"])
assert [each.name for each in found] == ["trees"], found

# One run, with everything in it
with mlflow.start_run(run_name="first", description="a note", tags={"stage": "trial"}) as run:
    mlflow.log_param("model", "tree")
    mlflow.log_params({f"p{i}": i for i in range(150)})
    mlflow.log_metric("loss", 0.5, step=1)
    mlflow.log_metric("loss", 0.25, step=2)
    mlflow.log_metric("odd", float("nan"))
    mlflow.log_metric("big", float("inf"))
    mlflow.log_metrics({"accuracy": 0.9, "val/loss": 0.3}, step=7)
    mlflow.set_tag("color", "green")
    mlflow.set_tags({"a": 1, "b": "zwei"})
    mlflow.delete_tag("a")
    mlflow.log_text("hello wörld", "notes/hello é.txt")
    mlflow.log_dict({"k": [1, 2]}, "config.json")
    folder = Path(tempfile.mkdtemp())
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "x.bin").write_bytes(bytes(range(256)) * 4096)
    (folder / "plot.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    mlflow.log_artifacts(str(folder), "figures")
    assert "figures/plot.png" in {f.path for f in client.list_artifacts(run.info.run_id, "figures")}
    with mlflow.start_run(nested=True, run_name="child") as child:
        mlflow.log_metric("loss", 1.0)
    with mlflow.start_run(nested=True) as other:
        mlflow.log_metric("loss", 2.0)

logged = mlflow.get_run(run.info.run_id)
assert logged.info.status == "FINISHED" and logged.info.end_time >= logged.info.start_time
assert logged.info.run_name == "first" and logged.data.tags["mlflow.note.content"] == "a note"
assert len(logged.data.params) == 151 and logged.data.params["p149"] == "149"
assert logged.data.metrics["loss"] == 0.25 and logged.data.metrics["val/loss"] == 0.3
assert math.isnan(logged.data.metrics["odd"]) and logged.data.metrics["big"] >= 1.797e308
assert logged.data.tags["color"] == "green" and "a" not in logged.data.tags
assert mlflow.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == run.info.run_id
assert [(m.step, m.value) for m in client.get_metric_history(run.info.run_id, "loss")] == [(1, 0.5), (2, 0.25)]
assert client.get_metric_history(run.info.run_id, "none") == []

# Artifacts come back as they were
assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/notes/hello é.txt") == "hello wörld"
assert mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/config.json") == {"k": [1, 2]}
back = Path(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="figures"))
assert (back / "deep" / "er" / "x.bin").read_bytes() == bytes(range(256)) * 4096
top = [(f.path, f.is_dir, f.file_size) for f in client.list_artifacts(run.info.run_id)]
assert top == [("config.json", False, len(mlflow.artifacts.load_text(f"{run.info.artifact_uri}/config.json"))), ("figures", True, None), ("notes", True, None)], top
deleted = f"{run.info.artifact_uri}/figures/plot.png"
mlflow.artifacts.delete_artifacts(artifact_uri=deleted) if hasattr(mlflow.artifacts, "delete_artifacts") else None

# Search
ids = [experiment.experiment_id]
by_loss = client.search_runs(ids, "metrics.loss > 0.2", order_by=["metrics.loss DESC"])
assert [r.info.run_id for r in by_loss] == [other.info.run_id, child.info.run_id, run.info.run_id]
assert [r.info.run_name for r in client.search_runs(ids, "params.model = 'tree' AND tags.color ILIKE 'GR%'")] == ["first"]
assert len(client.search_runs(ids, "attributes.status = 'FINISHED' AND run_name != 'first'")) == 2
assert len(client.search_runs(ids, f"run_id IN ('{run.info.run_id}', 'nobody')")) == 1
assert [r.info.run_name for r in client.search_runs(ids, 'metrics."val/loss" <= 0.3')] == ["first"]
page = client.search_runs(ids, max_results=2)
rest = client.search_runs(ids, max_results=2, page_token=page.token)
assert len(page) == 2 and len(rest) == 1 and rest.token is None, (len(page), len(rest), rest.token)
assert client.search_runs(["98765"]) == []
message = refused("INVALID_PARAMETER_VALUE", lambda: client.search_runs(ids, "loss > 1 OR 2"))
assert "Invalid clause" in message or "Invalid attribute" in message, message

# Values that may not change, and limits that the client does not check itself
refused("INVALID_PARAMETER_VALUE", lambda: client.log_param(run.info.run_id, "model", "forest"))
refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_run("0" * 32))
refused("RESOURCE_DOES_NOT_EXIST", lambda: client.delete_tag(run.info.run_id, "never"))
client.log_batch(run.info.run_id, [Metric("m", i, 1, i) for i in range(1000)])
client.log_batch(run.info.run_id, [Metric("b", 1.0, 1, 1)], [Param("q", "1")], [RunTag("t", "1")])
assert len(client.get_metric_history(run.info.run_id, "m")) == 1000

# Asynchronous logging keeps the order within a key
with mlflow.start_run(run_name="asynchronous") as asynchronous:
    for step in range(200):
        mlflow.log_metric("x", step * 2, step=step, synchronous=False)
    mlflow.log_params({"late": "1"}, synchronous=False)
    mlflow.flush_async_logging()
history = client.get_metric_history(asynchronous.info.run_id, "x")
assert [m.value for m in history] == [2.0 * s for s in range(200)]

# Delete and restore
client.delete_run(child.info.run_id)
assert client.get_run(child.info.run_id).info.lifecycle_stage == "deleted"
refused("INVALID_PARAMETER_VALUE", lambda: client.log_metric(child.info.run_id, "x", 1))
assert len(client.search_runs(ids, run_view_type=ViewType.DELETED_ONLY)) == 1
client.restore_run(child.info.run_id)
client.delete_experiment(experiment.experiment_id)
assert client.search_runs(ids) == [] and client.get_experiment(ids[0]).lifecycle_stage == "deleted"
try:
    mlflow.set_experiment("trees")
    raise AssertionError("a deleted experiment was set")
except MlflowException as error:
    assert "deleted" in str(error), error
client.restore_experiment(experiment.experiment_id)
client.rename_experiment(experiment.experiment_id, "trees (renamed)")
assert mlflow.get_experiment_by_name("trees (renamed)") is not None
assert len(client.search_runs(ids)) == 4

# A failing run says so
try:
    with mlflow.start_run(run_name="failing") as failing:
        raise RuntimeError("as a script may")
except RuntimeError:
    pass
assert mlflow.get_run(failing.info.run_id).info.status == "FAILED"
print("done", run.info.run_id)
