"""Checks of source: what they find, the fix, and what they leave alone."""

from __future__ import annotations

import textwrap

import pytest

from graphscope.doctor.source import SourceFile
from graphscope.doctor.static import check_source

PATH = "/p/train.py"


def found(text: str) -> list[tuple[str, int]]:
    file = SourceFile(PATH, textwrap.dedent(text))
    return [(each.rule, each.places[0].line) for each in check_source(file)]


def fixed(text: str, number: int = 0) -> str:
    """The text after the first diagnosis's fix, which must leave nothing to find."""
    text = textwrap.dedent(text)
    diagnosis = check_source(SourceFile(PATH, text))[0]
    after = diagnosis.fixes[number].apply({PATH: text})[PATH]
    assert found(after) == []
    return after


NOT_CALLED = """\
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense

net = Sequential
net.add(Dense(4))
"""


def test_class_not_called() -> None:
    assert found(NOT_CALLED) == [("class-not-instantiated", 4)]
    assert "net = Sequential()\n" in fixed(NOT_CALLED)


def test_an_alias_of_the_class_is_fine() -> None:
    assert found("import keras\nS = keras.Sequential\nnet = S()\nnet.compile('adam')\n") == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("keras.Input(shape=784)", "keras.Input(shape=(784,))"),
        ("keras.Input(shape=(784))", "keras.Input(shape=(784,))"),
        ("keras.Input(784)", "keras.Input((784,))"),
        ("keras.Input((784))", "keras.Input((784,))"),
        ("layers.Dense(4, input_shape=(10))", "layers.Dense(4, input_shape=(10,))"),
    ],
)
def test_input_shape_int(code: str, expected: str) -> None:
    text = f"import keras\nfrom keras import layers\nx = {code}\n"
    assert found(text) == [("shape-not-a-tuple", 3)]
    assert fixed(text).endswith(f"x = {expected}\n")


def test_input_shape_tuple_is_fine() -> None:
    assert found("import keras\nx = keras.Input((784,))\ny = keras.Input(shape=SIZE)\n") == []


ADD_WEIGHT = """\
import keras

class Scale(keras.layers.Layer):
    def build(self, shape):
        self.scale = self.add_weight("scale", (shape[-1],), trainable=True)
"""


def test_add_weight_with_the_name_first() -> None:
    assert found(ADD_WEIGHT) == [("add-weight-name-first", 5)]
    assert 'self.add_weight(name="scale", shape=(shape[-1],), trainable=True)' in fixed(ADD_WEIGHT)


NO_SUPER = '''\
from keras import Model, layers

class Net(Model):
    def __init__(self, units):
        """Make it."""
        self.dense = layers.Dense(units)
'''


def test_missing_super_init() -> None:
    assert found(NO_SUPER) == [("missing-super-init", 4)]
    assert "        super().__init__()\n        self.dense" in fixed(NO_SUPER)


@pytest.mark.parametrize("call", ["super().__init__()", "Model.__init__(self)"])
def test_super_init_is_there(call: str) -> None:
    assert found(NO_SUPER.replace('"""Make it."""', call)) == []


def test_a_class_of_something_else_needs_no_super_init() -> None:
    assert found("class A(Base):\n    def __init__(self):\n        self.a = 1\n") == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x == np.nan", "np.isnan(x)"),
        ("np.nan == x", "np.isnan(x)"),
        ("x != float('nan')", "~np.isnan(x)"),
    ],
)
def test_nan_comparison(code: str, expected: str) -> None:
    text = f"import numpy as np\nbad = {code}\n"
    assert found(text) == [("nan-comparison", 2)]
    assert fixed(text).endswith(f"bad = {expected}\n")


def test_softmax_over_one_unit() -> None:
    text = "from keras import layers\nlast = layers.Dense(1, activation='softmax')\n"
    assert found(text) == [("softmax-over-one", 2)]
    assert 'activation="sigmoid"' in fixed(text)


SEQUENTIAL = """\
import keras
from keras import layers

def build():
    model = keras.Sequential([
        layers.Dense(8, activation="relu"),
        layers.Dense({head}),
        layers.Dropout(0.1),
    ])
    model.compile("adam", loss={loss})
    return model
"""
LOGITS = "keras.losses.CategoricalCrossentropy(from_logits=True)"


@pytest.mark.parametrize(
    ("head", "loss", "expected"),
    [
        ('3, activation="softmax"', LOGITS, [("softmax-from-logits", 7)]),
        ("3", LOGITS, []),
        ("3", '"categorical_crossentropy"', [("loss-and-head", 7)]),
        ("1", '"sparse_categorical_crossentropy"', [("loss-and-head", 7)]),
        ('3, activation="softmax"', '"categorical_crossentropy"', []),
        ("3, activation=chosen", '"categorical_crossentropy"', []),
        ("3", "chosen", []),
        ("1", '"mse"', []),
    ],
)
def test_loss_and_head_of_a_sequential(head: str, loss: str, expected: list[object]) -> None:
    assert found(SEQUENTIAL.format(head=head, loss=loss)) == expected


def test_fixes_of_a_softmax_before_from_logits() -> None:
    text = SEQUENTIAL.format(head='3, activation="softmax"', loss=LOGITS)
    assert "layers.Dense(3, activation=None)" in fixed(text)
    assert "from_logits=False" in fixed(text, 1)


def test_layers_that_are_added_count() -> None:
    text = """\
        from keras import Sequential
        from keras.layers import Dense
        model = Sequential()
        model.add(Dense(8, activation="relu"))
        model.add(Dense(3))
        model.compile("adam", "categorical_crossentropy")
        """
    assert found(text) == [("loss-and-head", 5)]
    assert found(text.replace("model.add(Dense(3))", "if deep: model.add(Dense(3))")) == []


FUNCTIONAL = """\
import keras
from keras import layers
x = keras.Input((8,))
kind = layers.Dense(3, activation="softmax")(x)
size = layers.Dense(1)(x)
model = keras.Model(x, [kind, size])
model.compile("adam", loss={loss})
"""


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ('["categorical_crossentropy"]', [("loss-count", 7)]),
        ('["categorical_crossentropy", "mse"]', []),
        ('["mse", *more]', []),
        ('{"kind": "mse"}', []),
    ],
)
def test_loss_count(loss: str, expected: list[object]) -> None:
    assert found(FUNCTIONAL.format(loss=loss)) == expected


def test_a_name_may_stand_for_several_outputs() -> None:
    text = FUNCTIONAL.replace("[kind, size]", "make(x)").format(loss='["mse", "mse"]')
    assert found(text) == []
