"""Losses of the project."""
import keras
from keras import ops


class ScaledLikelihood(keras.losses.Loss):
    """Log likelihood of the chosen class, scaled."""

    def __init__(self, scale=1.0, name="scaled_likelihood"):
        super().__init__(name=name)
        self.scale = scale

    def call(self, y_true, y_pred):
        chosen = ops.one_hot(ops.cast(ops.reshape(y_true, (-1,)), "int32"), y_pred.shape[-1])
        likelihood = ops.sum(chosen * ops.log(y_pred + 1e-7), axis=-1)
        return ops.mean(likelihood * self.scale)
