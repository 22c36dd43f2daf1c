"""A file that the client sends in parts, because the server says that it takes them."""
import hashlib
import os
from pathlib import Path

import mlflow

file = Path("large.bin")
file.write_bytes(os.urandom(17 * 1024 * 1024 + 5))
with mlflow.start_run() as run:
    mlflow.log_artifact(str(file), "files")
back = Path(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="files/large.bin"))
assert hashlib.sha256(back.read_bytes()).digest() == hashlib.sha256(file.read_bytes()).digest()
print("done")
