"""Logged models with the stock client of version 3: their values, and the search for them."""
import mlflow
import numpy as np
from mlflow import MlflowClient
from mlflow.entities import LoggedModelStatus
from mlflow.exceptions import MlflowException

client = MlflowClient()
experiment = mlflow.set_experiment("logged models")
ids = [experiment.experiment_id]
train = mlflow.data.from_numpy(np.arange(4.0), name="train")
test = mlflow.data.from_numpy(np.arange(5.0), name="test")
made = {}
for name, depth in (("a", 1), ("b", 2), ("c", 3)):
    with mlflow.start_run(run_name=name) as run:
        model = mlflow.initialize_logged_model(name, model_type="tree", params={"depth": str(depth)}, tags={"t": name})
        mlflow.log_metric("score", depth / 10, step=1, model_id=model.model_id, dataset=train)
        mlflow.log_metric("score", 1 - depth / 10, step=2, model_id=model.model_id, dataset=test)
        mlflow.log_metrics({"loss": float(depth)}, step=1, model_id=model.model_id)
        mlflow.log_input(train, context="training", model=None)
        mlflow.log_outputs([mlflow.entities.LoggedModelOutput(model.model_id, step=1)])
        mlflow.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
        made[name] = (model.model_id, run.info.run_id)

one = mlflow.get_logged_model(made["a"][0])
assert one.status == LoggedModelStatus.READY and one.source_run_id == made["a"][1]
assert one.params == {"depth": "1"} and one.tags["t"] == "a" and one.model_type == "tree"
metrics = {(m.key, m.dataset_name): m.value for m in one.metrics}
assert metrics == {("score", "train"): 0.1, ("score", "test"): 0.9, ("loss", None): 1.0}, metrics
run = client.get_run(made["a"][1])
assert [o.model_id for o in run.outputs.model_outputs] == [one.model_id], run.outputs
mlflow.set_logged_model_tags(one.model_id, {"extra": "1"})
client.delete_logged_model_tag(one.model_id, "extra")
assert "extra" not in mlflow.get_logged_model(one.model_id).tags
client.log_model_params(one.model_id, {"more": "x"})
assert mlflow.get_logged_model(one.model_id).params["more"] == "x"


def found(clause="", **more):
    models = mlflow.search_logged_models(ids, filter_string=clause or None, output_format="list", **more)
    return "".join(m.name for m in models)


assert found(order_by=[{"field_name": "name", "ascending": True}]) == "abc"
assert found() == "cba", "newest first"
by_name = [{"field_name": "name"}]
for clause, names in {
    "name = 'a'": "a",
    "name != 'a'": "bc",
    "name LIKE 'b%'": "b",
    "name ILIKE 'B%'": "b",
    "name IN ('a', 'c')": "ac",
    "name NOT IN ('a', 'c')": "b",
    "model_type = 'tree' AND status = 'READY'": "abc",
    f"model_id = '{made['b'][0]}'": "b",
    f"source_run_id = '{made['c'][1]}'": "c",
    "creation_timestamp > 0 AND last_updated_timestamp >= 1": "abc",
    "creation_time < 1": "",
    "params.depth = '2'": "b",
    "params.depth != '2'": "ac",
    "tags.t LIKE '%' AND tags.t != 'c'": "ab",
    "tags.missing != 'x'": "",
    "metrics.loss > 1": "bc",
    "metrics.loss >= 1 AND metrics.loss < 3": "ab",
    "metrics.loss <= 2": "ab",
    "metrics.loss = 3": "c",
    "metrics.loss != 3": "ab",
}.items():
    assert found(clause, order_by=by_name) == names, (clause, found(clause, order_by=by_name))
assert found("metrics.score > 0.25", datasets=[{"dataset_name": "train"}]) == "c"
assert found("metrics.score > 0.85", datasets=[{"dataset_name": "test", "dataset_digest": test.digest}]) == "a"
assert found(datasets=[{"dataset_name": "nothing"}]) == ""
assert found(datasets=[{"dataset_name": "train"}], order_by=by_name) == "abc"
on_test = {"field_name": "metrics.score", "ascending": False, "dataset_name": "test", "dataset_digest": test.digest}
assert found(order_by=[on_test]) == "abc"
assert found(order_by=[{"field_name": "metrics.loss", "ascending": False}]) == "cba"
assert found(order_by=[{"field_name": "creation_timestamp"}]) == "abc"
page = client.search_logged_models(ids, max_results=2, order_by=by_name)
rest = client.search_logged_models(ids, max_results=2, order_by=by_name, page_token=page.token)
assert [m.name for m in page] + [m.name for m in rest] == ["a", "b", "c"] and not rest.token
try:
    client.search_logged_models(ids, max_results=2, page_token=page.token)
    raise AssertionError("a token of another search was taken")
except MlflowException as error:
    assert error.error_code == "INVALID_PARAMETER_VALUE", error
client.delete_logged_model(one.model_id)
assert found(order_by=by_name) == "bc"
print("done")
