"""Grade soils from chemistry; grades are written as 10, 20, 35, 50."""
import argparse
from collections import namedtuple

import keras
import numpy as np
from keras import layers

GRADES = (10, 20, 35, 50)
Table = namedtuple("Table", "chemistry texture grade")


def survey(rows, seed=0):
    rng = np.random.default_rng(seed)
    place = rng.integers(0, len(GRADES), rows)
    chemistry = rng.normal(0, 1, (rows, 7)) + place[:, None] * np.linspace(-0.6, 0.6, 7)
    texture = rng.dirichlet(np.ones(3), rows)
    return Table(chemistry.astype("float32"), texture.astype("float32"), np.array(GRADES)[place])


class Preparation:
    """Remembers what the labels mean."""

    def __init__(self, table):
        self.table = table

    def labels(self):
        codes, self.grades = np.unique(self.table.grade, return_inverse=True)
        return codes

    def features(self):
        chemistry = self.table.chemistry
        chemistry = (chemistry - chemistry.mean(axis=0)) / chemistry.std(axis=0)
        return [chemistry, self.table.texture]


class GradeModel(keras.Model):
    def __init__(self, grades, units=24, **kwargs):
        super().__init__(**kwargs)
        self.norm = layers.BatchNormalization()
        self.chemistry_net = keras.Sequential([layers.Dense(units, "relu"), layers.Dense(units, "relu")])
        self.texture_net = layers.Dense(units // 2, activation="relu")
        self.join = layers.Concatenate()
        self.drop = layers.Dropout(0.2)
        self.grade = layers.Dense(grades)

    def call(self, inputs, training=None):
        chemistry, texture = inputs
        x = self.chemistry_net(self.norm(chemistry, training=training))
        x = self.join([x, self.texture_net(texture)])
        return self.grade(self.drop(x, training=training))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--epochs", type=int, default=2)
    args = parser.parse_args()
    keras.utils.set_random_seed(61)
    preparation = Preparation(survey(args.rows))
    x, y = preparation.features(), preparation.labels()
    model = GradeModel(len(GRADES), name="grade_model")
    model.compile(
        optimizer=keras.optimizers.Adam(3e-3),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    history = model.fit(x, y, epochs=args.epochs, batch_size=30, verbose=0)
    print("accuracy", history.history["accuracy"][-1])
    return model, history


if __name__ == "__main__":
    model, history = main()
