"""A script that uses Optuna itself, logged by the storage that MLflow has for it or by the callback of Optuna's own."""

import sys

import mlflow
import optuna
from mlflow.optuna.storage import MlflowStorage
from optuna_integration import MLflowCallback

way = sys.argv[1]
optuna.logging.set_verbosity(optuna.logging.ERROR)


def objective(trial):
    rate = trial.suggest_float("rate", 1e-4, 1, log=True)
    kind = trial.suggest_categorical("kind", ["sgd", "adam"])
    layers = trial.suggest_int("layers", 1, 3)
    if trial.number == 2:
        trial.report(9, 1)
        raise optuna.TrialPruned
    return rate + layers + (kind == "sgd")


if way == "storage":
    experiment = mlflow.set_experiment("stored study")
    storage = MlflowStorage(experiment_id=experiment.experiment_id)
    study = optuna.create_study(study_name="stored", storage=storage, direction="maximize")
    study.optimize(objective, n_trials=5)
    storage.flush_all_batches()
elif way == "nested":
    tracked = MLflowCallback(create_experiment=False, mlflow_kwargs={"nested": True})
    with mlflow.start_run():
        optuna.create_study(direction="minimize").optimize(objective, n_trials=5, callbacks=[tracked])
else:
    tracked = MLflowCallback()
    study = optuna.create_study(study_name="digits study", direction="maximize")
    study.optimize(objective, n_trials=5, callbacks=[tracked])
