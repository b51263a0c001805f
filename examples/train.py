"""Trains a small neural network to read digits, with only the Python standard library.

    python3 train.py                  20 epochs, about half a minute
    python3 train.py --epochs 3       shorter
    python3 train.py --seconds 60     at most a minute, whatever --epochs says
    python3 train.py --patience 3     stop when val_loss has not improved for three epochs
    python3 train.py --resume         continue from the last checkpoint

Ctrl+C saves a checkpoint before it ends.
"""

import argparse
import json
import math
import random
import sys
import time
from operator import mul
from pathlib import Path

# Five by seven pixels each, the shapes of an old terminal's font.
GLYPHS = [
    "01110 10001 10011 10101 11001 10001 01110",
    "00100 01100 00100 00100 00100 00100 01110",
    "01110 10001 00001 00110 01000 10000 11111",
    "11111 00010 00100 00010 00001 10001 01110",
    "00010 00110 01010 10010 11111 00010 00010",
    "11111 10000 11110 00001 00001 10001 01110",
    "00110 01000 10000 11110 10001 10001 01110",
    "11111 00001 00010 00100 01000 01000 01000",
    "01110 10001 10001 01110 10001 10001 01110",
    "01110 10001 10001 01111 00001 00010 01100",
]
SIDE = 8
CLASSES = len(GLYPHS)


def draw_digit(digit, rng):
    """An 8 x 8 image of a digit at a random place, with faded strokes, gaps and noise; values from 0 to 1."""
    image = [abs(rng.gauss(0.0, 0.3)) for _ in range(SIDE * SIDE)]
    top, left = rng.randint(0, 1), rng.randint(0, 3)
    ink = rng.uniform(0.5, 1.0)
    for row, pixels in enumerate(GLYPHS[digit].split()):
        for column, pixel in enumerate(pixels):
            if pixel == "1" and rng.random() > 0.12:
                image[(top + row) * SIDE + left + column] += ink
    return [min(value, 1.0) for value in image]


def make_data(samples, rng):
    labels = [rng.randrange(CLASSES) for _ in range(samples)]
    return [(draw_digit(label, rng), label) for label in labels]


class Network:
    """One hidden layer with ReLU, softmax on top, trained by stochastic gradient descent."""

    def __init__(self, hidden, rng):
        def layer(inputs, outputs):
            scale = math.sqrt(2.0 / inputs)
            return [[rng.gauss(0.0, scale) for _ in range(inputs)] for _ in range(outputs)]

        self.hidden_weights = layer(SIDE * SIDE, hidden)
        self.hidden_biases = [0.0] * hidden
        self.output_weights = layer(hidden, CLASSES)
        self.output_biases = [0.0] * CLASSES

    def forward(self, image):
        hidden = [
            max(0.0, bias + sum(map(mul, weights, image)))
            for weights, bias in zip(self.hidden_weights, self.hidden_biases)
        ]
        scores = [
            bias + sum(map(mul, weights, hidden))
            for weights, bias in zip(self.output_weights, self.output_biases)
        ]
        highest = max(scores)
        exponentials = [math.exp(score - highest) for score in scores]
        total = sum(exponentials)
        return hidden, [value / total for value in exponentials]

    def learn(self, image, label, rate):
        """One step of gradient descent on one image; returns its loss and whether the guess was right."""
        hidden, probabilities = self.forward(image)
        errors = list(probabilities)
        errors[label] -= 1.0
        hidden_errors = [0.0] * len(hidden)
        for output, error in enumerate(errors):
            weights = self.output_weights[output]
            hidden_errors = [total + error * weight for total, weight in zip(hidden_errors, weights)]
            step = rate * error
            self.output_weights[output] = [weight - step * value for weight, value in zip(weights, hidden)]
            self.output_biases[output] -= step
        for unit, activation in enumerate(hidden):
            if activation > 0.0:
                step = rate * hidden_errors[unit]
                weights = self.hidden_weights[unit]
                self.hidden_weights[unit] = [weight - step * pixel for weight, pixel in zip(weights, image)]
                self.hidden_biases[unit] -= step
        return loss_of(probabilities, label), is_right(probabilities, label)

    def evaluate(self, data):
        """Mean loss and accuracy on data that the network does not learn from."""
        loss = right = 0.0
        for image, label in data:
            _, probabilities = self.forward(image)
            loss += loss_of(probabilities, label)
            right += is_right(probabilities, label)
        return loss / len(data), right / len(data)


def loss_of(probabilities, label):
    return -math.log(max(probabilities[label], 1e-12))


def is_right(probabilities, label):
    return probabilities.index(max(probabilities)) == label


class ProgressBar:
    """Prints what Keras' fit() prints. On a terminal the line grows; elsewhere only the finished line appears."""

    def __init__(self, steps):
        self.steps = steps
        self.live = sys.stdout.isatty()
        self.started = time.perf_counter()
        self.updated = 0.0

    def show(self, step, metrics, finished=False):
        now = time.perf_counter()
        if not finished and (not self.live or now - self.updated < 0.1):
            return
        self.updated = now
        elapsed = now - self.started
        per_step = elapsed / step
        seconds = elapsed if finished else per_step * (self.steps - step)
        done = 20 * step // self.steps
        bar = ("\33[32m" + "━" * done + "\33[37m" + "━" * (20 - done) + "\33[0m") if self.live else "━" * 20
        figures = "".join(f" - {name}: {value:.4f}" for name, value in metrics.items())
        line = f"{step:>{len(str(self.steps))}}/{self.steps} {bar} {seconds:.0f}s {duration(per_step)}/step{figures}"
        print("\r" + line + "\33[K" if self.live else line, end="\n" if finished else "", flush=True)


def duration(seconds):
    if seconds >= 1:
        return f"{seconds:.0f}s"
    return f"{seconds * 1e3:.0f}ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f}us"


def train_epoch(network, training, validation, options, epoch):
    """One pass over the training data; returns the validation loss."""
    order = list(training)
    random.Random(f"{options.seed}/{epoch}").shuffle(order)
    steps = math.ceil(len(order) / options.batch_size)
    bar = ProgressBar(steps)
    loss = right = seen = 0
    for step in range(1, steps + 1):
        for image, label in order[(step - 1) * options.batch_size : step * options.batch_size]:
            image_loss, image_right = network.learn(image, label, options.learning_rate)
            loss += image_loss
            right += image_right
            seen += 1
        metrics = {"accuracy": right / seen, "loss": loss / seen}
        bar.show(step, metrics)
    val_loss, val_accuracy = network.evaluate(validation)
    bar.show(steps, {**metrics, "val_accuracy": val_accuracy, "val_loss": val_loss}, finished=True)
    return val_loss


def save_checkpoint(path, network, epochs_done):
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps({"epochs": epochs_done, "weights": vars(network)}))
    temporary.replace(path)


def load_checkpoint(path, network):
    """Puts the saved weights into the network; returns how many epochs they had been trained for."""
    saved = json.loads(path.read_text())
    vars(network).update(saved["weights"])
    return saved["epochs"]


def read_options():
    parser = argparse.ArgumentParser(description="Train a small neural network to read digits.")
    parser.add_argument("--epochs", type=int, default=20, help="passes over the training data (20)")
    parser.add_argument("--seconds", type=float, default=math.inf, help="end after the epoch in which this passes")
    parser.add_argument("--samples", type=int, default=8000, help="images to draw, a fifth of them for validation")
    parser.add_argument("--hidden", type=int, default=48, help="units in the hidden layer")
    parser.add_argument("--batch-size", type=int, default=32, help="images between two updates of the progress bar")
    parser.add_argument("--learning-rate", type=float, default=0.01)
    parser.add_argument("--patience", type=int, help="end after this many epochs without a better val_loss")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--checkpoint", type=Path, default=Path(__file__).parent / "checkpoints" / "digits.json")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint")
    options = parser.parse_args()
    if options.samples < 10 or options.epochs < 1 or options.hidden < 1 or options.batch_size < 1:
        parser.error("--samples must be at least 10; --epochs, --hidden and --batch-size at least 1.")
    if options.resume and not options.checkpoint.exists():
        parser.error(f"there is no checkpoint at {options.checkpoint} yet; run once without --resume.")
    return options


def main():
    options = read_options()
    rng = random.Random(options.seed)
    data = make_data(options.samples, rng)
    validation, training = data[: len(data) // 5], data[len(data) // 5 :]
    network = Network(options.hidden, rng)
    done = load_checkpoint(options.checkpoint, network) if options.resume else 0
    best, since_best = math.inf, 0
    started = time.perf_counter()
    try:
        while done < options.epochs:
            print(f"Epoch {done + 1}/{options.epochs}", flush=True)
            val_loss = train_epoch(network, training, validation, options, done)
            done += 1
            best, since_best = (val_loss, 0) if val_loss < best else (best, since_best + 1)
            if options.patience is not None and since_best >= options.patience:
                print(f"Epoch {done}: early stopping, no better val_loss for {since_best} epochs.")
                break
            if time.perf_counter() - started >= options.seconds:
                print(f"Epoch {done}: {options.seconds:g} s have passed, stopping.")
                break
    except KeyboardInterrupt:
        save_checkpoint(options.checkpoint, network, done)
        print(f"\nInterrupted. {done} epochs are saved in {options.checkpoint.name}; --resume continues from there.")
        return 130
    save_checkpoint(options.checkpoint, network, done)
    return 0


if __name__ == "__main__":
    sys.exit(main())
