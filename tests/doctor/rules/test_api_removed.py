"""What Keras 3 has moved, renamed or removed."""

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "rm-kback2",
        "removed-attribute",
        """
from keras import backend as K
class L(layers.Layer):
    def call(self, x):
        return K.sum(x, axis=-1, keepdims=True)  # HERE
m = keras.Sequential([keras.Input((4,)), L()])
print(m.predict(np.zeros((2,4)), verbose=0).shape)
""",
        words=("keras.ops.sum",),
    ),
    Fault(
        "rm-predcls",
        "removed-attribute",
        """
m = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="softmax")])
m.compile("adam", "sparse_categorical_crossentropy")
p = m.predict_classes(np.zeros((2,8)))  # HERE
print(p)
""",
        words=("argmax",),
    ),
    Fault(
        "rm-fitgen",
        "removed-attribute",
        """
def gen():
    while True:
        yield np.zeros((4,8)), np.zeros((4,))
m = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="softmax")])
m.compile("adam", "sparse_categorical_crossentropy")
m.fit_generator(gen(), steps_per_epoch=2, epochs=1)  # HERE
""",
    ),
    Fault(
        "rm-nputils",
        "removed-import",
        """
import numpy as np
from keras.utils import np_utils  # HERE
y = np_utils.to_categorical([0, 1, 2], 3)
print(y)
""",
    ),
    Fault(
        "rm-nputils2",
        "removed-attribute",
        """
import numpy as np
import keras
y = keras.utils.np_utils.to_categorical([0, 1, 2], 3)  # HERE
""",
    ),
    Fault(
        "rm-layerscore",
        "removed-import",
        """
from keras.layers.core import Dense, Dropout  # HERE
from keras.layers.convolutional import Conv2D, MaxPooling2D
print(Dense(3))
""",
    ),
    Fault(
        "rm-cudnn",
        "removed-import",
        """
from keras.layers import CuDNNLSTM, Dense  # HERE
m = CuDNNLSTM(3)
""",
    ),
    Fault(
        "rm-imggen",
        "removed-import",
        """
from keras.preprocessing.image import ImageDataGenerator, img_to_array, load_img  # HERE
g = ImageDataGenerator(rescale=1/255.)
""",
    ),
    Fault(
        "rm-tok",
        "removed-import",
        """
from keras.preprocessing.text import Tokenizer  # HERE
t = Tokenizer()
""",
    ),
    Fault(
        "rm-seqtypo",
        "removed-attribute",
        """
l = layers.Conv2d(4, 3)  # HERE
""",
    ),
    Fault(
        "rm-layertypo",
        "removed-import",
        """
from keras.layers import Maxpooling2D  # HERE
""",
    ),
    Fault(
        "rm-output-shape",
        "removed-attribute",
        """
m = keras.Sequential([keras.Input((8,)), layers.Dense(4)])
print(m.layers[0].output_shape)  # HERE
""",
    ),
    Fault(
        "rm-reset",
        "removed-attribute",
        """
m = keras.Sequential([keras.Input((4, 8), batch_size=2), layers.LSTM(4, stateful=True)])
m.reset_states()  # HERE
""",
    ),
    Fault(
        "pr-attr",
        "removed-attribute",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense1 = layers.Dense(3)
        self.dense2 = layers.Dense(1)
    def call(self, x):
        return self.dense2(self.dens1(x))  # HERE
n = Net()
n.compile("sgd", "mse")
n.fit(np.zeros((8, 4)), np.zeros((8, 1)), verbose=0)
""",
    ),
    Fault(
        "ts-nooptimizer",
        "removed-attribute",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(4)
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = ops.mean((self.d(x) - y) ** 2)
        g = tape.gradient(loss, self.trainable_variables)
        self.opt.apply(g, self.trainable_variables)  # HERE
        return {"loss": loss}
n = Net()
n.compile("sgd", "mse")
n.fit(np.zeros((8, 4)), np.zeros((8, 4)), verbose=0)
""",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_explains_and_cures(fault: Fault) -> None:
    check(fault)
