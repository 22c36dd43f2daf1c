"""Logs into the run that Flywheel started, with the standard library alone.

A run finds the address of its server and its own id in the environment, as
every MLflow client does. Outside a run nothing is sent, so that the same
script works by itself.
"""

import json
import os
import time
import urllib.error
import urllib.request

SERVER = os.environ.get("MLFLOW_TRACKING_URI", "")
RUN_ID = os.environ.get("MLFLOW_RUN_ID", "")
TOKEN = os.environ.get("MLFLOW_TRACKING_TOKEN", "")
# A server that restarts is back within seconds; this is for one that is being repaired.
PATIENCE_SECONDS = 600


def log_metrics(step, **values):
    """Send metric values of one step in one request."""
    now = int(time.time() * 1000)
    metrics = [{"key": key, "value": value, "timestamp": now, "step": step} for key, value in values.items()]
    _post("runs/log-batch", {"run_id": RUN_ID, "metrics": metrics})


def _post(path, body):
    if not (SERVER and RUN_ID):
        return
    request = urllib.request.Request(
        f"{SERVER}/api/2.0/mlflow/{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"},
    )
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    pause = 0.1
    while True:
        try:
            urllib.request.urlopen(request, timeout=10).close()
            return
        except urllib.error.HTTPError as error:
            # What the server refuses it will refuse again.
            if error.code < 500:
                raise
            problem = error
        except OSError as error:
            problem = error
        if time.monotonic() > give_up_at:
            raise problem
        time.sleep(pause)
        pause = min(2 * pause, 2)
