"""A lander in one dimension, and the memory of what happened."""
import random
from collections import deque

import numpy as np


class Lander:
    observations, actions = 6, 3

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.state = np.array([1.0, 0.0, 1.0, 0.0, 0.0, 0.0], "float32")
        self.state[:2] += self.rng.normal(0, 0.1, 2).astype("float32")
        return self.state.copy()

    def step(self, action):
        height, speed, fuel, *rest = self.state
        thrust = (0.0, 0.12, 0.25)[action] if fuel > 0 else 0.0
        speed = speed - 0.08 + thrust
        height, fuel = height + 0.2 * speed, fuel - 0.3 * thrust
        self.state = np.array([height, speed, fuel, thrust, height * speed, 1.0], "float32")
        ended = bool(height <= 0 or height > 2)
        reward = -abs(float(speed)) * 10 if ended else -0.1
        return self.state.copy(), reward, ended


class Memory:
    def __init__(self, size):
        self.rows = deque(maxlen=size)

    def __len__(self):
        return len(self.rows)

    def add(self, *row):
        self.rows.append(row)

    def sample(self, count, rng):
        random.seed(int(rng.integers(1 << 30)))
        columns = zip(*random.sample(list(self.rows), count))
        states, actions, rewards, following, ended = (np.asarray(column) for column in columns)
        return states, actions, rewards.astype("float32"), following, ended.astype("float32")
