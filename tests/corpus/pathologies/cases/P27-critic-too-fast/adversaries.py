"""A forger and a judge, trained against each other."""
import keras
import tensorflow as tf
from keras import layers


def mlp(sizes, out):
    return keras.Sequential([layers.Dense(s, activation="relu") for s in sizes] + [layers.Dense(out)])


class Duel(keras.Model):
    def __init__(self, noise=4):
        super().__init__()
        self.noise = noise
        self.forger = mlp([16, 16], 2)
        self.judge = mlp([64, 64], 1)
        self.judged = keras.losses.BinaryCrossentropy(from_logits=True)

    def compile(self, forger_optimizer, judge_optimizer):
        super().compile()
        self.forger_optimizer = forger_optimizer
        self.judge_optimizer = judge_optimizer

    def call(self, noise):
        return self.forger(noise)

    def train_step(self, genuine):
        n = tf.shape(genuine)[0]
        with tf.GradientTape() as tape:
            forged = self.forger(tf.random.normal((n, self.noise)))
            verdicts = tf.concat([self.judge(genuine), self.judge(forged)], axis=0)
            truth = tf.concat([tf.ones((n, 1)), tf.zeros((n, 1))], axis=0)
            judge_loss = self.judged(truth, verdicts)
        weights = self.judge.trainable_variables
        self.judge_optimizer.apply(tape.gradient(judge_loss, weights), weights)
        with tf.GradientTape() as tape:
            verdicts = self.judge(self.forger(tf.random.normal((n, self.noise))))
            forger_loss = self.judged(tf.ones((n, 1)), verdicts)
        weights = self.forger.trainable_variables
        self.forger_optimizer.apply(tape.gradient(forger_loss, weights), weights)
        return {"judge_loss": judge_loss, "forger_loss": forger_loss}
