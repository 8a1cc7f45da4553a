"""Channel attention."""
from keras import layers


class SqueezeExcite:
    """Weighs the channels of a map by what the whole map holds."""

    def __init__(self, channels, reduction=4, name="se"):
        self.channels = channels
        self.reduction = reduction
        self.name = name

    def __call__(self, feature_map):
        x = layers.GlobalAveragePooling2D(name=f"{self.name}_squeeze")(feature_map)
        x = layers.Dense(self.channels // self.reduction, activation="relu")(x)
        x = layers.Dense(self.channels, activation="sigmoid", name=f"{self.name}_gates")(x)
        x = layers.Reshape((1, 1, self.channels))(x)
        return layers.Multiply(name=f"{self.name}_scale")([feature_map, x])
