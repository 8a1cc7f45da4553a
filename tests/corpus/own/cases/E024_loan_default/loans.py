"""Risk of loans with embeddings for categories; configuration in a dataclass."""
from dataclasses import dataclass, field

import keras
import numpy as np
from keras import layers


@dataclass
class LossConfig:
    smoothing: float = 0.0
    from_logits: bool = True

    def make(self):
        return keras.losses.BinaryCrossentropy(
            from_logits=self.from_logits, label_smoothing=self.smoothing
        )


@dataclass
class LoanConfig:
    purposes: int = 6
    regions: int = 9
    numbers: int = 5
    hidden: tuple = (32, 16)
    rate: float = 3e-3
    epochs: int = 3
    loss: LossConfig = field(default_factory=LossConfig)


def applications(config, count, seed=0):
    rng = np.random.default_rng(seed)
    purpose = rng.integers(0, config.purposes, count)
    region = rng.integers(0, config.regions, count)
    numbers = rng.normal(0, 1, (count, config.numbers)).astype("float32")
    risk = 1.5 * numbers[:, 0] - numbers[:, 1] + np.linspace(-1, 1, config.purposes)[purpose]
    broken = (risk + 0.3 * rng.normal(size=count) > 1.2).astype("float32")
    return {"purpose": purpose, "region": region, "numbers": numbers}, broken[:, None]


def build(config):
    purpose = keras.Input((), dtype="int32", name="purpose")
    region = keras.Input((), dtype="int32", name="region")
    numbers = keras.Input((config.numbers,), name="numbers")
    parts = [
        layers.Embedding(config.purposes, 3, name="purpose_vector")(purpose),
        layers.Embedding(config.regions, 3, name="region_vector")(region),
        layers.BatchNormalization(name="scaled")(numbers),
    ]
    x = layers.Concatenate(name="facts")(parts)
    for depth, units in enumerate(config.hidden):
        x = layers.Dense(units, activation="relu", name=f"hidden{depth}")(x)
    broken = layers.Dense(1, activation="sigmoid", name="default")(x)
    return keras.Model({"purpose": purpose, "region": region, "numbers": numbers}, broken)


def main():
    config = LoanConfig()
    keras.utils.set_random_seed(28)
    x, y = applications(config, 600)
    model = build(config)
    model.compile(
        optimizer=keras.optimizers.Adam(config.rate), loss=config.loss.make(), metrics=["AUC"]
    )
    history = model.fit(
        x, y, validation_data=applications(config, 200, seed=1), epochs=config.epochs, verbose=0
    )
    print(history.history["val_loss"])
    return model, history


if __name__ == "__main__":
    model, history = main()
