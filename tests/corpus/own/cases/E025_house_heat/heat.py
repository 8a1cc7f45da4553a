"""Heating demand of houses, standardised targets."""
import argparse

import keras
import numpy as np
from keras import layers


def houses(count, seed):
    rng = np.random.default_rng(seed)
    area = rng.uniform(40, 220, count)
    age = rng.uniform(0, 100, count)
    cold = rng.normal(0, 1, (count, 30)).cumsum(axis=1) / 5
    demand = 0.02 * area + 0.015 * age - 0.8 * cold.mean(axis=1) + rng.normal(0, 0.1, count)
    facts = np.stack([area / 220, age / 100], axis=1)
    return facts.astype("float32"), cold[..., None].astype("float32"), demand[:, None]


class Scale:
    def __init__(self, values):
        self.mean, self.spread = values.mean(), values.std()

    def apply(self, values):
        return ((values - self.mean) / self.spread).astype("float32")

    def back(self, values):
        return values * self.spread + self.mean


def dense_stack(x, sizes, activation="relu", name="stack"):
    for depth, units in enumerate(sizes):
        x = layers.Dense(units, activation=activation, name=f"{name}{depth}")(x)
    return x


def build(days):
    facts = keras.Input((2,), name="facts")
    cold = keras.Input((days, 1), name="cold")
    weather = layers.GRU(12, name="weather")(cold)
    x = layers.Concatenate(name="house")([facts, weather])
    x = dense_stack(x, (32, 16))
    demand = dense_stack(x, (1,), name="demand")
    return keras.Model([facts, cold], demand, name="heat")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--houses", type=int, default=500)
    parser.add_argument("--epochs", type=int, default=10)
    args = parser.parse_args()
    keras.utils.set_random_seed(9)
    facts, cold, demand = houses(args.houses, seed=0)
    scale = Scale(demand)
    model = build(cold.shape[1])
    model.compile(optimizer=keras.optimizers.Adam(1e-2), loss="mse", metrics=["mae"])
    history = model.fit(
        [facts, cold],
        scale.apply(demand),
        validation_split=0.2,
        epochs=args.epochs,
        batch_size=32,
        verbose=0,
    )
    guess = scale.back(model.predict([facts[:3], cold[:3]], verbose=0))
    print(np.round(guess.ravel(), 2), np.round(demand[:3].ravel(), 2))
    return model, history


if __name__ == "__main__":
    model, history = main()
