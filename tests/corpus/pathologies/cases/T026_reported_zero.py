import keras
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_wine

keras.utils.set_random_seed(28)
x, y = load_wine(return_X_y=True)
x = ((x - x.mean(0)) / x.std(0)).astype("float32")


class Classifier(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.body = layers.Dense(32, activation="relu")
        self.head = layers.Dense(3)
        self.loss_tracker = keras.metrics.Mean(name="loss")

    def call(self, inputs):
        return self.head(self.body(inputs))

    @property
    def metrics(self):
        return [self.loss_tracker]

    def train_step(self, batch):
        features, target = batch
        with tf.GradientTape() as tape:
            logits = self(features, training=True)
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(target, logits, from_logits=True))
        variables = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return {"loss": loss}


model = Classifier()
model.compile(optimizer=keras.optimizers.Adam(0.005))
model.fit(x, y, epochs=12, batch_size=16, verbose=0)
