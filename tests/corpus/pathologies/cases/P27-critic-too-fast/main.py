"""Learn to draw points of a distant cloud."""
import keras
import numpy as np

from adversaries import Duel

SETTINGS = dict(
    judge_rate=2e-2,
    forger_rate=1e-6,
    epochs=12,
)


def cloud(n, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, 2)) * 0.5 + np.array([4.0, -3.0])).astype("float32")


keras.utils.set_random_seed(29)
model = Duel()
model.compile(
    forger_optimizer=keras.optimizers.Adam(SETTINGS["forger_rate"]),
    judge_optimizer=keras.optimizers.Adam(SETTINGS["judge_rate"]),
)
model.fit(cloud(2000), batch_size=64, epochs=SETTINGS["epochs"], verbose=0)
