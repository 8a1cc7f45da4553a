"""Semi-supervised training: the model must agree with itself on two noisy views."""
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops


class Consistent(keras.Model):
    """Adds a consistency term to the supervised loss."""

    def __init__(self, backbone, noise=0.1, weight=0.5, **kwargs):
        super().__init__(**kwargs)
        self.backbone = backbone
        self.jitter = layers.GaussianNoise(noise)
        self.weight = weight
        self.agreement = keras.metrics.Mean(name="agreement")

    def call(self, x, training=False):
        return self.backbone(x, training=training)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            first = self(self.jitter(x, training=True), training=True)
            second = self(self.jitter(x, training=True), training=True)
            supervised = self.compute_loss(y, first)
            consistency = ops.mean(ops.square(first - second))
            loss = supervised + self.weight * consistency
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        self.agreement.update_state(consistency)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            elif metric.name != "agreement":
                metric.update_state(y, first)
        return {metric.name: metric.result() for metric in self.metrics}


def backbone(features, classes, widths=(32, 16)):
    x = inputs = keras.Input((features,), name="table")
    for width in widths:
        x = layers.Dense(width, activation="elu")(x)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x), name="backbone")


def moons(count, features, seed):
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, np.pi, count)
    side = rng.integers(0, 3, count)
    x = np.stack([np.cos(angle) + side, np.sin(angle) * (-1.0) ** side], axis=1)
    x = np.concatenate([x, rng.normal(0, 1, (count, features - 2))], axis=1)
    return x.astype("float32"), side


def main():
    keras.utils.set_random_seed(27)
    x, y = moons(360, 5, seed=27)
    model = Consistent(backbone(5, 3))
    model.compile(
        optimizer=keras.optimizers.SGD(0.05, momentum=0.9),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(x, y, batch_size=36, epochs=2, verbose=0)
    print(history.history)


if __name__ == "__main__":
    main()
