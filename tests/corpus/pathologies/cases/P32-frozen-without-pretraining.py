"""A small convolutional net, prepared for fine-tuning."""
import keras
from keras import layers
from sklearn.datasets import load_digits


def backbone(width=16):
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(width, 3, activation="relu", padding="same"),
            layers.MaxPooling2D(),
            layers.Conv2D(width, 3, activation="relu", padding="same"),
            layers.MaxPooling2D(),
            layers.Conv2D(width, 2, activation="relu"),
            layers.GlobalAveragePooling2D(),
        ],
        name="backbone",
    )


def with_head(base, classes):
    for layer in base.layers:
        layer.trainable = False
    return keras.Sequential([base, layers.Dense(classes, activation="softmax", name="head")])


keras.utils.set_random_seed(35)
x, y = load_digits(return_X_y=True)
x = x.reshape(-1, 8, 8, 1).astype("float32") / 16.0
model = with_head(backbone(), 10)
model.compile(optimizer=keras.optimizers.Adam(5e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, validation_split=0.2, epochs=15, batch_size=32, verbose=0)
