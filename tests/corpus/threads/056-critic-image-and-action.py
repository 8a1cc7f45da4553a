import numpy as np
import keras
from keras import layers


class Critic:
    def __init__(self, obs_shape, n_actions):
        obs = layers.Input(obs_shape, name="obs")
        act = layers.Input((n_actions,), name="action")
        h = layers.Conv2D(8, 5, strides=3, activation="relu")(obs)
        h = layers.Conv2D(8, 3, strides=2, activation="relu")(h)
        joined = layers.Concatenate(axis=-1)([h, act])
        h = layers.Dense(16, activation="relu")(joined)
        self.model = keras.Model([obs, act], layers.Dense(1)(h))
        self.model.compile("adam", "mse")


critic = Critic((48, 48, 3), 3)
critic.model.train_on_batch([np.random.rand(4, 48, 48, 3), np.random.rand(4, 3)], np.random.rand(4, 1))
