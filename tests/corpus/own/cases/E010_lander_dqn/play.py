"""Deep Q learning for a toy lander."""
import argparse

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from lander import Lander, Memory


class Agent:
    def __init__(self, observations, actions, discount, rate):
        self.actions = actions
        self.discount = discount
        self.online = self.network(observations, actions, "online")
        self.target = self.network(observations, actions, "target")
        self.optimizer = keras.optimizers.Adam(rate)
        self.losses = []

    @staticmethod
    def network(observations, actions, name):
        state = keras.Input((observations,), name=f"{name}_state")
        x = layers.Dense(32, activation="relu", name=f"{name}_first")(state)
        x = layers.Dense(32, activation="relu", name=f"{name}_second")(x)
        value = layers.Dense(1, name=f"{name}_value")(x)
        advantage = layers.Dense(actions, name=f"{name}_advantage")(x)
        mean = keras.ops.mean(advantage, axis=1, keepdims=True)
        return keras.Model(state, value + advantage - mean, name=name)

    def act(self, state, curiosity, rng):
        if rng.random() < curiosity:
            return int(rng.integers(self.actions))
        return int(np.argmax(self.online(state)[0]))

    def learn(self, batch):
        states, actions, rewards, following, ended = batch
        best = keras.ops.max(self.target(following), axis=1)
        wanted = rewards + self.discount * best * (1.0 - ended)
        chosen = keras.ops.one_hot(actions, self.actions)
        with tf.GradientTape() as tape:
            values = keras.ops.sum(self.online(states) * chosen, axis=1)
            loss = keras.ops.mean(keras.ops.square(wanted - values))
        weights = self.online.trainable_variables
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        self.losses.append(float(loss))


def run_episode(agent, world, memory, rng, curiosity, batch):
    state = world.reset()[None]
    ended, total = False, 0.0
    while not ended:
        action = agent.act(state, curiosity, rng)
        following, reward, ended = world.step(action)
        following = following[None]
        memory.add(state, action, reward, following, ended)
        state = following
        total += reward
        if len(memory) >= batch:
            agent.learn(memory.sample(batch, rng))
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--episodes", type=int, default=3)
    parser.add_argument("--batch", type=int, default=16)
    args = parser.parse_args()
    keras.utils.set_random_seed(17)
    rng = np.random.default_rng(17)
    world = Lander(seed=1)
    agent = Agent(world.observations, world.actions, discount=0.97, rate=1e-3)
    memory = Memory(2000)
    totals = []
    for episode in range(args.episodes):
        curiosity = max(0.1, 1.0 - episode / args.episodes)
        totals.append(run_episode(agent, world, memory, rng, curiosity, args.batch))
        agent.target.set_weights(agent.online.get_weights())
    print("rewards", np.round(totals, 1))
    return agent, totals


if __name__ == "__main__":
    agent, totals = main()
