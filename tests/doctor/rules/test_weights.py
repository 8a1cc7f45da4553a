"""Weights that do not fit the model they are loaded or set into."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.conftest import cures, run_case

pytestmark = pytest.mark.tensorflow

OTHER_CLASSES = """
import keras
from keras import layers
def build(n_classes, width=32):
    return keras.Sequential([
        layers.Input((20,)),
        layers.Dense(width, activation="relu", name="hidden"),
        layers.Dense(n_classes, activation="softmax", name="leaf"),
    ])
build(7).save_weights("x.weights.h5")
model = build(3)
model.load_weights("x.weights.h5")
"""

OTHER_WIDTH = {
    "config.py": """
from dataclasses import dataclass
@dataclass
class Config:
    latent: int = 16
    hidden: int = 24
    classes: int = 4
""",
    "net.py": """
import keras
from keras import layers
class Net(keras.Model):
    def __init__(self, cfg):
        super().__init__()
        self.enc = layers.LSTM(cfg.hidden, name="enc")
        self.mid = layers.Dense(cfg.latent, name="mid")
        self.head = layers.Dense(cfg.classes, name="head")
    def call(self, x):
        return self.head(self.mid(self.enc(x)))
""",
    "train.py": """
import numpy as np
from config import Config
from net import Net
def make(**kw):
    m = Net(Config(**kw))
    m(np.zeros((1, 5, 3)))
    return m
def main():
    a = make(hidden=32)
    a.save_weights("a.weights.h5")
    b = make()
    b.load_weights("a.weights.h5")
main()
""",
}

LAYER_COUNT = """
import keras
from keras.layers import *
def trunk():
    return [Input((16, 16, 3)), Conv2D(8, 3, name="c1"), Conv2D(8, 3, name="c2"), GlobalAveragePooling2D()]
base = keras.Sequential(trunk())
base.save("t.h5")
full = keras.Sequential(trunk() + [Dense(5, name="mid"), Dense(2, name="head")])
full.load_weights("t.h5")
"""

OLD_FILE = """
import keras
from keras.layers import *
def net(c):
    return keras.Sequential([Input((16, 16, 3)), Conv2D(c, 3, name="c1"), GlobalAveragePooling2D(), Dense(2)])
net(8).save("t.h5")
full = net(6)
full.load_weights("t.h5")
"""

NEW_HEAD = """
import keras
from keras.layers import *
def trunk():
    return [Input((16, 16, 3)), Conv2D(8, 3, name="c1"), Conv2D(8, 3, name="c2"), GlobalAveragePooling2D()]
base = keras.Sequential(trunk())
base.save_weights("t.weights.h5")
full = keras.Sequential(trunk() + [Dense(2, name="head")])
full.load_weights("t.weights.h5")
"""

TRANSPOSED = """
import numpy as np, keras
from keras import layers
state = {"fc.weight": np.random.randn(6, 15), "fc.bias": np.random.randn(6)}
model = keras.Sequential([layers.Input((15,)), layers.Dense(6, name="fc")])
for name in ["fc"]:
    model.get_layer(name).set_weights([state[f"{name}.weight"], state[f"{name}.bias"]])
"""

KERNEL_ORDER = """
import numpy as np, keras
from keras import layers
w = np.random.randn(8, 3, 5, 5); b = np.zeros(8)
model = keras.Sequential([layers.Input((20, 20, 3)), layers.Conv2D(8, 5, name="conv")])
model.layers[0].set_weights([w, b])
"""

NO_BIAS = """
import numpy as np, keras
from keras import layers
w = np.random.randn(15, 6)
model = keras.Sequential([layers.Input((15,)), layers.Dense(6, name="fc")])
model.layers[0].set_weights([w])
"""

NO_LIST = """
import numpy as np, keras
from keras import layers
w = np.random.randn(15, 6)
model = keras.Sequential([layers.Input((4,)), layers.Embedding(15, 6)])
model.layers[0].set_weights(w)
"""

WRONG_ORDER = """
import numpy as np, keras
from keras import layers
w = np.random.randn(15, 6); b = np.zeros(6)
model = keras.Sequential([layers.Input((15,)), layers.Dense(6)])
model.layers[0].set_weights([b, w])
"""

VECTORS = """
import numpy as np, keras
from keras.layers import *
vocab = 500
EMBEDDING_DIM = 100
glove = np.random.rand(vocab + 1, 300)
model = keras.Sequential()
model.add(Input((20,)))
model.add(Embedding(vocab + 1, EMBEDDING_DIM))
model.layers[0].set_weights([glove])
"""

PADDING_ROW = """
import numpy as np, keras
from keras.layers import *
def load_vectors(words, dim):
    matrix = np.zeros((len(words), dim))
    for i, w in enumerate(words):
        matrix[i] = len(w)
    return matrix
words = ["a", "bb", "ccc"] * 10
dim = 8
matrix = load_vectors(words, dim)
emb = Embedding(len(words) + 1, dim, name="words", weights=[matrix], trainable=False)
model = keras.Sequential([Input((20,)), emb, LSTM(3)])
"""

UNBUILT = """
import numpy as np, keras
from keras import layers
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(4)
    def call(self, x):
        return self.d(x)
x = np.zeros((8, 10), "float32")
a = Net(); a(x)
a.save_weights("n.weights.h5")
b = Net()
b.load_weights("n.weights.h5")
print(b.predict(x, verbose=0).shape)
"""

UNBUILT_SEQUENTIAL = """
import numpy as np, keras
from keras import layers
def net():
    return keras.Sequential([layers.Dense(4, activation="relu"), layers.Dense(1)])
x = np.zeros((8, 10), "float32")
a = net(); a.build((None, 10))
a.save_weights("n.weights.h5")
b = net()
b.load_weights("n.weights.h5")
"""

CUSTOM_LAYER = """
import numpy as np, keras
from keras import layers
class Scale(layers.Layer):
    def build(self, s):
        self.g = self.add_weight(shape=(s[-1],))
    def call(self, x):
        return x * self.g
m = keras.Sequential([layers.Input((4,)), Scale(), layers.Dense(1)])
m.save("m.keras")
again = keras.models.load_model("m.keras")
"""

CUSTOM_LOSS = """
import numpy as np, keras
from keras import layers
def my_loss(a, b):
    return (a - b) ** 2
m = keras.Sequential([layers.Input((4,)), layers.Dense(1)])
m.compile("adam", my_loss)
m.fit(np.zeros((4, 4)), np.zeros((4, 1)), verbose=0)
m.save("m.keras")
again = keras.saving.load_model("m.keras")
"""

ENDING = """
import numpy as np, keras
from keras import layers
PATH = "weights_best.h5"
m = keras.Sequential([layers.Input((4,)), layers.Dense(1)])
m.save_weights(PATH)
m.load_weights(PATH)
"""

NO_ENDING = """
import numpy as np, keras
from keras import layers
m = keras.Sequential([layers.Input((4,)), layers.Dense(1)])
m.save("out_model")
"""

ASSIGNED = """
import numpy as np, keras
from keras import layers
m = keras.Sequential([layers.Input((4,)), layers.Dense(3)])
m.layers[0].kernel.assign(np.zeros((3, 4)))
"""

MISSPELT = """
import numpy as np, keras
from keras import layers
m = keras.Sequential([layers.Input((4,)), layers.Dense(1)])
m.save_weights("best.weights.h5")
m.load_weights("bset.weights.h5")
"""

CASES = [
    pytest.param(
        OTHER_CLASSES,
        "weights-of-other-model",
        11,
        ("saved kernel (32, 7), model kernel (32, 3)", "the number of classes"),
        True,
        id="other-classes",
    ),
    pytest.param(
        OTHER_WIDTH,
        "weights-of-other-model",
        6,
        ("layer 'enc' (LSTM)", "saved kernel (3, 128)"),
        True,
        id="other-width",
    ),
    pytest.param(
        LAYER_COUNT,
        "weights-layer-count",
        9,
        ("2 layers with weights", "has 4", "the head is not in the file"),
        True,
        id="layer-count",
    ),
    pytest.param(
        OLD_FILE,
        "weights-of-other-model",
        7,
        ("The number of filters differs: 8 in the file, 6 in the model",),
        True,
        id="old-file",
    ),
    pytest.param(
        NEW_HEAD, "weights-layer-count", 9, ("Not in the file: 'head'",), True, id="new-head"
    ),
    pytest.param(
        TRANSPOSED,
        "weights-set",
        7,
        ("Dense kernel of 'fc' is (15, 6), received (6, 15)", "PyTorch stores (out, in)"),
        True,
        id="transposed",
    ),
    pytest.param(
        KERNEL_ORDER,
        "weights-set",
        6,
        ("(5, 5, 3, 8), received (8, 3, 5, 5)",),
        True,
        id="kernel-order",
    ),
    pytest.param(NO_BIAS, "weights-set", 6, ("The bias is missing",), True, id="no-bias"),
    pytest.param(NO_LIST, "weights-set", 6, ("put it in a list",), True, id="no-list"),
    pytest.param(WRONG_ORDER, "weights-set", 6, ("received (6,)",), True, id="wrong-order"),
    pytest.param(
        VECTORS,
        "weights-set",
        5,
        ("The matrix has 300 columns", "Set EMBEDDING_DIM to 300"),
        True,
        id="vectors",
    ),
    pytest.param(PADDING_ROW, "weights-set", 5, ("They differ by one",), True, id="padding-row"),
    pytest.param(UNBUILT, "weights-before-build", 14, ("has not been built",), True, id="unbuilt"),
    pytest.param(
        UNBUILT_SEQUENTIAL,
        "weights-before-build",
        10,
        ("has not been built",),
        True,
        id="unbuilt-sequential",
    ),
    pytest.param(
        CUSTOM_LAYER, "custom-objects", 11, ("the custom class 'Scale'",), True, id="custom-layer"
    ),
    pytest.param(
        CUSTOM_LOSS,
        "custom-objects",
        10,
        ("the custom function 'my_loss'",),
        True,
        id="custom-loss",
    ),
    pytest.param(ENDING, "weights-file-name", 4, ("must end in .weights.h5",), True, id="ending"),
    pytest.param(NO_ENDING, "weights-file-name", 5, ("must end in .keras",), True, id="no-ending"),
    pytest.param(ASSIGNED, "weights-set", 5, ("transpose the matrix",), True, id="assigned"),
    pytest.param(MISSPELT, "weights-file-name", 6, ("best.weights.h5",), True, id="misspelt"),
]


@pytest.mark.parametrize(("source", "rule", "line", "parts", "is_cured"), CASES)
def test_explains_and_cures(
    source: str | dict[str, str],
    rule: str,
    line: int,
    parts: tuple[str, ...],
    is_cured: bool,
) -> None:
    found = run_case(source)[0]
    text = "\n".join([found.message, *(fact.text for fact in found.evidence)])
    assert found.rule == rule
    assert found.places[0].line == line
    for part in parts:
        assert part in text
    if is_cured:
        assert cures(source, found.fixes[0])
