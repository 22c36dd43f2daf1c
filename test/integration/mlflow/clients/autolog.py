"""scikit-learn's autologging as far as this part of the wire goes: no logged models."""
import mlflow
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV

mlflow.set_experiment("iris")
mlflow.sklearn.autolog(log_models=False, log_datasets=False)
x, y = load_iris(return_X_y=True)
with mlflow.start_run() as run:
    RandomForestClassifier(n_estimators=5, random_state=0).fit(x, y)
logged = mlflow.get_run(run.info.run_id)
assert logged.data.params["n_estimators"] == "5"
assert logged.data.metrics["training_accuracy_score"] > 0.9
assert logged.data.tags["estimator_name"] == "RandomForestClassifier"
names = {f.path for f in mlflow.MlflowClient().list_artifacts(run.info.run_id)}
assert "training_confusion_matrix.png" in names, names
with mlflow.start_run() as grid:
    GridSearchCV(RandomForestClassifier(random_state=0), {"n_estimators": [2, 3, 4]}, cv=3).fit(x, y)
children = mlflow.search_runs(filter_string=f"tags.`mlflow.parentRunId` = '{grid.info.run_id}'", output_format="list")
assert len(children) == 3, children
print("done")
