"""Convolutional variational autoencoder with its own training step."""
import keras
from keras import layers, ops


class Sample(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed = keras.random.SeedGenerator(42)

    def call(self, inputs):
        mean, log_var = inputs
        noise = keras.random.normal(ops.shape(mean), seed=self.seed)
        return mean + ops.exp(0.5 * log_var) * noise


def make_encoder(cfg):
    glyph = keras.Input((cfg.side, cfg.side, 1))
    x = glyph
    for width in cfg.widths:
        x = layers.Conv2D(width, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Flatten()(x)
    mean = layers.Dense(cfg.latent, name="mean")(x)
    log_var = layers.Dense(cfg.latent, name="log_var")(x)
    return keras.Model(glyph, [mean, log_var, Sample()([mean, log_var])], name="encoder")


def make_decoder(cfg):
    code = keras.Input((cfg.latent,))
    start = cfg.side // 2 ** len(cfg.widths)
    x = layers.Dense(start * start * cfg.widths[-1], activation="relu")(code)
    x = layers.Reshape((start, start, cfg.widths[-1]))(x)
    for width in reversed(cfg.widths):
        x = layers.Conv2DTranspose(width, 3, strides=2, padding="same", activation="relu")(x)
    pixels = layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="pixels")(x)
    return keras.Model(code, pixels, name="decoder")


class GlyphVAE(keras.Model):
    def __init__(self, cfg, **kwargs):
        super().__init__(**kwargs)
        self.encoder = make_encoder(cfg)
        self.decoder = make_decoder(cfg)
        self.total = keras.metrics.Mean(name="elbo")

    @property
    def metrics(self):
        return [self.total]

    def call(self, glyphs):
        return self.decoder(self.encoder(glyphs)[2])

    def train_step(self, glyphs):
        import tensorflow as tf

        with tf.GradientTape() as tape:
            mean, log_var, code = self.encoder(glyphs, training=True)
            drawn = self.decoder(code, training=True)
            error = ops.sum(keras.losses.binary_crossentropy(glyphs, drawn), axis=(1, 2))
            divergence = -0.5 * ops.sum(1 + log_var - ops.square(mean) - ops.exp(log_var), axis=1)
            loss = ops.mean(error + divergence)
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        self.total.update_state(loss)
        return {"elbo": self.total.result()}
