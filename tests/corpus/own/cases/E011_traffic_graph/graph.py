"""Convolution over a graph of roads."""
import keras
import numpy as np
from keras import layers, ops


def normalised(roads):
    """Divide by the square roots of both degrees."""
    root = 1.0 / np.sqrt(roads.sum(axis=1))
    return (roads * root[:, None] * root[None, :]).astype("float32")


class RoadConvolution(layers.Layer):
    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, nodes_shape, roads_shape):
        self.kernel = self.add_weight(name="kernel", shape=(nodes_shape[-1], self.units))
        self.own = self.add_weight(name="own", shape=(nodes_shape[-1], self.units))
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")

    def call(self, nodes, roads):
        neighbours = ops.matmul(roads, ops.matmul(nodes, self.kernel))
        return self.activation(neighbours + ops.matmul(nodes, self.own) + self.bias)
