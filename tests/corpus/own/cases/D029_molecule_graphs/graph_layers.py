"""Message passing on dense adjacency matrices."""
import keras
from keras import layers, ops


class GraphConvolution(layers.Layer):
    """Averages the neighbours, then transforms the features of each node."""

    def __init__(self, units, activation="relu", **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, nodes_shape, adjacency_shape):
        self.kernel = self.add_weight(
            name="kernel", shape=(nodes_shape[1], self.units), initializer="glorot_uniform"
        )
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")

    def call(self, nodes, adjacency):
        degree = ops.sum(adjacency, axis=-1, keepdims=True)
        gathered = ops.matmul(adjacency, nodes) / ops.maximum(degree, 1.0)
        return self.activation(ops.matmul(gathered, self.kernel) + self.bias)


class Readout(layers.Layer):
    """Sum and maximum over the nodes."""

    def call(self, nodes):
        return ops.concatenate([ops.sum(nodes, axis=1), ops.max(nodes, axis=1)], axis=-1)
