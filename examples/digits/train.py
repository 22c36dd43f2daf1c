"""Recognise handwritten digits with the Python standard library alone.

    python3 train.py --epochs 60 --hidden 24 --rate 0.02 --seed 1
"""

import argparse
import csv
import json
import pathlib
import random
import struct
import time
import zlib

import tracking
from network import Network

HERE = pathlib.Path(__file__).parent
OUTPUTS = pathlib.Path("outputs")
CLASSES = 10


def load(path):
    """Pairs of 64 pixel values from 0 to 1 and the digit that they show."""
    with open(path, newline="") as file:
        rows = [[float(cell) for cell in row] for row in csv.reader(file)]
    return [([cell / 16 for cell in row[:-1]], int(row[-1])) for row in rows]


def evaluate(network, examples):
    """Confusion matrix (rows: truth, columns: prediction) and the examples that were missed."""
    matrix = [[0] * CLASSES for _ in range(CLASSES)]
    missed = []
    for pixels, label in examples:
        probabilities = network.predict(pixels)
        guess = probabilities.index(max(probabilities))
        matrix[label][guess] += 1
        if guess != label:
            missed.append((pixels, label, guess))
    return matrix, missed


def accuracy(matrix):
    return sum(matrix[k][k] for k in range(CLASSES)) / sum(map(sum, matrix))


def write_png(path, columns, rows, gray):
    """An 8-bit grey-scale PNG (ISO/IEC 15948) from rows of bytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    body = b"".join(b"\0" + bytes(row) for row in gray)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
    )


def picture(missed, across=8, scale=8):
    """The missed digits side by side, each pixel as a square."""
    side = 8 * scale + scale
    down = max(1, -(-len(missed) // across))
    gray = [[255] * (across * side) for _ in range(down * side)]
    for index, (pixels, _, _) in enumerate(missed):
        top, left = index // across * side, index % across * side
        for y in range(8 * scale):
            for x in range(8 * scale):
                gray[top + y][left + x] = 255 - round(255 * pixels[y // scale * 8 + x // scale])
    return gray


def save(network, matrix, missed):
    OUTPUTS.mkdir(exist_ok=True)
    with open(OUTPUTS / "confusion.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["truth"] + list(range(CLASSES)))
        writer.writerows([k] + row for k, row in enumerate(matrix))
    with open(OUTPUTS / "missed.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["truth", "prediction"])
        writer.writerows((label, guess) for _, label, guess in missed)
    gray = picture(missed)
    write_png(OUTPUTS / "missed.png", len(gray[0]), len(gray), gray)
    (OUTPUTS / "model.json").write_text(
        json.dumps({"w1": network.w1, "b1": network.b1, "w2": network.w2, "b2": network.b2})
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--hidden", type=int, default=24)
    parser.add_argument("--rate", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    examples = load(HERE / "data" / "digits.csv")
    chance = random.Random(options.seed)
    chance.shuffle(examples)
    cut = len(examples) * 4 // 5
    training, held_out = examples[:cut], examples[cut:]
    print(f"{len(training)} digits to learn from, {len(held_out)} held out")

    network = Network(64, options.hidden, CLASSES, options.seed)
    for epoch in range(1, options.epochs + 1):
        began = time.perf_counter()
        chance.shuffle(training)
        loss = sum(network.learn(pixels, label, options.rate) for pixels, label in training) / len(training)
        matrix, missed = evaluate(network, held_out)
        score = accuracy(matrix)
        seconds = time.perf_counter() - began
        tracking.log_metrics(epoch, loss=loss, accuracy=score, seconds_per_epoch=seconds)
        print(f"epoch {epoch:3d}  loss \033[33m{loss:.4f}\033[0m  accuracy \033[32m{score:.4f}\033[0m  {seconds:.2f} s")

    save(network, matrix, missed)
    print(f"{len(missed)} of {len(held_out)} missed; see missed.png and confusion.csv among the artifacts")


if __name__ == "__main__":
    main()
