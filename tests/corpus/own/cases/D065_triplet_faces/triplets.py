"""Face embeddings by triplets: the loss is added inside the model, compile gets none."""
import keras
from keras import layers, ops


class TripletLoss(layers.Layer):
    def __init__(self, margin, **kwargs):
        super().__init__(**kwargs)
        self.margin = margin

    def call(self, anchor, same, other):
        near = ops.sum(ops.square(anchor - same), axis=-1)
        far = ops.sum(ops.square(anchor - other), axis=-1)
        self.add_loss(ops.mean(ops.relu(near - far + self.margin)))
        return anchor


def embedder(side, size):
    face = keras.Input((side, side, 1), name="face")
    x = layers.Conv2D(8, 3, strides=2, activation="relu", name="edges")(face)
    x = layers.SeparableConv2D(16, 3, activation="relu", name="parts")(x)
    x = layers.Flatten()(x)
    x = layers.Dense(size, name="vector")(x)
    return keras.Model(face, layers.UnitNormalization()(x), name="embedder")


def trainer(embed, side, margin):
    faces = [keras.Input((side, side, 1), name=name) for name in ("anchor", "same", "other")]
    out = TripletLoss(margin, name="triplet")(*map(embed, faces))
    return keras.Model(faces, out, name="trainer")
