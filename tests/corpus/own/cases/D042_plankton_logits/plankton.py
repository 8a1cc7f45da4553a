"""Kinds of plankton from outlines."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

import registry


@dataclass
class Experiment:
    task: str = "single"
    points: int = 40
    kinds: int = 5
    width: int = 32
    epochs: int = 8


def outlines(count, experiment, seed):
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, experiment.kinds, count)
    angle = np.linspace(0, 2 * np.pi, experiment.points)
    radius = 1 + 0.3 * np.cos((2 + kind[:, None]) * angle + rng.uniform(0, 0.5, (count, 1)))
    return (radius + rng.normal(0, 0.05, radius.shape)).astype("float32"), kind


def network(experiment):
    outline = keras.Input((experiment.points,), name="outline")
    x = layers.Dense(experiment.width, activation="relu", name="shape1")(outline)
    x = layers.Dense(experiment.width, activation="relu", name="shape2")(x)
    return keras.Model(outline, registry.head(experiment.task, experiment.kinds)(x))


def run(experiment):
    model = network(experiment)
    model.compile(
        optimizer=keras.optimizers.Adam(3e-3),
        loss=registry.LOSSES[experiment.task](),
        metrics=["accuracy"],
    )
    x, y = outlines(500, experiment, seed=0)
    history = model.fit(x, y, epochs=experiment.epochs, batch_size=32, verbose=0)
    return model, history


if __name__ == "__main__":
    keras.utils.set_random_seed(55)
    experiment = Experiment()
    model, history = run(experiment)
    test_x, test_y = outlines(200, experiment, seed=1)
    print("accuracy", model.evaluate(test_x, test_y, verbose=0)[1])
