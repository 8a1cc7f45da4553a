"""Remaining useful life of engines from sensor histories."""
import keras
import numpy as np

from network import LifeNet
from settings import DEFAULTS, merge


def engines(count, steps, sensors, seed=0):
    rng = np.random.default_rng(seed)
    life = rng.uniform(20, 130, (count, 1))
    wear = np.linspace(0, 1, steps)[None, :] * (40 / life)
    gain = rng.normal(0, 1, (1, 1, sensors))
    history = wear[..., None] * gain + rng.normal(0, 0.1, (count, steps, sensors))
    return history.astype("float32"), np.minimum(life, 100).astype("float32") / 100


class Cosine(keras.callbacks.Callback):
    """Lower the rate by half a cosine."""

    def __init__(self, start, epochs):
        super().__init__()
        self.start, self.epochs = start, epochs

    def on_epoch_begin(self, epoch, logs=None):
        share = epoch / max(1, self.epochs)
        self.model.optimizer.learning_rate = self.start * 0.5 * (1 + np.cos(np.pi * share))


def main(**changes):
    settings = merge(DEFAULTS, changes)
    keras.utils.set_random_seed(settings["seed"])
    history, life = engines(160, settings["steps"], settings["sensors"])
    model = LifeNet(settings).build_model()
    model.compile(optimizer=keras.optimizers.Adam(settings["rate"]), loss="mse", metrics=["mae"])
    log = model.fit(
        history,
        life,
        validation_split=0.2,
        epochs=settings["epochs"],
        batch_size=32,
        callbacks=[Cosine(settings["rate"], settings["epochs"])],
        verbose=0,
    )
    print("val mae", log.history["val_mae"][-1])
    return model, log


if __name__ == "__main__":
    model, log = main()
