"""Water level of a reservoir: train one step ahead, then roll the forecast out for a week."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers


@dataclass
class Plan:
    memory: int = 21
    rollout: int = 7
    signals: int = 4
    units: int = 20
    days: int = 500


def simulate(plan, seed):
    rng = np.random.default_rng(seed)
    day = np.arange(plan.days)
    rain = rng.gamma(0.4, 3.0, plan.days)
    demand = 2 + np.sin(2 * np.pi * day / 365)
    heat = 15 + 10 * np.sin(2 * np.pi * (day - 100) / 365)
    level = 50 + np.cumsum(rain - rain.mean() - 0.3 * (demand - 2))
    return np.stack([level / 50, rain / 10, demand / 3, heat / 25], axis=1).astype("float32")


def samples(table, memory):
    x = np.stack([table[i : i + memory] for i in range(len(table) - memory)])
    return x, table[memory:]


def build(plan):
    model = keras.Sequential(name="reservoir")
    model.add(keras.Input((plan.memory, plan.signals)))
    model.add(layers.Conv1D(plan.units, 5, padding="causal", activation="relu"))
    model.add(layers.GRU(plan.units))
    model.add(layers.Dense(plan.units, activation="relu"))
    model.add(layers.Dense(plan.signals, name="tomorrow"))
    return model


class Oracle:
    """Feeds its own forecasts back."""

    def __init__(self, model, plan):
        self.model = model
        self.plan = plan

    def step(self, window):
        return self.model.predict(window, verbose=0)[0]

    def ahead(self, table):
        window = table[-self.plan.memory :]
        future = []
        for _ in range(self.plan.rollout):
            tomorrow = self.step(window)
            future.append(tomorrow)
            window = np.vstack([window[1:], tomorrow])
        return np.asarray(future)


def main():
    plan = Plan()
    keras.utils.set_random_seed(33)
    table = simulate(plan, seed=33)
    x, y = samples(table[: -plan.rollout], plan.memory)
    model = build(plan)
    model.compile(optimizer=keras.optimizers.Adam(3e-3), loss="mse")
    model.fit(x, y, batch_size=64, epochs=1, verbose=0)
    future = Oracle(model, plan).ahead(table[: -plan.rollout])
    print("error of the level:", np.abs(future - table[-plan.rollout :])[:, 0].round(3))


if __name__ == "__main__":
    main()
