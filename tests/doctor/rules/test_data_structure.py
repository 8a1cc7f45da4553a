"""The structure, the length and the content of what a model is given."""

# ruff: noqa: E501 - programs as their users wrote them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

TWO = """
left = keras.Input((7,), name="left"); right = keras.Input((9,), name="right")
net = keras.Model([left, right], layers.Dense(1)(layers.concatenate([left, right])))
net.compile("adam", "mse")
"""
ONE = """
net = keras.Sequential([keras.Input((4,)), layers.Dense(1)]); net.compile("adam", "mse")
"""

FAULTS = [
    Fault("flat_generator", "data-structure", TWO + """
def batches(n=8):
    rng = np.random.default_rng(1)
    while True:
        a = rng.random((n, 7)); b = rng.random((n, 9)); y = rng.random((n, 1))
        yield a, b, y  # HERE
net.fit(batches(), steps_per_epoch=3, verbose=0)
""", ("sample_weight", "2 inputs")),
    Fault("swapped_pair", "data-structure", TWO + """
net.fit({"left": np.random.rand(20, 7), "right": np.random.rand(20, 9)}, np.zeros(20), verbose=0)
a, b = np.random.rand(3, 7), np.random.rand(3, 9)
pair = (b, a)  # HERE
print(net.predict(pair, verbose=0))
""", ("wrong order", "left"), "left"),
    Fault("key_of_a_helper", "data-structure", """
from columns import columns
price = keras.Input((2,), name="price"); text = keras.Input((5,), name="text")
net = keras.Model({"price": price, "text": text}, layers.Dense(1)(layers.concatenate([price, text])))
net.compile("adam", "mse")
net.fit(columns(30), np.zeros(30), verbose=0)
## columns.py
import numpy as np
def columns(n):
    return dict(
        price=np.random.rand(n, 2),
        words=np.random.rand(n, 5),  # HERE
    )
""", ("'text' is missing", "'words'")),
    Fault("labels_in_the_dictionary", "data-targets", """
def stream():
    while True:
        yield {"sound": np.random.rand(8, 50, 1), "speaker": np.random.randint(0, 3, 8)}  # HERE
sound = keras.Input((50, 1), name="sound")
net = keras.Model(sound, layers.Dense(3, activation="softmax")(layers.GRU(4)(sound)))
net.compile("adam", "sparse_categorical_crossentropy")
net.fit(stream(), steps_per_epoch=2, verbose=0)
""", ("no targets", "'speaker'")),
    Fault("targets_beside_a_dataset", "data-targets", ONE + """
x, y = np.random.rand(30, 4), np.random.rand(30)
net.fit(tf.data.Dataset.from_tensor_slices((x, y)).batch(8), y, verbose=0)  # HERE
"""),
    Fault("split_in_wrong_order", "data-cardinality", ONE + """
from sklearn.model_selection import train_test_split
X, Y = np.random.rand(100, 4), np.random.rand(100)
def load():
    x_train, y_train, x_test, y_test = train_test_split(X, Y, test_size=0.2)  # HERE
    return x_train, y_train, x_test, y_test
x_train, y_train, x_test, y_test = load()
net.fit(x_train, y_train, validation_data=(x_test, y_test), verbose=0)
""", ("80", "20", "train_test_split returns")),
    Fault("other_split_in_validation", "data-cardinality", ONE + """
X, Y = np.random.rand(100, 4), np.random.rand(100)
x_train, x_test = X[:80], X[80:]
y_train, y_test = Y[:80], Y[80:]
net.fit(x_train, y_train, validation_data=(x_test, y_train), verbose=0)  # HERE
""", ("x_test (x) has 20", "y_train (y) has 80")),
    Fault("windows_of_a_class", "data-cardinality", """
class Windows:
    def __init__(self, series, width, ahead):
        self.series, self.width, self.ahead = series, width, ahead
    def inputs(self):
        count = len(self.series) - self.width
        return np.stack([self.series[i : i + self.width] for i in range(count - self.ahead)])
    def targets(self):
        count = len(self.series) - self.width
        last = self.width + self.ahead - 1
        return np.array([self.series[i + last, 0] for i in range(count - self.ahead + 1)])  # HERE
w = Windows(np.random.rand(120, 3), 10, 2)
net = keras.Sequential([keras.Input((10, 3)), layers.GRU(4), layers.Dense(1)]); net.compile("adam", "mse")
net.fit(w.inputs(), w.targets(), verbose=0)
""", ("108", "109", "off by one")),
    Fault("list_of_samples", "data-content", ONE + """
samples = [np.random.rand(4) for _ in range(50)]
net.fit(samples, np.zeros(50), verbose=0)  # HERE
""", ("list of 50 arrays",)),
    Fault("list_of_numbers", "data-content", ONE + """
print(net.predict([1.0, 2.0, 3.0, 4.0]))  # HERE
""", ("Python list", "(1, 4)")),
    Fault("written_numbers", "data-content", ONE + """
rows = np.array([line.split(",") for line in ["1,2,3,4", "5,6,7,8"]])
net.fit(rows, np.zeros(2), verbose=0)  # HERE
""", ("holds texts", "'1'")),
    Fault("two_vocabularies", "embedding-index", """
rng = np.random.default_rng(0)
users = rng.integers(1, 101, 200); items = rng.integers(1, 51, 200)
USERS, ITEMS = 100, 50
u = keras.Input((1,), dtype="int32"); i = keras.Input((1,), dtype="int32")
a = layers.Flatten()(layers.Embedding(USERS, 4, name="who")(u))  # HERE
b = layers.Flatten()(layers.Embedding(ITEMS + 1, 4)(i))
net = keras.Model([u, i], layers.Dot(1)([a, b])); net.compile("adam", "mse")
net.fit([users, items], rng.random(200), batch_size=200, verbose=0)
""", ("index 100", "[0, 100)", "USERS"), "who"),
    Fault("vocabulary_of_a_configuration", "embedding-index", """
words = "a b c d e f".split()
index = {w: i + 1 for i, w in enumerate(words)}
class Settings:
    size = len(words)  # HERE
class Net(keras.Model):
    def __init__(self, settings):
        super().__init__()
        self.table = layers.Embedding(settings.size, 8)
        self.head = layers.Dense(1)
    def call(self, x):
        return self.head(layers.GlobalAveragePooling1D()(self.table(x)))
net = Net(Settings()); net.compile("adam", "mse")
net.fit(np.array([[index[w] for w in words]] * 8), np.zeros(8), verbose=0)
""", ("index 6", "input_dim is 6")),
    Fault("positions", "embedding-index", """
class Positions(layers.Layer):
    def __init__(self, longest, width):
        super().__init__()
        self.table = layers.Embedding(longest, width)
        self.words = layers.Embedding(50, width)
    def call(self, x):
        return self.words(x) + self.table(keras.ops.arange(x.shape[-1]))
text = keras.Input((20,), dtype="int32")
x = Positions(16, 8)(text)  # HERE
net = keras.Model(text, layers.Dense(1)(layers.GlobalAveragePooling1D()(x))); net.compile("adam", "mse")
net.fit(np.random.randint(0, 50, (30, 20)), np.zeros(30), verbose=0)
""", ("positions of a sequence of 20 steps", "[0, 16)")),
    Fault("own_split_in_wrong_order", "data-cardinality", ONE + """
def cut(a, b, share):
    n = int(len(a) * share)
    return a[:n], a[n:], b[:n], b[n:]
X, Y = np.random.rand(90, 4), np.random.rand(90, 1)
x, y, x_check, y_check = cut(X, Y, 0.7)  # HERE
net.fit(x, y, validation_data=(x_check, y_check), verbose=0)
""", ("cut returns", "swap the names")),
    Fault("unique_in_wrong_order", "data-cardinality", ONE + """
kinds = np.array(["ash", "oak", "elm"] * 20)
codes, names = np.unique(kinds, return_inverse=True)  # HERE
net.fit(np.random.rand(60, 4), codes, verbose=0)
""", ("the inverse",)),
    Fault("weights_per_class", "batch-lengths", """
class Batches(keras.utils.PyDataset):
    shares = np.array([0.5, 0.3, 0.2], "float32")
    def __len__(self):
        return 4
    def __getitem__(self, i):
        kinds = np.random.randint(0, 3, 12)
        return np.random.rand(12, 4), kinds, 1 / self.shares  # HERE
net = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
net.compile("adam", "sparse_categorical_crossentropy")
net.fit(Batches(), verbose=0)
""", ("3 values", "12 rows"), is_cured=False),
    Fault("uneven_sentences", "uneven-batch", """
rows = [list(range(1, n)) for n in (4, 7, 5, 9, 3, 6, 8, 4)]
def stream():
    for row in rows:
        yield row, len(row)
signature = (tf.TensorSpec((None,), tf.int32), tf.TensorSpec((), tf.float32))
words = tf.data.Dataset.from_generator(stream, output_signature=signature)
words = words.shuffle(8).batch(4)  # HERE
text = keras.Input((None,), dtype="int32")
net = keras.Model(text, layers.Dense(1)(layers.GlobalAveragePooling1D()(layers.Embedding(20, 4)(text))))
net.compile("adam", "mse")
net.fit(words, verbose=0)
""", ("different lengths", "padded_batch")),
    Fault("crossed_names", "swapped-arguments", """
from build import build
width, steps = 3, 25
net = build(width, steps)  # HERE
net.compile("adam", "mse")
net.fit(np.random.rand(20, steps, width), np.zeros(20), verbose=0)
## build.py
import keras
from keras import layers
def build(steps, width):
    record = keras.Input((steps, width), name="record")
    return keras.Model(record, layers.Dense(1)(layers.LSTM(4)(record)))
""", ("width is given for steps",), "record"),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_finds_and_cures(fault: Fault) -> None:
    check(fault)
