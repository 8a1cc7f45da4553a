"""Alternating updates as one train step."""
import keras
import tensorflow as tf
from keras import ops


class TextureGAN(keras.Model):
    def __init__(self, painter, critic, noise):
        super().__init__()
        self.painter, self.critic, self.noise = painter, critic, noise
        self.seed = keras.random.SeedGenerator(7)
        self.critic_loss = keras.metrics.Mean(name="critic_loss")
        self.painter_loss = keras.metrics.Mean(name="painter_loss")

    def compile(self, critic_optimizer, painter_optimizer):
        super().compile(loss=None)
        self.critic_optimizer = critic_optimizer
        self.painter_optimizer = painter_optimizer
        self.judge = keras.losses.BinaryCrossentropy(from_logits=True)

    def call(self, noise):
        return self.painter(noise)

    def draw(self, count):
        return keras.random.normal((count, self.noise), seed=self.seed)

    def train_step(self, real):
        count = ops.shape(real)[0]
        labels = ops.concatenate([ops.zeros((count, 1)), ops.ones((count, 1))], axis=0)
        both = ops.concatenate([self.painter(self.draw(count)), real], axis=0)
        with tf.GradientTape() as tape:
            critic_loss = self.judge(labels, self.critic(both, training=True))
        weights = self.critic.trainable_weights
        self.critic_optimizer.apply_gradients(zip(tape.gradient(critic_loss, weights), weights))
        with tf.GradientTape() as tape:
            verdict = self.critic(self.painter(self.draw(count), training=True))
            painter_loss = self.judge(ops.ones((count, 1)), verdict)
        weights = self.painter.trainable_weights
        self.painter_optimizer.apply_gradients(zip(tape.gradient(painter_loss, weights), weights))
        self.critic_loss.update_state(critic_loss)
        self.painter_loss.update_state(painter_loss)
        return {"critic_loss": self.critic_loss.result(), "painter_loss": self.painter_loss.result()}
