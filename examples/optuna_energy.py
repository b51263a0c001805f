"""Searches for settings with high accuracy and low energy: Optuna with energy as the second objective.

    green-ml run -- python3 optuna_energy.py               8 trials, about half a minute
    green-ml run -- python3 optuna_energy.py --trials 20

GREEN_ML_RUN_FILE names a file with the energy of the run so far. Green ML updates it once a second. That is not often
enough for short trials, so each trial asks for an up-to-date figure at its start and end. (pip install optuna)
"""

import argparse
import json
import os
import random
import sys
import time

from train import Network, make_data


def energy_wh(patience=5.0):
    """Energy of this run so far in watt-hours. Requests a new figure, which is there when the request file is gone."""
    path = os.environ["GREEN_ML_RUN_FILE"]
    request = f"{path}.ask{os.getpid()}"
    open(request, "w").close()
    deadline = time.monotonic() + patience
    while os.path.exists(request) and time.monotonic() < deadline:
        time.sleep(0.005)
    with open(path, encoding="utf-8") as file:
        energy = json.load(file)["energyWh"]
    if os.path.exists(request) or energy is None:
        raise RuntimeError("There is no new energy figure. `green-ml sources` shows what this machine can measure.")
    return energy


def objective(trial, training, validation):
    before = energy_wh()
    network = Network(trial.suggest_int("hidden", 4, 64, log=True), random.Random(7))
    rate = trial.suggest_float("learning_rate", 0.002, 0.05, log=True)
    for _ in range(trial.suggest_int("epochs", 1, 4)):
        for image, label in training:
            network.learn(image, label, rate)
    loss, _ = network.evaluate(validation)
    return loss, energy_wh() - before


def main():
    parser = argparse.ArgumentParser(description="Search for settings that are accurate and use little energy.")
    parser.add_argument("--trials", type=int, default=8)
    options = parser.parse_args()
    if "GREEN_ML_RUN_FILE" not in os.environ:
        sys.exit("This program is not measured. Start it with: green-ml run -- python3 optuna_energy.py")
    try:
        import optuna
    except ImportError:
        sys.exit("Optuna is not installed. Install it with: pip install optuna")
    data = make_data(2000, random.Random(7))
    study = optuna.create_study(directions=["minimize", "minimize"], sampler=optuna.samplers.TPESampler(seed=7))
    study.optimize(lambda trial: objective(trial, data[400:], data[:400]), n_trials=options.trials)
    print("No other settings are better in both loss and energy:")
    for trial in sorted(study.best_trials, key=lambda each: each.values[1]):
        loss, wh = trial.values
        print(f"  {wh * 1000:8.2f} mWh   val_loss {loss:.3f}   {trial.params}")


if __name__ == "__main__":
    main()
