"""Outputs that have more or fewer axes than their targets, or axes of other sizes."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "the last recurrent layer of a subclassed model returns sequences",
        "output-keeps-axes",
        """
class Net(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.first = layers.LSTM(units, return_sequences=True)
        self.second = layers.GRU(units, return_sequences=True)  # HERE
        self.head = layers.Dense(3, activation="softmax")

    def call(self, x):
        return self.head(self.second(self.first(x)))

net = Net(8)
net.compile("adam", "sparse_categorical_crossentropy")
net.fit(np.random.rand(20, 9, 4), np.random.randint(0, 3, 20), verbose=0)
""",
        words=("return_sequences", "rank 3 versus rank 1"),
    ),
    Fault(
        "a map goes into the head of train_on_batch",
        "output-keeps-axes",
        """
m = keras.Sequential([
    keras.Input((8, 8, 1)),
    layers.Conv2D(4, 3),
    layers.Dense(10, activation="softmax", name="digit"),  # HERE
])
m.compile("adam", "sparse_categorical_crossentropy")
m.train_on_batch(np.random.rand(4, 8, 8, 1), np.random.randint(0, 10, 4))
""",
        words=("GlobalAveragePooling2D", "6 * 6 * 4 = 144"),
        layer="digit",
    ),
    Fault(
        "a base model without its top inside of a function",
        "output-keeps-axes",
        """
def backbone(size):
    return keras.applications.MobileNetV3Small(input_shape=(size, size, 3), include_top=False, weights=None)  # HERE

def build(size, n):
    inp = keras.Input((size, size, 3))
    x = backbone(size)(inp, training=False)
    x = layers.Dropout(.2)(x)
    return keras.Model(inp, layers.Dense(n)(x))

m = build(64, 4)
m.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
m.fit(np.random.rand(4, 64, 64, 3), np.arange(4), verbose=0)
""",
        words=("include_top=False",),
    ),
    Fault(
        "a convolution is the head",
        "output-keeps-axes",
        """
m = keras.Sequential()
m.add(keras.Input((16, 16, 3)))
m.add(layers.Conv2D(1, 3, activation="sigmoid"))  # HERE
m.compile("adam", "binary_crossentropy")
m.fit(np.random.rand(12, 16, 16, 3), np.random.randint(0, 2, (12, 1)), verbose=0)
""",
    ),
    Fault(
        "one target for each step, and the last step only",
        "output-lacks-axes",
        """
m = keras.Sequential([
    keras.Input((15, 3)),
    layers.LSTM(8),  # HERE
    layers.Dense(2),
])
m.compile("adam", "mse")
m.fit(np.random.rand(16, 15, 3), np.random.rand(16, 15, 2), verbose=0)
""",
        words=("return_sequences=True",),
    ),
    Fault(
        "flat output, images as targets",
        "output-lacks-axes",
        """
x = np.random.rand(20, 14, 14, 1)
m = keras.Sequential()
m.add(keras.Input((14, 14, 1)))
m.add(layers.Flatten())
m.add(layers.Dense(196, activation="sigmoid"))  # HERE
m.compile("adam", "mse")
m.fit(x, x, epochs=1, verbose=0)
""",
        words=("14 * 14 * 1 = 196", "Reshape"),
    ),
    Fault(
        "a helper's convolution has no padding",
        "output-size",
        """
def block(x, f):
    x = layers.Conv2D(f, 3, activation="relu", padding="same")(x)
    return layers.Conv2D(f, 3, activation="relu")(x)  # HERE

inp = keras.Input((32, 32, 1))
x = layers.MaxPooling2D()(block(inp, 8))
x = layers.UpSampling2D()(block(x, 16))
m = keras.Model(inp, layers.Conv2D(1, 1, activation="sigmoid")(block(x, 8)))
m.compile("adam", "binary_crossentropy")
m.fit(np.random.rand(8, 32, 32, 1), (np.random.rand(8, 32, 32, 1) > .5).astype("float32"), verbose=0)
""",
        words=("32 -> 30 -> 15 -> 13 -> 26 -> 24", "padding='same'"),
    ),
    Fault(
        "a length that does not halve three times",
        "output-size",
        """
LENGTH = 100  # HERE

def coded(x):
    for f in (8, 16, 16):
        x = layers.Conv1D(f, 5, strides=2, padding="same", activation="relu")(x)
    for f in (16, 16, 8):
        x = layers.Conv1DTranspose(f, 5, strides=2, padding="same", activation="relu")(x)
    return layers.Conv1D(1, 3, padding="same")(x)

inp = keras.Input((LENGTH, 1))
ae = keras.Model(inp, coded(inp))
ae.compile("adam", "mse")
s = np.random.rand(16, LENGTH, 1)
ae.fit(s, s, verbose=0)
""",
        words=("100 is not divisible by 8",),
    ),
    Fault(
        "the scale of the targets is another one",
        "output-size",
        """
SCALE = 3

def build(scale=2):
    low = keras.Input((16, 16, 3))
    x = layers.UpSampling2D(scale)(layers.Conv2D(16, 3, padding="same")(low))
    return keras.Model(low, layers.Conv2D(3, 3, padding="same", name="sharp")(x))

high = np.random.rand(10, 16 * SCALE, 16 * SCALE, 3)
m = build()  # HERE
m.compile("adam", "mae")
m.fit(high[:, ::SCALE, ::SCALE], high, verbose=0)
""",
        words=("16 -> 32", "48"),
    ),
    Fault(
        "a grid that is coarser than the targets'",
        "output-size",
        """
SIDE, CELL = 32, 4  # HERE
GRID = SIDE // CELL

inp = x = keras.Input((SIDE, SIDE, 3))
for f in (8, 16, 16):
    x = layers.Conv2D(f, 3, strides=2, padding="same")(x)
out = layers.Reshape((-1, 2))(layers.Conv2D(2 * 3, 1)(x))
m = keras.Model(inp, out)
m.compile("adam", "mse")
m.fit(np.random.rand(6, SIDE, SIDE, 3), np.random.rand(6, GRID * GRID * 3, 2), verbose=0)
""",
        words=("192 = 8*8*3", "48 = 4*4*3", "2 * 2 * 2 = 8"),
    ),
    Fault(
        "targets padded without a length",
        "output-size",
        """
from keras.utils import pad_sequences
LONGEST = 20
words = [list(range(1, n)) for n in (6, 9, 14)] * 4
x = pad_sequences(words, maxlen=LONGEST, padding="post")
y = pad_sequences(words, padding="post")  # HERE
i = keras.Input((LONGEST,))
m = keras.Model(i, layers.Dense(20, activation="softmax")(layers.Embedding(20, 4)(i)))
m.compile("adam", "sparse_categorical_crossentropy")
m.fit(x, y, verbose=0)
""",
        words=("13 steps", "20"),
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_axes_that_differ_are_explained(fault: Fault) -> None:
    check(fault)
