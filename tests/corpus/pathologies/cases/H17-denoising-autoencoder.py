"""A convolutional autoencoder takes noise out of digits; early stopping and a smaller rate at plateaus."""
import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(17)
rng = np.random.default_rng(17)
clean = (load_digits().images / 16.0).astype("float32")[..., None]
rng.shuffle(clean)
noisy = np.clip(clean + 0.2 * rng.normal(size=clean.shape), 0, 1).astype("float32")

inputs = keras.Input((8, 8, 1))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(inputs)
x = layers.MaxPooling2D()(x)
x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
x = layers.Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu")(x)
outputs = layers.Conv2D(1, 3, padding="same", activation="sigmoid")(x)
model = keras.Model(inputs, outputs)
model.compile("adam", "binary_crossentropy")
model.fit(
    noisy, clean, validation_split=0.2, epochs=12, batch_size=32, verbose=0,
    callbacks=[
        keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True),
        keras.callbacks.ReduceLROnPlateau(patience=2),
    ],
)
