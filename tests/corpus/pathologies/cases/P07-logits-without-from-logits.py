"""Will a customer leave? Categorical and numeric columns, in one model."""
import keras
import numpy as np
from keras import layers

PLANS, REGIONS = 5, 12


def customers(n, rng):
    plan = rng.integers(0, PLANS, n)
    region = rng.integers(0, REGIONS, n)
    numbers = rng.normal(size=(n, 4)).astype("float32")
    push = rng.normal(size=PLANS)[plan] + 0.5 * rng.normal(size=REGIONS)[region]
    leaves = push * 2 + numbers @ np.array([2.0, -1.5, 0.5, 0.0]) > 0.3
    return {"plan": plan, "region": region, "numbers": numbers}, leaves.astype("float32")


def encode(inputs):
    plan = layers.Flatten()(layers.Embedding(PLANS, 3, name="plan_vec")(inputs["plan"]))
    region = layers.Flatten()(layers.Embedding(REGIONS, 4, name="region_vec")(inputs["region"]))
    return layers.Concatenate()([plan, region, inputs["numbers"]])


def head(h):
    h = layers.Dense(32, activation="relu", name="mix")(h)
    return layers.Dense(1, name="risk")(h)


def build():
    inputs = {
        "plan": keras.Input((), dtype="int32", name="plan"),
        "region": keras.Input((), dtype="int32", name="region"),
        "numbers": keras.Input((4,), name="numbers"),
    }
    return keras.Model(inputs, head(encode(inputs)))


keras.utils.set_random_seed(17)
x, y = customers(2000, np.random.default_rng(17))
model = build()
model.compile(
    optimizer="adam",
    loss=keras.losses.BinaryCrossentropy(),
    metrics=["AUC"],
)
model.fit(x, y, epochs=8, batch_size=64, validation_split=0.2, verbose=0)
