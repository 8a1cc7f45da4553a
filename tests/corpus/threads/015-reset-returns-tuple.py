import numpy as np
import keras
from keras import layers


class CartPole:
    def reset(self, seed=None):
        return np.random.uniform(-0.05, 0.05, 4), {}

    def step(self, action):
        return np.random.uniform(-0.05, 0.05, 4), 1.0, False, False, {}


env = CartPole()
state_size, action_size = 4, 2
model = keras.Sequential([layers.Input((state_size,)), layers.Dense(24, activation="relu"), layers.Dense(action_size)])
model.compile(loss="mse", optimizer="adam")

state = env.reset()
state = np.reshape(state, [1, state_size])
action = np.argmax(model.predict(state, verbose=0)[0])
next_state, reward, done, truncated, info = env.step(action)
