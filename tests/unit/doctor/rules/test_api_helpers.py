"""What the rules about Keras's interface know without Keras: names, sources, values."""

from __future__ import annotations

import ast

import pytest

from graphscope.doctor.facts import moved as _moved
from graphscope.doctor.facts import signatures as _signatures
from graphscope.doctor.facts.classes import (
    add_method,
    first_statement,
    is_super_call,
    method_of,
    own_nodes,
    returns_value,
)
from graphscope.doctor.findings import apply_edits
from graphscope.doctor.fixes.symbolic_fixes import OTHER_NAMES
from graphscope.doctor.rules.arguments.unknown_identifier import _closest, _Unknown
from graphscope.doctor.rules.protocol.no_gradients import _has_no_gradient
from graphscope.doctor.rules.protocol.train_step_result import _is_wrong, _logs
from graphscope.doctor.source import Editor, SourceFile


@pytest.mark.parametrize(
    ("module", "now"),
    [
        ("keras.layers.core", "keras.layers"),
        ("tensorflow.keras.layers.recurrent", "keras.layers"),
        ("keras.engine.topology", "keras.layers"),
        ("keras.utils.np_utils", "keras.utils"),
        ("keras.layers", None),
        ("numpy", None),
    ],
)
def test_modules_that_are_gone_are_somewhere_else(module: str, now: str | None) -> None:
    assert _moved.module_of(module) == now


def _train(units: int, learning_rate: float = 0.1, return_sequences: bool = False) -> None:
    raise NotImplementedError


@pytest.mark.parametrize(
    ("wrong", "taken", "right"),
    [
        ("lr", set(), "learning_rate"),
        ("hidden_size", set(), "units"),
        ("return_sequence", set(), "return_sequences"),
        ("rate", set(), "learning_rate"),
        ("lr", {"learning_rate"}, None),
        ("batch_first", set(), None),
    ],
)
def test_a_wrong_argument_has_a_successor(wrong: str, taken: set[str], right: str | None) -> None:
    assert _signatures.successor(wrong, _train, taken) == right


def test_old_names_are_told_from_misspelt_ones() -> None:
    assert _signatures.is_old_name("nb_filter")
    assert not _signatures.is_old_name("activaton")


@pytest.mark.parametrize(
    ("kind", "given", "best"),
    [
        ("optimizer", "AdamOptimizer", "adam"),
        ("optimizer", "Adm", "adam"),
        ("loss", "binary crossentropy", "binary_crossentropy"),
        ("loss", "rmse", "RootMeanSquaredError"),
        ("activation", 0, "linear"),
    ],
)
def test_the_closest_name_comes_first(kind: str, given: object, best: str) -> None:
    known = ["adam", "nadam", "sgd", "binary_crossentropy", "RootMeanSquaredError", "mse"]
    assert _closest(_Unknown(kind, given, ""), known)[0] == best


CLASS = '''\
class Net(Model):
    def __init__(self, n):
        """Make it."""
        self.n = n
        super(Net, self).__init__()

    def call(self, x):
        def inner():
            return 1
        y = self.n * x

    def train_step(self, data):
        loss = self.compute(data)
'''


def _net() -> tuple[SourceFile, ast.ClassDef]:
    file = SourceFile("/p/net.py", CLASS)
    return file, file.classes("Net")[0]


def test_reads_methods() -> None:
    _, node = _net()
    init, call = method_of(node, "__init__"), method_of(node, "call")
    assert init is not None
    assert call is not None
    assert method_of(node, "build") is None
    assert isinstance(first_statement(init), ast.Assign), "the docstring does nothing"
    assert any(is_super_call(each, "__init__") for each in own_nodes(init))
    assert not returns_value(call), "the return is that of a function inside"


@pytest.mark.parametrize("before", ["train_step", ""])
def test_adds_a_method_that_parses(before: str) -> None:
    file, node = _net()
    editor = add_method(Editor(file), node, "def build(self, shape):\n    pass", before)
    changed = SourceFile("/p/net.py", apply_edits(CLASS, editor.edits()))
    names = [each.name for each in changed.classes("Net")[0].body if hasattr(each, "name")]
    expected = ["__init__", "call", "train_step"]
    expected.insert(2 if before else 3, "build")
    assert names == expected


@pytest.mark.parametrize(
    ("body", "is_wrong", "logs"),
    [
        ("loss = self.mean(data)", True, '{"loss": loss}'),
        ("loss = self.mean(data)\n    return loss", True, '{"loss": loss}'),
        ("return 1.0, 2.0", True, '{"loss": 1.0}'),
        ('loss = f(data)\n    {"loss": loss}', True, '{"loss": loss}'),
        ("for m in self.metrics:\n        m.update_state(1)", True, None),
        ("return {m.name: m.result() for m in self.metrics}", False, None),
        ("logs = dict(a=1)\n    return logs", False, None),
        ("return super().train_step(data)", False, None),
    ],
)
def test_a_step_must_return_its_logs(body: str, is_wrong: bool, logs: str | None) -> None:
    file = SourceFile("/p/s.py", f"def train_step(self, data):\n    {body}\n")
    method = file.functions("train_step")[0]
    assert _is_wrong(method) == is_wrong
    if is_wrong:
        values = [n.value for n in ast.walk(method) if isinstance(n, ast.Return) and n.value]
        wanted = logs or "{m.name: m.result() for m in self.metrics}"
        assert _logs(file, method, values) == wanted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ops.argmax(p, axis=-1)", True),
        ("tf.round(p)", True),
        ("p > 0.5", True),
        ('ops.cast(p, "int32")', True),
        ('ops.cast(p, "float32")', False),
        ("ops.mean(p)", False),
        ("weights is None", False),
    ],
)
def test_steps_have_no_gradient(text: str, expected: bool) -> None:
    assert _has_no_gradient(ast.parse(text, mode="eval").body) == expected


def test_names_of_other_libraries_differ_from_those_of_keras() -> None:
    assert OTHER_NAMES["reduce_mean"] == "mean"
    assert OTHER_NAMES["concat"] == "concatenate"
