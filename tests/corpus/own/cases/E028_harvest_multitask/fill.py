"""Missing values are replaced inside of the model."""
from keras import layers, ops


class FillGaps(layers.Layer):
    """NaN becomes 0, and one more channel says where."""

    def call(self, x):
        missing = ops.isnan(x)
        filled = ops.where(missing, ops.zeros_like(x), x)
        share = ops.mean(ops.cast(missing, x.dtype), axis=-1, keepdims=True)
        return ops.concatenate([filled, share], axis=-1)

    def compute_output_shape(self, shape):
        return (*shape[:-1], shape[-1] + 1)
