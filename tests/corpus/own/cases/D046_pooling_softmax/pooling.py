"""Attention over the frames of a clip."""
import keras
from keras import layers, ops


class FrameAttention(layers.Layer):
    """Scores each frame and returns the weighted mean of all frames."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.hidden = layers.Dense(units, activation="tanh", name="hidden")
        self.score = layers.Dense(1, use_bias=False, name="score")
        self.normalise = layers.Softmax(name="weights")

    def call(self, frames):
        weights = self.normalise(self.score(self.hidden(frames)))
        return ops.sum(weights * frames, axis=1)

    def compute_output_shape(self, shape):
        return shape[0], shape[2]
