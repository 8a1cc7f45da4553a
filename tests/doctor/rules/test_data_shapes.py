"""Arrays and datasets whose shape is not what the model's input declares."""

# ruff: noqa: E501 - programs as their users wrote them

from __future__ import annotations

import pytest

from tests.doctor.rules.conftest import run_case
from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

NET = """
net = keras.Sequential([keras.Input((12, 2)), layers.LSTM(4), layers.Dense(1)])
net.compile("adam", "mse")
"""

FAULTS = [
    Fault("validation_not_batched", "data-batch-axis", NET + """
BATCH_SIZE = 16
def make(n, training):
    x = np.random.rand(n, 12, 2).astype("float32"); y = np.random.rand(n, 1)
    ds = tf.data.Dataset.from_tensor_slices((x, y))
    if training:
        ds = ds.shuffle(n).batch(BATCH_SIZE)
    return ds.prefetch(1)
net.fit(make(64, True), validation_data=make(32, False), epochs=1, verbose=0)  # HERE
""", ("(12, 2)", "not batched", "(None, 12, 2)"), "input_layer"),
    Fault("both_not_batched", "data-batch-axis", NET + """
def slices(n):
    return np.random.rand(n, 12, 2), np.random.rand(n)
train = tf.data.Dataset.from_tensor_slices(slices(40)).shuffle(40)  # HERE
test = tf.data.Dataset.from_tensor_slices(slices(20))
net.fit(train, epochs=1, verbose=0)
net.evaluate(test, verbose=0)
"""),
    Fault("lazy_model", "data-batch-axis", """
x = np.random.rand(40, 6).astype("float32"); y = np.random.rand(40, 1)
net = keras.Sequential([layers.Dense(4, activation="relu"), layers.Dense(1)])
net.compile("adam", "mse")
ds = tf.data.Dataset.from_tensor_slices((x, y)).prefetch(2)  # HERE
net.fit(ds, epochs=1, verbose=0)
""", ("(6,)",)),
    Fault("pydataset_of_samples", "data-batch-axis", """
class Data(keras.utils.PyDataset):
    def __len__(self):
        return 10
    def __getitem__(self, i):
        picture = np.random.rand(16, 16, 3).astype("float32")
        label = i % 2
        return picture, label  # HERE
net = keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(1)])
net.compile("adam", "mse")
net.fit(Data(), verbose=0)
""", ("(16, 16, 3)", "__getitem__")),
    Fault("one_row_in_a_compiled_function", "data-batch-axis", """
net = keras.Sequential([keras.Input((6,)), layers.Dense(3, activation="relu"), layers.Dense(1)])
@tf.function
def score(row):
    return net(row)  # HERE
for row in np.random.rand(5, 6).astype("float32"):
    print(score(tf.constant(row)).numpy().item())
"""),
    Fault("one_row_by_index", "data-batch-axis", NET + """
class Watch:
    def __init__(self, model, table):
        self.model, self.table = model, table
    def at(self, hour):
        return self.model.predict(self.table[hour], verbose=0)  # HERE
print(Watch(net, np.random.rand(30, 12, 2)).at(7))
""", ("one sample", "(12, 2)")),
    Fault("needless_axis", "data-batch-axis", NET + """
x = np.random.rand(30, 12, 2)
net.fit(x[None], np.random.rand(30), verbose=0)  # HERE
""", ("(1, 30, 12, 2)",)),
    Fault("lacking_channels_in_a_map", "data-channels", """
def parse(i):
    picture = tf.random.uniform((30, 40))
    return picture, i % 2
ds = tf.data.Dataset.range(32).map(parse).batch(8)
net = keras.Sequential([keras.Input((30, 40, 3), name="picture"), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(1)])  # HERE
net.compile("adam", "mse")
net.fit(ds, epochs=1, verbose=0)
""", ("channel axis is missing", "(None, 30, 40)"), "picture"),
    Fault("channels_of_training_only", "data-channels", """
pictures = np.random.rand(60, 8, 8)
x_train, x_test = pictures[:40], pictures[40:]  # HERE
x_train = np.stack([x_train] * 3, axis=-1)
net = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(2)])
net.compile("adam", "mse")
net.fit(x_train, np.zeros((40, 2)), verbose=0)
print(net.evaluate(x_test, np.zeros((20, 2)), verbose=0))
""", ("(20, 8, 8)",)),
    Fault("four_channels", "data-channels", """
class Pictures:
    def __init__(self, n):
        self.x = np.random.rand(n, 32, 32, 4).astype("float32")
def build():
    picture = keras.Input((32, 32, 3), name="picture")  # HERE
    h = layers.GlobalMaxPooling2D()(layers.Conv2D(4, 3)(picture))
    return keras.Model(picture, layers.Dense(5)(h))
p = Pictures(20); net = build(); net.compile("adam", "mse")
net.fit(p.x, np.zeros((20, 5)), verbose=0)
""", ("4 channels", "RGBA")),
    Fault("rank_for_a_subclass", "data-rank-for-layer", """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = layers.Conv2D(4, 3); self.head = layers.Dense(3)
    def call(self, x):
        return self.head(layers.Flatten()(self.conv(x)))
x = np.random.rand(20, 28, 28)
net = Net(); net.compile("adam", "mse")
net.fit(x, np.zeros((20, 3)), verbose=0)  # HERE
""", ("channel axis is missing",), "conv2d"),
    Fault("swapped_axes", "data-layout", """
steps, columns = 20, 3
raw = np.random.rand(50, columns, steps)  # HERE
net = keras.Sequential([keras.Input((steps, columns)), layers.Conv1D(4, 3), layers.Flatten(), layers.Dense(1)])
net.compile("adam", "mse")
net.fit(raw, np.zeros(50), verbose=0)
""", ("axes 1 and 2 are swapped", "transpose(0, 2, 1)")),
    Fault("flat_rows_for_all_calls", "data-layout", """
def load():
    return np.random.rand(50, 14, 14), np.random.randint(0, 10, 50)
x_train, y_train = load(); x_test, y_test = load()
net = keras.Sequential([keras.Input((196,)), layers.Dense(10, activation="softmax")])
net.compile("adam", "sparse_categorical_crossentropy")
net.fit(x_train, y_train, verbose=0)  # HERE
net.evaluate(x_test, y_test, verbose=0)
""", ("14 * 14 = 196",)),
    Fault("padded_otherwise", "data-size", """
from keras.utils import pad_sequences
rng = np.random.default_rng(0)
def texts(n):
    return [list(rng.integers(1, 50, rng.integers(3, 12))) for _ in range(n)]
LONGEST = 15
train = pad_sequences(texts(40), maxlen=LONGEST, padding="post")
words = keras.Input((LONGEST,))
net = keras.Model(words, layers.Dense(1)(layers.Flatten()(layers.Embedding(50, 4)(words))))
net.compile("adam", "mse")
net.fit(train, np.zeros(40), verbose=0)
new = pad_sequences(texts(5), padding="post")  # HERE
print(net.predict(new, verbose=0))
""", ("(None, 15)",)),
    Fault("fitted_twice", "data-size", """
from sklearn.feature_extraction.text import CountVectorizer
train = ["red cat runs", "blue dog sits", "green bird flies"]
test = ["old man walks far away", "red dog"]
count = CountVectorizer()
x_train = count.fit_transform(train).toarray()
x_test = count.fit_transform(test).toarray()  # HERE
net = keras.Sequential([keras.Input((x_train.shape[1],)), layers.Dense(1)])
net.compile("adam", "mse")
net.fit(x_train, np.zeros(3), verbose=0)
print(net.predict(x_test, verbose=0))
""", ("9 features", "vocabulary")),
    Fault("other_size_of_pictures", "data-size", """
from dataclasses import dataclass
@dataclass
class Settings:
    side: int = 48
    crop: int = 40  # HERE
s = Settings()
def build(side):
    return keras.Sequential([keras.Input((side, side, 3)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(2)])
net = build(s.side); net.compile("adam", "mse")
net.fit(np.random.rand(20, s.crop, s.crop, 3), np.zeros((20, 2)), verbose=0)
""", ("48x48", "40x40")),
    Fault("fixed_batch", "fixed-batch-size", """
B = 16
net = keras.Sequential([keras.Input(batch_shape=(B, 5, 2)), layers.LSTM(4, stateful=True), layers.Dense(1)])
net.compile("adam", "mse")
x = np.random.rand(96, 5, 2)
net.fit(x, np.zeros(96), batch_size=B, verbose=0)
print(net.predict(x, verbose=0).shape)  # HERE
""", ("exactly 16 rows", "received 32")),
    Fault("fixed_batch_remainder", "fixed-batch-size", """
net = keras.Sequential([keras.Input(batch_shape=(10, 5, 2)), layers.GRU(4, stateful=True, name="memory"), layers.Dense(1)])
net.compile("adam", "mse")
x = np.random.rand(96, 5, 2)
net.fit(x, np.zeros(96), batch_size=10, shuffle=False, verbose=0)  # HERE
""", ("96 rows in batches of 10 leave a last batch of 6",), "memory"),
    Fault("chained", "chained-models", """
painter = keras.Sequential([keras.Input((8,)), layers.Dense(7 * 7 * 4), layers.Reshape((7, 7, 4)), layers.Conv2DTranspose(1, 3, strides=2, padding="same")], name="painter")
critic = keras.Sequential([
    keras.Input((16, 16, 1)),  # HERE
    layers.Flatten(), layers.Dense(1),
], name="critic")
noise = keras.Input((8,))
both = keras.Model(noise, critic(painter(noise)))
both.compile("adam", "mse")
both.fit(np.random.rand(8, 8), np.ones((8, 1)), verbose=0)
""", ("(None, 16, 16, 1)", "(None, 14, 14, 1)", "painter"), "critic"),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_finds_and_cures(fault: Fault) -> None:
    check(fault)


def test_says_nothing_of_data_that_fits() -> None:
    found = run_case("""
        import numpy as np, keras
        from keras import layers
        net = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        net.compile("adam", "sparse_categorical_crossentropy")
        net.fit(np.random.rand(20, 4), np.random.rand(20, 7), verbose=0)
        """)
    assert not {each.rule for each in found if each.confidence > 0.5} & {
        "data-batch-axis", "data-channels", "data-layout", "data-size", "data-rank-for-layer",
    }  # fmt: skip
