"""Models with the stock client, of version 2 and of version 3: logged, registered, promoted, found, loaded back."""
import math
from pathlib import Path

import matplotlib
import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from PIL import Image
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

matplotlib.use("Agg")
import matplotlib.pyplot as plt

V3 = int(mlflow.__version__.split(".")[0]) >= 3
prefix = f"v{mlflow.__version__.split('.')[0]}-"
client = MlflowClient()


def refused(code, work):
    try:
        work()
    except MlflowException as error:
        assert error.error_code == code, (error.error_code, str(error))
        return str(error)
    raise AssertionError(f"expected {code}")


def log_model(model, name, **more):
    named = {"name": name} if V3 else {"artifact_path": name}
    return mlflow.sklearn.log_model(model, **named, **more)


experiment = mlflow.set_experiment(f"{prefix}models")
ids = [experiment.experiment_id]
x, y = load_iris(return_X_y=True, as_frame=True)
model = LogisticRegression(max_iter=300).fit(x, y)

# Files of every kind, and a dataset as input
frame = x.assign(target=y)
with mlflow.start_run(run_name="files") as files:
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3])
    mlflow.log_figure(figure, "figure.png")
    mlflow.log_image(Image.new("RGB", (8, 8), "green"), "image.png")
    mlflow.log_image(np.zeros((8, 8, 3), dtype=np.uint8), key="step image", step=3)
    mlflow.log_table({"a": [1, 2], "b": ["x", "y"]}, artifact_file="table.json")
    mlflow.log_table({"a": [3], "b": ["z"]}, artifact_file="table.json")
    dataset = mlflow.data.from_pandas(frame, source="iris.csv", name="iris", targets="target")
    mlflow.log_input(dataset, context="training", tags={"split": "all"})
    mlflow.log_input(mlflow.data.from_numpy(np.arange(4.0), name="numbers"), context="test")
assert len(mlflow.load_table("table.json", run_ids=[files.info.run_id])) == 3
inputs = {each.dataset.name: each for each in client.get_run(files.info.run_id).inputs.dataset_inputs}
assert set(inputs) == {"iris", "numbers"}, inputs
assert {t.key: t.value for t in inputs["iris"].tags} == {"mlflow.data.context": "training", "split": "all"}
assert inputs["iris"].dataset.digest == dataset.digest and "sepal length" in inputs["iris"].dataset.schema
by_dataset = lambda clause: [r.info.run_name for r in client.search_runs(ids, clause)]
assert by_dataset("dataset.name = 'iris'") == ["files"]
assert by_dataset(f"datasets.digest IN ('{dataset.digest}', 'x') AND dataset.context LIKE 'train%'") == ["files"]
assert by_dataset("dataset.context ILIKE 'TRAIN%' AND dataset.name != 'iris'") == ["files"]
assert by_dataset("dataset.name = 'nothing'") == []

# Log, load back, predict
with mlflow.start_run(run_name="model") as run:
    mlflow.log_params({"C": 1.0, "solver": "lbfgs"})
    info = log_model(model, "net", signature=infer_signature(x, model.predict(x)), input_example=x.head(2))
    mlflow.log_metric("accuracy", model.score(x, y))
loaded = mlflow.sklearn.load_model(info.model_uri)
assert (loaded.predict(x) == model.predict(x)).all()
assert (mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/net").predict(x) == model.predict(x)).all()

# Register, alias, stage, load by each
name = f"{prefix}iris"
first = mlflow.register_model(info.model_uri, name, tags={"k": "v"})
second = mlflow.register_model(f"runs:/{run.info.run_id}/net", name)
assert (int(first.version), int(second.version)) == (1, 2), (first.version, second.version)
assert client.get_model_version(name, "1").run_id == run.info.run_id
assert first.status == "READY"
client.set_registered_model_alias(name, "champion", 1)
client.set_registered_model_alias(name, "champion", 2)
client.set_registered_model_alias(name, "old-one", 1)
assert client.get_model_version_by_alias(name, "champion").version in ("2", 2)
for uri in (f"models:/{name}/1", f"models:/{name}@champion", f"models:/{name}/latest"):
    assert (mlflow.pyfunc.load_model(uri).predict(x) == model.predict(x)).all(), uri
client.delete_registered_model_alias(name, "old-one")
refused("INVALID_PARAMETER_VALUE", lambda: client.get_model_version_by_alias(name, "old-one"))
refused("INVALID_PARAMETER_VALUE", lambda: client.set_registered_model_alias(name, "latest", 1))
client.transition_model_version_stage(name, 1, "Production")
client.transition_model_version_stage(name, 2, "production", archive_existing_versions=True)
assert [v.current_stage for v in (client.get_model_version(name, n) for n in (1, 2))] == ["Archived", "Production"]
assert (mlflow.pyfunc.load_model(f"models:/{name}/Production").predict(x) == model.predict(x)).all()
assert [int(v.version) for v in client.get_latest_versions(name, ["Production"])] == [2]
client.update_registered_model(name, "flowers")
client.update_model_version(name, "1", "the first")
client.set_registered_model_tag(name, "task", "classify")
client.set_model_version_tag(name, "1", "validated", "yes")
client.set_model_version_tag(name, "1", "gone", "yes")
client.delete_model_version_tag(name, "1", "gone")
registered = client.get_registered_model(name)
assert registered.description == "flowers" and registered.tags["task"] == "classify"
assert {a: int(v) for a, v in registered.aliases.items()} == {"champion": 2}, registered.aliases
version = client.get_model_version(name, "1")
assert version.tags == {"k": "v", "validated": "yes"} and version.description == "the first", version
copy = client.copy_model_version(f"models:/{name}@champion", f"{prefix}copy")
assert (mlflow.pyfunc.load_model(f"models:/{prefix}copy/{copy.version}").predict(x) == model.predict(x)).all()
assert client.get_model_version_download_uri(name, "1").startswith("mlflow-artifacts:/")

# Search the registry with every operator and order
names = lambda clause, **more: [m.name for m in client.search_registered_models(clause, **more)]
mine = f"name LIKE '{prefix}%'"
assert names(mine, order_by=["name DESC"]) == [name, f"{prefix}copy"]
assert names(f"{mine} AND tags.task = 'classify'") == [name]
assert names(f"name ILIKE '{prefix.upper()}IR%'") == [name] and names(f"name = '{name}'") == [name]
assert names(f"{mine} AND name != '{name}' AND tags.`flywheel.project` != 'x'") == []
for order in ("creation_timestamp", "last_updated_timestamp ASC", "timestamp DESC", "name"):
    assert len(names(mine, order_by=[order])) == 2, order
page = client.search_registered_models(mine, max_results=1)
assert len(page) == 1 and len(client.search_registered_models(mine, max_results=1, page_token=page.token)) == 1
versions = lambda clause, **more: [int(v.version) for v in client.search_model_versions(clause, **more)]
ours = f"name = '{name}'"
assert versions(ours, order_by=["version_number DESC"]) == [2, 1]
assert versions(f"{ours} AND run_id IN ('{run.info.run_id}', 'no')", order_by=["version_number ASC"]) == [1, 2]
assert versions(f"{ours} AND run_id = '{run.info.run_id}' AND version_number >= 2") == [2]
assert versions(f"{ours} AND source_path LIKE '%'", order_by=["last_updated_timestamp DESC"])[0] == 1
assert versions(f"{ours} AND tags.validated = 'yes'") == [1]
refused("INVALID_PARAMETER_VALUE", lambda: client.search_model_versions("nothing = 1"))

# Rename and delete
client.rename_registered_model(f"{prefix}copy", f"{prefix}renamed")
client.delete_model_version(name, "1")
refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_model_version(name, "1"))
third = mlflow.register_model(info.model_uri, name)
assert int(third.version) == 3, third
client.delete_registered_model(f"{prefix}renamed")
refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_registered_model(f"{prefix}renamed"))
refused("RESOURCE_ALREADY_EXISTS", lambda: client.create_registered_model(name))

# An experiment's name again, after it was deleted
client.delete_experiment(client.create_experiment(f"{prefix}again"))
assert client.get_experiment(client.create_experiment(f"{prefix}again")).lifecycle_stage == "active"

# Two clients, one parameter
with mlflow.start_run() as shared:
    client.log_param(shared.info.run_id, "who", "me")
message = refused("INVALID_PARAMETER_VALUE", lambda: MlflowClient().log_param(shared.info.run_id, "who", "you"))
assert "Changing param values is not allowed" in message

# Equal points, and numbers beyond numbers
with mlflow.start_run() as odd:
    for _ in range(2):
        client.log_metric(odd.info.run_id, "same", 1.0, timestamp=5, step=5)
    for step, value in enumerate([math.nan, math.inf, -math.inf]):
        mlflow.log_metric("odd", value, step=step)
assert len(client.get_metric_history(odd.info.run_id, "same")) == 1
values = [m.value for m in client.get_metric_history(odd.info.run_id, "odd")]
assert math.isnan(values[0]) and values[1] >= 1.797e308 and values[2] <= -1.797e308, values

# System metrics, from a thread of the client
mlflow.set_system_metrics_sampling_interval(1)
with mlflow.start_run(log_system_metrics=True) as watched:
    deadline = pd.Timestamp.now() + pd.Timedelta(seconds=20)
    while not any(k.startswith("system/") for k in client.get_run(watched.info.run_id).data.metrics):
        assert pd.Timestamp.now() < deadline, "no system metrics"
assert "system/cpu_utilization_percentage" in client.get_run(watched.info.run_id).data.metrics
print("done")
