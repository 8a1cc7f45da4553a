"""Faults that scripts after public threads showed, in programs of another make."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "half-of-the-channels",
        "fractional-size",
        """
class Halved(layers.Layer):
    def build(self, shape):
        self.part = shape[-1] / 2  # HERE
        self.w = self.add_weight(shape=(self.part, 4), name="w")

    def call(self, x):
        return ops.matmul(x[:, :int(self.part)], self.w)

keras.Model(i := keras.Input((10,)), Halved()(i))
""",
        words=("shape[-1] / 2", "//"),
    ),
    Fault(
        "float-in-numpy-reshape",
        "fractional-size",
        """
table = np.zeros((12, 6))
rows = table.size / 6  # HERE
block = np.zeros((rows, 6))
""",
        words=("12.0", "integer"),
    ),
    Fault(
        "list-of-zeros",
        "targets-in-a-list",
        """
net = keras.Sequential([keras.Input((5,)), layers.Dense(1, activation="sigmoid")])
net.compile("sgd", "binary_crossentropy")
batch = np.random.rand(6, 5)
net.fit(batch, [np.array([0.0])] * 6, verbose=0)  # HERE
""",
        words=("one output", "np.array"),
    ),
    Fault(
        "tuple-of-observation",
        "tuple-used-as-array",
        """
class Maze:
    def start(self):
        return np.zeros(6), {"lives": 3}

obs = Maze().start()  # HERE
obs = np.expand_dims(np.reshape(obs, (2, 3)), 0)
""",
        words=("a tuple of 2", "Unpack"),
    ),
    Fault(
        "flatten-open-map",
        "unknown-last-axis",
        """
pic = keras.Input((None, None, 3))
y = layers.Conv2D(4, 3)(pic)
y = layers.Flatten()(y)  # HERE
y = layers.Dense(2)(y)
model = keras.Model(pic, y)
model.compile("sgd", "mse")
model.fit(np.random.rand(4, 9, 8, 3), np.random.rand(4, 2), verbose=0)
""",
        words=("GlobalAveragePooling2D", "None"),
    ),
    Fault(
        "shape-with-its-batch",
        "unknown-last-axis",
        """
body = keras.Sequential([keras.Input((12, 3)), layers.Conv1D(5, 3)])
top = keras.Sequential()
top.add(layers.Flatten(input_shape=body.output_shape))  # HERE
top.add(layers.Dense(2))
""",
        words=("[1:]", "batch axis"),
        layer="flatten",
    ),
    Fault(
        "weights-of-steps-turned",
        "merge-of-transposed",
        """
seq = keras.Input((11, 7))
w = layers.Dense(11, activation="softmax")(layers.Flatten()(seq))
w = layers.RepeatVector(7)(w)  # HERE
z = layers.multiply([seq, w])
model = keras.Model(seq, z)
""",
        words=("Permute((2, 1))", "swapped"),
    ),
    Fault(
        "heads-turned-with-three",
        "transposed-axes",
        """
class Heads(layers.Layer):
    def call(self, x):
        x = ops.reshape(x, (-1, 6, 2, 4))
        return keras.ops.transpose(x, [0, 2, 1])  # HERE

keras.Model(i := keras.Input((6, 8)), Heads()(i))
""",
        words=("(0, 2, 1, 3)", "rank 4"),
    ),
    Fault(
        "rows-encoded-again",
        "one-hot-twice",
        """
species = np.eye(3)[np.arange(12) % 3]
species = keras.utils.to_categorical(species)  # HERE
m = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
m.compile("adam", "categorical_crossentropy")
m.fit(np.random.rand(12, 4), species, verbose=0)
""",
        words=("already one-hot",),
    ),
    Fault(
        "popped-from-a-copy",
        "popped-layers",
        """
net = keras.Sequential([keras.Input((6,)), layers.Dense(9), layers.Dense(50, name="old")])
net.layers.pop()  # HERE
net.add(layers.Dense(4, activation="softmax"))
new = keras.Model(net.inputs, net.layers[-2].output)
new.compile("sgd", "mse")
new.fit(np.random.rand(8, 6), np.random.rand(8, 9), verbose=0)
""",
        words=("copy", "old"),
    ),
    Fault(
        "five-channels-to-a-backbone",
        "nested-model-input",
        """
core = keras.Sequential([keras.Input((20, 20, 3)), layers.Conv2D(4, 3), layers.GlobalMaxPooling2D()])
band = keras.Input((20, 20, 1))
out = layers.Dense(2)(core(band))  # HERE
whole = keras.Model(band, out)
whole.compile("sgd", "mse")
whole.fit(np.random.rand(4, 20, 20, 1), np.random.rand(4, 2), verbose=0)
""",
        words=("1 channel instead of 3",),
    ),
    Fault(
        "losses-by-variable-names",
        "unknown-output-names",
        """
base = keras.Input((7,))
size = layers.Dense(1)(base)
kind = layers.Dense(3, activation="softmax")(base)
both = keras.Model(base, [size, kind])
both.compile("sgd", loss={"size": "mse", "kind": "sparse_categorical_crossentropy"})  # HERE
both.fit(np.random.rand(9, 7), [np.random.rand(9), np.arange(9) % 3], verbose=0)
""",
        words=("no name agrees",),
    ),
    Fault(
        "table-as-one-sample",
        "samples-in-input-shape",
        """
table = np.random.rand(30, 8)
wages = np.random.rand(30)
net = keras.Sequential([keras.Input((30, 8)), layers.GRU(4), layers.Dense(1)])  # HERE
net.compile("sgd", "mse")
net.fit(table, wages, verbose=0)
""",
        words=("30 is the number of samples",),
    ),
    Fault(
        "columns-of-a-pair",
        "data-structure",
        """
one, two = keras.Input((5,)), keras.Input((5,))
gap = layers.Subtract()([one, two])
twin = keras.Model([one, two], layers.Dense(1)(gap))
twin.compile("sgd", "mse")
both = np.random.rand(10, 2, 5)
twin.fit(both, np.random.rand(10), verbose=0)  # HERE
""",
        words=("both[:, 0]",),
    ),
    Fault(
        "pairs-in-the-wrong-order",
        "data-cardinality",
        """
def parts():
    return (np.zeros((8, 3)), np.zeros(8)), (np.zeros((4, 3)), np.zeros(4))

(seen, held_out), (truth, answer) = parts()  # HERE
fit = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
fit.compile("sgd", "mse")
fit.fit(seen, truth, verbose=0)
""",
        words=("(seen, truth), (held_out, answer)",),
    ),
    Fault(
        "noise-of-a-full-batch",
        "fixed-batch-size",
        """
ROWS = 8

class Noisy(layers.Layer):
    def call(self, x):
        return x + keras.random.normal((ROWS, 3))  # HERE

i = keras.Input((3,))
net = keras.Model(i, layers.Dense(1)(Noisy()(layers.Dense(3)(i))))
net.compile("sgd", "mse")
net.fit(np.random.rand(20, 3), np.random.rand(20), batch_size=ROWS, verbose=0)
""",
        words=("20 = 2 * 8 + 4",),
    ),
    Fault(
        "frames-without-channels",
        "wrapped-layer",
        """
film = np.random.rand(3, 6, 10, 10, 2)
net = keras.Sequential([
    keras.Input((6, 10, 10)),  # HERE
    layers.TimeDistributed(layers.Conv2D(3, 3)),
    layers.TimeDistributed(layers.GlobalMaxPooling2D()),
    layers.GRU(2),
])
net.compile("sgd", "mse")
net.fit(film, np.random.rand(3, 2), verbose=0)
""",
    ),
    Fault(
        "maps-of-steps-into-gru",
        "surplus-sequence-axis",
        """
film = keras.Input((4, 8, 8, 2))
maps = layers.TimeDistributed(layers.Conv2D(3, 3))(film)
code = layers.GRU(5)(maps)  # HERE
net = keras.Model(film, code)
""",
        words=("TimeDistributed(Flatten())", "108"),
    ),
    Fault(
        "scales-of-a-pyramid",
        "maps-of-several-scales",
        """
pic = keras.Input((24, 24, 3))
fine = layers.Conv2D(6, 3, padding="same")(pic)
rough = layers.Conv2D(6, 3, strides=2, padding="same")(fine)
boxes = []
for level in (fine, rough):
    boxes.append(layers.Conv2D(2, 1)(level))  # HERE
net = keras.Model(pic, layers.Concatenate(axis=1)(boxes))
""",
        words=("576 + 144 = 720",),
    ),
    Fault(
        "column-instead-of-row",
        "operands-do-not-broadcast",
        """
class Scaled(layers.Layer):
    def build(self, shape):
        self.s = self.add_weight(shape=(shape[-1], 1), initializer="ones", name="s")  # HERE

    def call(self, x):
        return x * self.s + 1.0

net = keras.Sequential([keras.Input((7,)), Scaled(), layers.Dense(1)])
net.compile("sgd", "mse", run_eagerly=True)
net.fit(np.random.rand(12, 7), np.random.rand(12), batch_size=6, verbose=0)
""",
        words=("is the batch",),
    ),
    Fault(
        "one-number-for-the-batch",
        "output-without-batch",
        """
def overall(t):
    return ops.max(t)  # HERE

i = keras.Input((6,))
net = keras.Model(i, layers.Lambda(overall)(layers.Dense(3)(i)))
net.compile("sgd", "mse")
net.fit(np.random.rand(8, 6), np.random.rand(8, 1), verbose=0)
""",
        words=("a scalar",),
    ),
    Fault(
        "distance-of-a-function",
        "reduced-without-keepdims",
        """
def gap(pair):
    return ops.mean(ops.abs(pair[0] - pair[1]), axis=-1)  # HERE

a, b = keras.Input((5,)), keras.Input((5,))
out = layers.Dense(2)(layers.Lambda(gap)([a, b]))
""",
        words=("keepdims=True",),
    ),
    Fault(
        "all-steps-flattened",
        "flattened-too-early",
        """
film = keras.Input((5, 12, 12, 2))
y = layers.TimeDistributed(layers.Conv2D(3, 3))(film)
y = layers.Flatten()(y)  # HERE
y = layers.GRU(4)(y)
""",
        words=("TimeDistributed",),
    ),
    Fault(
        "words-as-quantities",
        "label-encoding",
        """
ids = np.random.randint(0, 9, (20, 7))
net = keras.Sequential([
    keras.Input((7,)), layers.Embedding(9, 4), layers.GRU(6, return_sequences=True),
    layers.Dense(9, activation="softmax"),
])
net.compile("sgd", loss="mae")  # HERE
net.fit(ids, ids, batch_size=10, verbose=0)
""",
    ),
    Fault(
        "second-input-in-one-column",
        "reshape-rows",
        """
left = np.random.rand(16, 4)
right = np.random.rand(16, 5).reshape(-1, 1)  # HERE
a, b = keras.Input((4,)), keras.Input((5,))
net = keras.Model([a, b], layers.Dense(1)(layers.Concatenate()([a, b])))
net.compile("sgd", "mse")
net.fit([left, right], np.random.rand(16), verbose=0)
""",
    ),
    Fault(
        "height-that-is-a-width",
        "reshape-size",
        """
WIDE, HIGH = 32, 12
pic = keras.Input((WIDE, WIDE, 1))  # HERE
y = layers.MaxPooling2D(2)(layers.Conv2D(4, 3, padding="same")(pic))
y = layers.Reshape((WIDE // 2, HIGH // 2 * 4))(y)
net = keras.Model(pic, layers.GRU(3)(y))
""",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_explained(fault: Fault) -> None:
    check(fault)
