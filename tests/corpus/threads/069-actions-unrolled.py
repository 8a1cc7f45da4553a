import numpy as np
import keras
from keras import layers

n_obs, n_act = 21, 3
states = np.random.rand(32, n_obs)
actions = np.random.uniform(-1, 1, (32, n_act)).reshape(-1, 1)
q = np.random.rand(32, 1)

s, a = layers.Input((n_obs,), name="state"), layers.Input((n_act,), name="action")
h = layers.Dense(16, activation="relu")(s)
h = layers.Concatenate()([h, a])
critic = keras.Model([s, a], layers.Dense(1)(h))
critic.compile("adam", "mse")
critic.fit([states, actions], q, epochs=1, verbose=0)
