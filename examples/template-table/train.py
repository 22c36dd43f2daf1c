"""Predict {{ target }} of a table by its other columns.

    python train.py --data data/table.csv --trees 200
"""

import argparse

import mlflow
import pandas
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.model_selection import train_test_split

TARGET = "{{ target }}"
TASK = "{{ task }}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="data/table.csv")
    parser.add_argument("--trees", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    table = pandas.read_csv(options.data).dropna(subset=[TARGET])
    features = pandas.get_dummies(table.drop(columns=[TARGET])).fillna(0)
    train_x, test_x, train_y, test_y = train_test_split(
        features, table[TARGET], test_size=0.25, random_state=options.seed
    )
    forest = RandomForestClassifier if TASK == "classification" else RandomForestRegressor
    metric = "test_accuracy" if TASK == "classification" else "test_r2"

    mlflow.sklearn.autolog(log_models=False, log_datasets=False)
    with mlflow.start_run():
        model = forest(n_estimators=options.trees, random_state=options.seed).fit(train_x, train_y)
        score = model.score(test_x, test_y)
        mlflow.log_metric(metric, score)
        print(f"{metric} {score:.4f} on {len(test_y)} held-out rows")


if __name__ == "__main__":
    main()
