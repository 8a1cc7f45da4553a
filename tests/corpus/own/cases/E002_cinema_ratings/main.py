"""Predict ratings of films from the user, the film and two facts."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from tables import load_ratings, split


@dataclass(frozen=True)
class Plan:
    users: int = 90
    films: int = 70
    factors: int = 12
    rows: int = 800
    epochs: int = 2
    batch: int = 64


class Recommender(keras.Model):
    """Dot product of two embeddings, with a correction from facts about the session."""

    def __init__(self, plan, **kwargs):
        super().__init__(**kwargs)
        self.user_vector = layers.Embedding(plan.users, plan.factors, name="user_vector")
        self.film_vector = layers.Embedding(plan.films, plan.factors, name="film_vector")
        self.user_bias = layers.Embedding(plan.users, 1, name="user_bias")
        self.film_bias = layers.Embedding(plan.films, 1, name="film_bias")
        self.correction = keras.Sequential(
            [layers.Dense(16, activation="relu"), layers.Dense(1)], name="correction"
        )

    def call(self, table):
        user = keras.ops.cast(table[:, 0], "int32")
        film = keras.ops.cast(table[:, 1], "int32")
        facts = table[:, 2:]
        score = keras.ops.sum(self.user_vector(user) * self.film_vector(film), axis=-1, keepdims=True)
        return score + self.user_bias(user) + self.film_bias(film) + self.correction(facts)


def main():
    keras.utils.set_random_seed(8)
    plan = Plan()
    table, ratings = load_ratings(plan.rows, plan.users, plan.films)
    x_train, y_train, x_test, y_test = split(table, ratings, share=0.25)
    model = Recommender(plan, name="recommender")
    model.compile(optimizer=keras.optimizers.Adam(5e-3), loss="mse", metrics=["mae"])
    history = model.fit(
        x_train,
        y_train,
        batch_size=plan.batch,
        epochs=plan.epochs,
        verbose=0,
    )
    error = model.evaluate(x_test, y_test, verbose=0)
    guess = np.round(model.predict(x_test[:5], verbose=0), 2)
    print("test", error, guess.ravel())
    return model, history


if __name__ == "__main__":
    model, history = main()
