"""Actor and critic learn to push a cart; one hand-written loop, two optimizers."""
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops


class Cart:
    """Keep a drifting point near the middle."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.state = self.rng.normal(0, 0.3, 3).astype("float32")
        return self.state

    def step(self, action):
        position, speed, wind = self.state
        speed = 0.9 * speed + (0.1 if action else -0.1) + 0.02 * wind
        self.state = np.array([position + speed, speed, wind], "float32")
        return self.state, 1.0 - abs(float(self.state[0]))


def network(outputs, activation, name):
    return keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(24, activation="tanh"),
            layers.Dense(outputs, activation=activation, name=name),
        ]
    )


class Agent:
    def __init__(self, discount=0.9):
        self.actor = network(2, "softmax", "push")
        self.critic = network(1, None, "value")
        self.discount = discount
        self.actor_optimizer = keras.optimizers.Adam(2e-2)
        self.critic_optimizer = keras.optimizers.Adam(2e-2)

    def act(self, state, rng):
        odds = ops.convert_to_numpy(self.actor(state[None]))[0]
        return int(rng.random() > odds[0])

    def returns(self, rewards):
        total, out = 0.0, []
        for reward in reversed(rewards):
            total = reward + self.discount * total
            out.append(total)
        return np.asarray(out[::-1], "float32")

    @tf.function(reduce_retracing=True)
    def learn(self, states, actions, returns):
        with tf.GradientTape() as tape:
            value = ops.squeeze(self.critic(states), axis=-1)
            critic_loss = ops.mean(ops.square(returns - value))
        weights = self.critic.trainable_weights
        self.critic_optimizer.apply_gradients(zip(tape.gradient(critic_loss, weights), weights))
        advantage = ops.stop_gradient(returns - value)
        with tf.GradientTape() as tape:
            odds = self.actor(states)
            chosen = ops.sum(odds * ops.one_hot(actions, 2), axis=-1)
            actor_loss = -ops.mean(ops.log(chosen + 1e-6) * advantage)
        weights = self.actor.trainable_weights
        self.actor_optimizer.apply_gradients(zip(tape.gradient(actor_loss, weights), weights))
        return actor_loss, critic_loss


def main(episodes=25, length=30):
    keras.utils.set_random_seed(89)
    rng, cart, agent, scores = np.random.default_rng(89), Cart(89), Agent(), []
    for _ in range(episodes):
        state, states, actions, rewards = cart.reset(), [], [], []
        for _ in range(length):
            action = agent.act(state, rng)
            states.append(state)
            actions.append(action)
            state, reward = cart.step(action)
            rewards.append(reward)
        agent.learn(np.stack(states), np.array(actions), agent.returns(rewards))
        scores.append(sum(rewards))
    return agent, scores


if __name__ == "__main__":
    agent, scores = main()
