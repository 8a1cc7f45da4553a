"""Draw stripes of a wanted direction."""
import keras
import numpy as np
import tensorflow as tf
from keras import ops

from models import critic, generator


class ConditionalGAN(keras.Model):
    def __init__(self, generator, critic, noise, steps=1, average=None, **kwargs):
        super().__init__(**kwargs)
        self.generator, self.critic, self.noise = generator, critic, noise
        self.steps = steps
        self.average = average
        self.random = keras.random.SeedGenerator(5)

    def compile(self, for_generator, for_critic):
        super().compile()
        self.for_generator, self.for_critic = for_generator, for_critic

    def call(self, inputs):
        return self.generator(inputs)

    def improve(self, optimizer, weights, loss_of):
        with tf.GradientTape() as tape:
            loss = loss_of()
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    def train_step(self, data):
        image, label = data
        noise = keras.random.normal((ops.shape(image)[0], self.noise), seed=self.random)

        def critic_loss():
            real = self.critic([image, label])
            fake = self.critic([self.generator([noise, label]), label])
            return ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))

        def generator_loss():
            return ops.mean(ops.softplus(-self.critic([self.generator([noise, label]), label])))

        for _ in range(self.steps):
            c = self.improve(self.for_critic, self.critic.trainable_weights, critic_loss)
        g = self.improve(self.for_generator, self.generator.trainable_weights, generator_loss)
        return {"critic": c, "generator": g}


def stripes(count, side, seed):
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 2, count)
    line = np.sign(np.sin(np.arange(side) * rng.uniform(0.5, 1.5, (count, 1))))
    image = np.where(label[:, None, None] == 0, line[:, :, None], line[:, None, :])
    return image[..., None].astype("float32"), label.astype("int32")


def main(side=16, noise=8):
    keras.utils.set_random_seed(81)
    gan = ConditionalGAN(generator(noise, 2, side), critic(2, side), noise, steps=2)
    gan.compile(keras.optimizers.Adam(1e-3, beta_1=0.5), keras.optimizers.Adam(1e-3, beta_1=0.5))
    history = gan.fit(*stripes(120, side, 0), batch_size=25, epochs=1, verbose=0)
    drawn = gan.predict([np.zeros((3, noise), "float32"), np.array([0, 1, 0])], verbose=0)
    return history, drawn


if __name__ == "__main__":
    history, drawn = main()
