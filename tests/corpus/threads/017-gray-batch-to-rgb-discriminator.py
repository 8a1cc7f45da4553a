import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

faces = (np.random.rand(32, 24, 24).astype("float32") - 0.5) * 2
dataset = tf.data.Dataset.from_tensor_slices(faces).shuffle(32).batch(8)

generator = tf.keras.Sequential([layers.Input((10,)), layers.Dense(24 * 24 * 3), layers.Reshape((24, 24, 3))])
discriminator = tf.keras.Sequential([
    layers.Input((24, 24, 3)),
    layers.Conv2D(8, 5, strides=2, padding="same"),
    layers.LeakyReLU(),
    layers.Flatten(),
    layers.Dense(1),
])
bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
g_opt, d_opt = tf.keras.optimizers.Adam(1e-4), tf.keras.optimizers.Adam(1e-4)


@tf.function
def train_step(images):
    noise = tf.random.normal([8, 10])
    with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
        fake = generator(noise, training=True)
        real_out = discriminator(images, training=True)
        fake_out = discriminator(fake, training=True)
        g_loss = bce(tf.ones_like(fake_out), fake_out)
        d_loss = bce(tf.ones_like(real_out), real_out) + bce(tf.zeros_like(fake_out), fake_out)
    g_opt.apply_gradients(zip(g_tape.gradient(g_loss, generator.trainable_variables), generator.trainable_variables))
    d_opt.apply_gradients(zip(d_tape.gradient(d_loss, discriminator.trainable_variables), discriminator.trainable_variables))


for batch in dataset:
    train_step(batch)
