"""Both networks and their training."""
import keras
import tensorflow as tf
from keras import layers, ops


def critic(side):
    return keras.Sequential(
        [
            keras.Input((side, side, 1)),
            layers.Conv2D(16, 4, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Conv2D(32, 4, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Flatten(),
            layers.Dense(1),
        ],
        name="critic",
    )


def writer(noise, side):
    start = side // 4
    return keras.Sequential(
        [
            keras.Input((noise,)),
            layers.Dense(start * start * 32, activation="relu"),
            layers.Reshape((start, start, 32)),
            layers.Conv2DTranspose(32, 4, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="tanh"),
        ],
        name="writer",
    )


class LetterGAN(keras.Model):
    def __init__(self, critic, writer, noise, **kwargs):
        super().__init__(**kwargs)
        self.critic, self.writer, self.noise = critic, writer, noise
        self.judge = keras.losses.BinaryCrossentropy(from_logits=True)

    def compile(self, critic_optimizer, writer_optimizer):
        super().compile()
        self.critic_optimizer = critic_optimizer
        self.writer_optimizer = writer_optimizer

    def train_step(self, real):
        count = ops.shape(real)[0]
        noise = keras.random.normal((count, self.noise))
        both = ops.concatenate([self.writer(noise), real], axis=0)
        labels = ops.concatenate([ops.zeros((count, 1)), ops.ones((count, 1))], axis=0)
        with tf.GradientTape() as tape:
            critic_loss = self.judge(labels, self.critic(both, training=True))
        weights = self.critic.trainable_variables
        self.critic_optimizer.apply(tape.gradient(critic_loss, weights), weights)

        noise = keras.random.normal((count, self.noise))
        wanted = ops.ones((2 * count, 1))
        with tf.GradientTape() as tape:
            opinions = self.critic(self.writer(noise, training=True))
            writer_loss = self.judge(wanted, opinions)
        weights = self.writer.trainable_variables
        self.writer_optimizer.apply(tape.gradient(writer_loss, weights), weights)
        return {"critic": critic_loss, "writer": writer_loss}
