"""Single-shot detector: a grid of cells, a few anchors in each."""
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers, ops

ANCHORS = np.array([[0.15, 0.15], [0.3, 0.2], [0.5, 0.5]])


@dataclass
class DetectorSpec:
    image: int = 64
    stages: tuple = (8, 16, 32)
    boxes: int = 2
    objects: int = 4

    @property
    def cells(self):
        return self.image // 2 ** len(self.stages)


def backbone(x, stages):
    for number, filters in enumerate(stages):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", name=f"stage{number}")(x)
        x = layers.BatchNormalization()(x)
        x = layers.LeakyReLU(negative_slope=0.1)(x)
    return x


def head(x, spec):
    values = 5 + spec.objects
    x = layers.Conv2D(spec.boxes * values, 1, name="raw")(x)
    return layers.Reshape((spec.cells, spec.cells, len(ANCHORS), values), name="cells")(x)


def make_detector(spec):
    photo = keras.Input((spec.image, spec.image, 3), name="photo")
    return keras.Model(photo, head(backbone(photo, spec.stages), spec), name="detector")


def detection_loss(truth, raw):
    """Objectness everywhere, box and class where there is an object."""
    present = truth[..., :1]
    objectness = keras.losses.binary_crossentropy(present, raw[..., :1], from_logits=True)
    box = ops.sum(ops.square(truth[..., 1:5] - ops.sigmoid(raw[..., 1:5])), axis=-1)
    kind = keras.losses.categorical_crossentropy(truth[..., 5:], raw[..., 5:], from_logits=True)
    return objectness + present[..., 0] * (5.0 * box + kind)
