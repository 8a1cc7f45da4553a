"""Weight class and delivery days of a parcel, from its dimensions."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers


@dataclass(frozen=True)
class Depot:
    facts: int = 6
    classes: int = 3
    width: int = 20
    parcels: int = 500


class ParcelNet:
    def __init__(self, depot):
        self.depot = depot

    def trunk(self, x):
        for number in (1, 2):
            x = layers.Dense(self.depot.width, activation="relu", name=f"trunk{number}")(x)
        return x

    def heads(self, x):
        return {
            "kind": layers.Dense(self.depot.classes, activation="softmax", name="kind")(x),
            "days": layers.Dense(1, activation="softplus", name="days")(x),
        }

    def compiled(self):
        facts = keras.Input((self.depot.facts,), name="facts")
        model = keras.Model(facts, self.heads(self.trunk(facts)), name="parcels")
        model.compile(
            optimizer=keras.optimizers.Adam(5e-3),
            loss={"kind": "sparse_categorical_crossentropy"},
            metrics={"kind": ["accuracy"], "days": ["mae"]},
        )
        return model


def parcels(depot, seed):
    rng = np.random.default_rng(seed)
    facts = rng.normal(size=(depot.parcels, depot.facts)).astype("float32")
    kind = facts[:, : depot.classes].argmax(1)
    days = 5 + facts[:, 3] + 0.5 * facts[:, 4]
    return facts, {"kind": kind, "days": days.astype("float32")[:, None]}


def main():
    depot = Depot()
    keras.utils.set_random_seed(69)
    model = ParcelNet(depot).compiled()
    facts, answers = parcels(depot, seed=0)
    history = model.fit(facts, answers, epochs=12, batch_size=25, verbose=0)
    return model, history


if __name__ == "__main__":
    model, history = main()
    print({name: round(values[-1], 3) for name, values in history.history.items()})
