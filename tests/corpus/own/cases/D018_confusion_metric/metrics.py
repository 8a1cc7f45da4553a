"""Mean recall over the classes."""
import keras
import tensorflow as tf
from keras import ops


class BalancedAccuracy(keras.metrics.Metric):
    def __init__(self, classes, name="balanced_accuracy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.classes = classes
        self.table = self.add_weight(
            name="table", shape=(classes, classes), initializer="zeros", dtype="float32"
        )

    def update_state(self, y_true, y_pred, sample_weight=None):
        truth = ops.reshape(ops.cast(y_true, "int32"), (-1,))
        guess = ops.reshape(ops.cast(y_pred, "int32"), (-1,))
        counts = tf.math.confusion_matrix(truth, guess, self.classes, dtype="float32")
        self.table.assign_add(counts)

    def result(self):
        right = ops.diagonal(self.table)
        return ops.mean(right / ops.maximum(ops.sum(self.table, axis=1), 1.0))

    def reset_state(self):
        self.table.assign(ops.zeros_like(self.table))
