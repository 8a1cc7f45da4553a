"""Labels that do not fit the loss, the metrics or the number of units."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow


FAULTS = (
    Fault(
        "integers for one-hot, loss in a configuration",
        "label-encoding",
        """
rng = np.random.default_rng(0)
CONFIG = {"loss": "categorical_crossentropy", "optimizer": "adam", "classes": 3}  # HERE

class Trainer:
    def __init__(self, config):
        self.config = config
        self.model = keras.Sequential([keras.Input((5,)), layers.Dense(config["classes"], activation="softmax")])

    def run(self, x, y):
        self.model.compile(optimizer=self.config["optimizer"], loss=self.config["loss"], metrics=["accuracy"])
        self.model.fit(x, y, verbose=0)

Trainer(CONFIG).run(rng.random((30, 5)), rng.integers(0, 3, 30))
""",
        words=("sparse_categorical_crossentropy", "integers 0 to 2", "(30,)"),
    ),
    Fault(
        "one-hot rows made in a mapped dataset, sparse loss object",
        "label-encoding",
        """
x = np.random.rand(40, 6).astype("float32")

def prepare(row, label):
    return row, tf.one_hot(label, 4)

ds = tf.data.Dataset.from_tensor_slices((x, np.arange(40) % 4)).map(prepare).batch(8)
inp = keras.Input((6,))
model = keras.Model(inp, layers.Dense(4)(inp))
model.compile("adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))  # HERE
model.fit(ds, verbose=0)
""",
        words=("tf.one_hot(label, 4)", "CategoricalCrossentropy"),
    ),
    Fault(
        "two softmax units and binary crossentropy",
        "label-encoding",
        """
m = keras.Sequential([keras.Input((5,)), layers.Dense(2, activation="softmax")])
m.compile("adam", "binary_crossentropy", metrics=["accuracy"])  # HERE
m.fit(np.random.rand(30, 5), np.random.randint(0, 2, 30), verbose=0)
""",
    ),
    Fault(
        "loss called by hand",
        "label-encoding",
        """
x = np.random.rand(64, 10).astype("float32"); y = np.random.randint(0, 4, 64)
model = keras.Sequential([keras.Input((10,)), layers.Dense(4, activation="softmax", name="kinds")])
for step in range(2):
    probs = model(x[:16], training=True)
    loss = ops.mean(keras.losses.categorical_crossentropy(y[:16], probs))  # HERE
""",
        layer="kinds",
    ),
    Fault(
        "only the labels of evaluate are not encoded",
        "label-encoding",
        """
x, y = np.random.rand(40, 6), np.random.randint(0, 4, 40)
m = keras.Sequential([keras.Input((6,)), layers.Dense(4, activation="softmax")])
m.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
m.fit(x, keras.utils.to_categorical(y, 4), verbose=0)
m.evaluate(x, y, verbose=0)  # HERE
""",
    ),
    Fault(
        "only the validation labels are not encoded",
        "label-encoding",
        """
x, y = np.random.rand(40, 6), np.random.randint(0, 4, 40)
xv, yv = np.random.rand(10, 6), np.random.randint(0, 4, 10)
y = keras.utils.to_categorical(y, 4)
m = keras.Sequential([keras.Input((6,)), layers.Dense(4, activation="softmax")])
m.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
m.fit(x, y, validation_data=(xv, yv), verbose=0)  # HERE
""",
        words=("`yv`",),
    ),
    Fault(
        "one of two outputs wants one-hot rows",
        "label-encoding",
        """
i = keras.Input((6,))
h = layers.Dense(8)(i)
m = keras.Model(i, [layers.Dense(4, activation="softmax", name="color")(h), layers.Dense(1, name="size")(h)])
m.compile("adam", loss=["categorical_crossentropy", "mse"])  # HERE
m.fit(np.random.rand(40, 6), [np.random.randint(0, 4, 40), np.random.rand(40)], verbose=0)
""",
        layer="color",
    ),
    Fault(
        "metrics of one-hot rows beside a sparse loss",
        "metric-encoding",
        """
m = keras.Sequential([keras.Input((6,)), layers.Dense(4, activation="softmax")])
m.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy", keras.metrics.Precision(), keras.metrics.Recall(name="recall")])  # HERE
m.fit(np.random.rand(32, 6), np.random.randint(0, 4, 32), verbose=0)
""",
        words=("Precision", "one-hot"),
    ),
    Fault(
        "text labels",
        "text-labels",
        """
y = np.array(["cat", "dog", "bird"])[np.random.randint(0, 3, 30)]
m = keras.Sequential([keras.Input((5,)), layers.Dense(3, activation="softmax")])
m.compile("adam", "sparse_categorical_crossentropy")
m.fit(np.random.rand(30, 5), y, verbose=0)  # HERE
""",
        words=("'bird', 'cat', 'dog'",),
    ),
    Fault(
        "minus one and one",
        "labels-out-of-range",
        """
y = np.where(np.random.rand(40) > .5, 1, -1)  # HERE
m = keras.Sequential([keras.Input((5,)), layers.Dense(2, activation="softmax")])
m.compile("adam", "sparse_categorical_crossentropy")
m.fit(np.random.rand(40, 5), y, batch_size=40, verbose=0)
""",
        words=("-1 to 1", "[0, 2)"),
    ),
    Fault(
        "labels from one, made in a helper",
        "labels-out-of-range",
        """
def load():
    stars = np.arange(50) % 5 + 1  # HERE
    return np.random.rand(50, 7), stars

x, y = load()
m = keras.Sequential()
m.add(keras.Input((7,)))
m.add(layers.Dense(5, activation="softmax"))
m.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy())
m.fit(x, y, batch_size=50, verbose=0)
""",
        words=("1 to 5", "max + 1 = 6"),
    ),
    Fault(
        "labels of a generator",
        "labels-out-of-range",
        """
def batches():
    while True:
        yield np.random.rand(16, 6), np.arange(16) % 10

m = keras.Sequential([
    keras.Input((6,)),
    layers.Dense(8, activation="softmax"),  # HERE
])
m.compile("adam", "sparse_categorical_crossentropy")
m.fit(batches(), steps_per_epoch=4, verbose=0)
""",
        words=("[0, 8)", "max + 1 = 10"),
    ),
    Fault(
        "own metric counts probabilities",
        "probabilities-as-classes",
        """
class Hits(keras.metrics.Metric):
    def __init__(self, name="hits", **kwargs):
        super().__init__(name=name, **kwargs)
        self.right = self.add_weight(name="right", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        truth = ops.reshape(ops.cast(y_true, "int32"), (-1,))
        picked = ops.reshape(ops.cast(y_pred, "int32"), (-1,))  # HERE
        self.right.assign_add(ops.sum(ops.cast(ops.equal(truth, picked), "float32")))

    def result(self):
        return self.right

m = keras.Sequential([keras.Input((6,)), layers.Dense(4, activation="softmax")])
m.compile("adam", "sparse_categorical_crossentropy", metrics=[Hits()])
m.fit(np.random.rand(32, 6), np.random.randint(0, 4, 32), batch_size=32, verbose=0)
""",
        words=("128 = 32 * 4",),
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_labels_that_do_not_fit_are_explained(fault: Fault) -> None:
    check(fault)
