import random
from collections import deque
import numpy as np
import keras
from keras import layers

state_size, n_actions = 4, 2
memory = deque(maxlen=200)
q_net = keras.Sequential([
    layers.Input((state_size,)),
    layers.Dense(24, activation="relu"),
    layers.Dense(n_actions, activation="linear"),
])
q_net.compile(loss="mse", optimizer="adam")

for t in range(40):
    state = np.reshape(np.random.rand(state_size), [1, state_size])
    next_state = np.reshape(np.random.rand(state_size), [1, state_size])
    memory.append((state, random.randrange(n_actions), 1.0, next_state))

batch = random.sample(memory, 16)
states = np.array([row[0] for row in batch])
targets = q_net.predict(states, verbose=0)
for i, (_, action, reward, _) in enumerate(batch):
    targets[i][action] = reward
q_net.fit(states, targets, epochs=1, verbose=0)
