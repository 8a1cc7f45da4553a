"""Monte Carlo dropout: the spread of fifty predictions is the uncertainty."""
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(8)
rng = np.random.default_rng(8)
x = rng.uniform(-2, 2, (1200, 1)).astype("float32")
y = (np.sin(2 * x) + 0.1 * rng.normal(size=x.shape)).astype("float32")


class Sampled(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = [layers.Dense(128, activation="relu") for _ in range(2)]
        self.drop = layers.Dropout(0.1)
        self.out = layers.Dense(1)

    def call(self, x):
        for layer in self.hidden:
            x = self.drop(layer(x), training=True)
        return self.out(x)


model = Sampled()
model.compile(keras.optimizers.Adam(3e-3), "mse")
model.fit(x, y, validation_split=0.2, epochs=20, verbose=0)
samples = np.stack([model.predict(x[:100], verbose=0) for _ in range(20)])
uncertainty = samples.std(axis=0).mean()
