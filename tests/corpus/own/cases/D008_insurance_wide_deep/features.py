"""Tables, lookups and datasets."""
import numpy as np
import tensorflow as tf
from keras import layers

REGIONS = ["north", "south", "east", "west", "coast"]
CARS = ["small", "van", "sport", "truck"]


def policies(count, seed):
    rng = np.random.default_rng(seed)
    table = {
        "region": rng.choice(REGIONS, count),
        "car": rng.choice(CARS, count),
        "age": rng.uniform(18, 80, count).astype("float32"),
        "mileage": rng.lognormal(9, 0.4, count).astype("float32"),
    }
    risk = (table["car"] == "sport") * 1.5 + (table["age"] < 25) - 1 + rng.normal(0, 0.3, count)
    return table, (risk > 0).astype("float32")


def lookups():
    made = {}
    for name, words in (("region", REGIONS), ("car", CARS)):
        made[name] = layers.StringLookup(vocabulary=words, name=f"{name}_index")
    return made


def numbers(table):
    made = {}
    for name in ("age", "mileage"):
        made[name] = layers.Normalization(axis=None, name=f"{name}_scaled")
        made[name].adapt(table[name])
    return made


def dataset(table, claims, index, batch):
    columns = dict(table)
    for name, lookup in index.items():
        columns[name] = lookup(tf.constant(table[name]))
    return tf.data.Dataset.from_tensor_slices((columns, claims)).batch(batch)
