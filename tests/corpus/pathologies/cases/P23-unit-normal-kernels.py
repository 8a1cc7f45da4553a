"""A deep perceptron on digits."""
import keras
from keras import layers
from sklearn.datasets import load_digits


class DeepNet(keras.Model):
    def __init__(self, depth, width, classes, seed=0):
        super().__init__()
        weights = keras.initializers.RandomNormal(mean=0.0, stddev=1.0, seed=seed)
        self.stack = [
            layers.Dense(width, activation="relu", kernel_initializer=weights.clone(), name=f"dense{i}")
            for i in range(depth)
        ]
        self.out = layers.Dense(classes, kernel_initializer=weights.clone(), activation="softmax", name="out")

    def call(self, x):
        for layer in self.stack:
            x = layer(x)
        return self.out(x)


def standard(images):
    return ((images - images.mean()) / images.std()).astype("float32")


keras.utils.set_random_seed(25)
images, labels = load_digits(return_X_y=True)
model = DeepNet(depth=5, width=128, classes=10)
model.compile(
    optimizer=keras.optimizers.SGD(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(standard(images), labels, epochs=8, batch_size=32, validation_split=0.2, verbose=0)
