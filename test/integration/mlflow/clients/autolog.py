"""scikit-learn's autologging as it comes: models, datasets, grid search."""
import mlflow
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV

V3 = int(mlflow.__version__.split(".")[0]) >= 3
mlflow.set_experiment(f"iris {mlflow.__version__}")
mlflow.sklearn.autolog()
client = mlflow.MlflowClient()
x, y = load_iris(return_X_y=True)
with mlflow.start_run() as run:
    forest = RandomForestClassifier(n_estimators=5, random_state=0).fit(x, y)
logged = mlflow.get_run(run.info.run_id)
assert logged.data.params["n_estimators"] == "5"
assert logged.data.metrics["training_accuracy_score"] > 0.9
assert logged.data.tags["estimator_name"] == "RandomForestClassifier"
assert [each.tags[0].value for each in logged.inputs.dataset_inputs] == ["train"], logged.inputs
names = {f.path for f in client.list_artifacts(run.info.run_id)}
assert "training_confusion_matrix.png" in names, names
back = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
assert (back.predict(x) == forest.predict(x)).all()
with mlflow.start_run() as grid:
    GridSearchCV(RandomForestClassifier(random_state=0), {"n_estimators": [2, 3, 4]}, cv=3).fit(x, y)
children = mlflow.search_runs(filter_string=f"tags.`mlflow.parentRunId` = '{grid.info.run_id}'", output_format="list")
assert len(children) == 3, children
best = mlflow.sklearn.load_model(f"runs:/{grid.info.run_id}/best_estimator")
assert best.predict(x).shape == (150,)
assert "cv_results.csv" in {f.path for f in client.list_artifacts(grid.info.run_id)}
if V3:
    models = mlflow.search_logged_models(output_format="list")
    assert len(models) >= 2 and all(m.status == "READY" for m in models), models
    assert {m.source_run_id for m in models} >= {run.info.run_id, grid.info.run_id}
print("done")
