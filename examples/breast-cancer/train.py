"""Tell malignant from benign tumours with scikit-learn, tracked by stock MLflow autologging.

    python train.py --trees 200 --depth 6
"""

import argparse
import pathlib

import mlflow
import pandas
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split

HERE = pathlib.Path(__file__).parent


def load(path):
    """Features (569 x 30) and class: 0 malignant, 1 benign."""
    table = pandas.read_csv(path, header=None, skiprows=1)
    features = table.iloc[:, :-1].set_axis([f"feature {k}" for k in range(table.shape[1] - 1)], axis="columns")
    return features, table.iloc[:, -1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=int, default=200)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    features, labels = load(HERE / "data" / "breast_cancer.csv")
    train_x, test_x, train_y, test_y = train_test_split(
        features, labels, test_size=0.25, random_state=options.seed, stratify=labels
    )

    mlflow.sklearn.autolog(log_models=False, log_datasets=False)
    with mlflow.start_run():
        model = GradientBoostingClassifier(
            n_estimators=options.trees, max_depth=options.depth, learning_rate=options.rate, random_state=options.seed
        )
        model.fit(train_x, train_y)
        for step, scores in enumerate(model.staged_predict_proba(test_x), start=1):
            mlflow.log_metric("test_auc", roc_auc_score(test_y, scores[:, 1]), step=step)
        mlflow.log_metric("test_accuracy", accuracy_score(test_y, model.predict(test_x)))
        importances = sorted(zip(features.columns, model.feature_importances_), key=lambda pair: -pair[1])
        mlflow.log_dict({name: float(weight) for name, weight in importances}, "importances.json")
        print(f"accuracy {accuracy_score(test_y, model.predict(test_x)):.4f} on {len(test_y)} held-out tumours")


if __name__ == "__main__":
    main()
