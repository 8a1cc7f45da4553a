import numpy as np
import keras
from keras import layers

latent_dim, batch_size = 16, 8
generator = keras.Sequential([layers.Input((latent_dim,)), layers.Dense(36, activation="tanh")])
discriminator = keras.Sequential([layers.Input((36,)), layers.Dense(12, activation="relu"),
                                  layers.Dense(1, activation="sigmoid")])
discriminator.trainable = False
z = layers.Input((latent_dim,))
adversarial = keras.Model(z, discriminator(generator(z)))
adversarial.compile(optimizer="adam", loss="binary_crossentropy")

for step in range(3):
    noise = np.random.normal(size=(batch_size, latent_dim))
    g_loss = adversarial.train_on_batch(noise, [1] * batch_size)
