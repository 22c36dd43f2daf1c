"""A made-up training on the standard library that logs as MLflow does, for tests of what people see."""
import argparse, json, math, os, random, sys, time, urllib.request

options = argparse.ArgumentParser()
options.add_argument("--rate", type=float, default=0.1)
options.add_argument("--epochs", type=int, default=40)
options.add_argument("--pause", type=float, default=0.2)
options.add_argument("--seed", type=int, default=1)
options = options.parse_args()
random.seed(options.seed)


def log_batch(metrics):
    body = json.dumps({"run_id": os.environ["MLFLOW_RUN_ID"], "metrics": metrics}).encode()
    request = urllib.request.Request(
        os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/runs/log-batch",
        body,
        {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"]},
    )
    urllib.request.urlopen(request).read()


print("\033[1mTraining\033[0m with rate \033[36m%s\033[0m" % options.rate)
for epoch in range(options.epochs):
    loss = math.exp(-options.rate * epoch) + random.random() * 0.1
    accuracy = 1 - loss / 2 + random.random() * 0.02
    now = int(time.time() * 1000)
    log_batch([
        {"key": "loss", "value": loss, "timestamp": now, "step": epoch},
        {"key": "accuracy", "value": accuracy, "timestamp": now, "step": epoch},
        {"key": "val/loss", "value": loss * 1.1 + random.random() * 0.05, "timestamp": now, "step": epoch},
    ])
    colour = 32 if loss < 0.3 else 33
    print("epoch %3d  loss \033[%dm%.4f\033[0m  accuracy %.4f" % (epoch, colour, loss, accuracy), flush=True)
    time.sleep(options.pause)
os.makedirs("outputs", exist_ok=True)
json.dump({"loss": loss, "accuracy": accuracy}, open("outputs/summary.json", "w"))
with open("outputs/predictions.csv", "w") as table:
    table.write("id,label,score\n" + "".join("%d,%s,%.3f\n" % (row, "ab"[row % 2], random.random()) for row in range(50)))
print("done")
