"""A trial: a bowl whose lowest point is at x = 3, seen step by step. `mark` names a file that each start is noted in."""

import argparse
import os
import sys
import time

import tracking

parser = argparse.ArgumentParser()
parser.add_argument("--x", type=float, required=True)
parser.add_argument("--kind", default="a")
parser.add_argument("--mark")
parser.add_argument("--steps", type=int, default=3)
parser.add_argument("--pause", type=float, default=0)
parser.add_argument("--fail", action="store_true")
parser.add_argument("--silent", action="store_true")
given, _ = parser.parse_known_args()

if given.mark:
    descriptor = os.open(given.mark, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(descriptor, (os.environ["FLYWHEEL_RUN_ID"] + "\n").encode())
if given.fail:
    sys.exit("this trial fails")
for step in range(given.steps):
    loss = (given.x - 3) ** 2 + (0 if given.kind == "a" else 5) + 1 / (step + 1)
    if not given.silent:
        tracking.log_metrics(step, loss=loss)
    time.sleep(given.pause)
