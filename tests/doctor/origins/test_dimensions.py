"""What fixed the axes of tensors, in programs that run under the recorder."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import pytest

from graphscope.doctor.case import Case
from graphscope.doctor.origins import (
    describe,
    diverge,
    history,
    tell_sizes,
    trace_dimension,
    trace_expression_dimension,
    trace_weight_dimension,
)
from graphscope.doctor.records import Recording
from graphscope.doctor.watching import make_failure, watching
from tests.unit.doctor.origins.programs import write

pytestmark = pytest.mark.tensorflow


def record(folder: Path, script: str, **files: str) -> Case:
    """Run a program under the recorder."""
    program = write(folder.resolve(), {"main.py": script, **files})
    recording = Recording()
    variables: dict[str, Any] = {"__name__": "__main__", "__file__": program.main}
    sys.path.insert(0, program.folder)
    before = set(sys.modules)
    failure = None
    try:
        with watching(recording):
            try:
                exec(compile(Path(program.main).read_text(), program.main, "exec"), variables)
            except Exception as error:  # noqa: BLE001 - whatever the program raises
                failure = make_failure(error, recording, program)
    finally:
        sys.path.remove(program.folder)
        for name in set(sys.modules) - before:
            path = getattr(sys.modules[name], "__file__", None) or ""
            if path.startswith(program.folder):
                del sys.modules[name]
    return Case(program, recording, failure, variables)


def origin(case: Case, name: str, axis: int) -> str:
    return describe(case, trace_dimension(case, case.globals[name], axis))


CONFIGURED = """
    from dataclasses import dataclass
    import keras
    from keras import layers
    from blocks import Projection, shrink
    TAGS = ["a", "b", "c"]
    @dataclass
    class Settings:
        size: int = 28
        widths: tuple = (8, 16)
        hidden: int = 12
    def build(settings):
        image = keras.Input((settings.size, settings.size, 1))
        x = image
        for width in settings.widths:
            x = shrink(x, width)
        flat = layers.Flatten()(x)
        hidden = Projection(settings.hidden, name="projection")(flat)
        return x, flat, hidden, layers.Dense(len(TAGS))(hidden)
    maps, flat, hidden, tags = build(Settings(hidden=20))
    """
BLOCKS = """
    from keras import layers
    def shrink(x, filters, kernel=3, stride=2):
        x = layers.Conv2D(filters, kernel, strides=stride)(x)
        return layers.BatchNormalization()(x)
    class Projection(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.inner = layers.Dense(units * 2)
            self.outer = layers.Dense(self.units)
        def call(self, x):
            return self.outer(self.inner(x))
    """


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return record(tmp_path_factory.mktemp("configured"), CONFIGURED, **{"blocks.py": BLOCKS})


def test_arithmetic_of_convolutions_leads_to_the_configured_size(configured: Case) -> None:
    assert origin(configured, "maps", 1) == (
        "6 <- (13 - 3) / 2 + 1 = 6 in Conv2D 'conv2d_1' blocks.py:3 <- "
        "floor((28 - 3) / 2) + 1 = 13 in Conv2D 'conv2d' blocks.py:3 <- "
        "Input(shape=(settings.size, settings.size, 1)) main.py:12 <- size: int = 28 main.py:8"
    )


def test_filters_come_through_a_loop_and_another_file(configured: Case) -> None:
    assert origin(configured, "maps", -1) == (
        "16 <- Conv2D(filters=filters) blocks.py:3 <- shrink(filters=width) main.py:15 <- "
        "for width in settings.widths main.py:14 <- widths: tuple = (8, 16) main.py:9"
    )


def test_flatten_multiplies(configured: Case) -> None:
    assert origin(configured, "flat", 1).startswith("576 <- 6 * 6 * 16 = 576 in Flatten 'flatten'")


def test_looks_into_a_layer_of_the_users(configured: Case) -> None:
    assert origin(configured, "hidden", 1) == (
        "20 <- Dense(units=self.units) blocks.py:10 <- self.units = units blocks.py:8 <- "
        "Projection(units=settings.hidden) main.py:17 <- Settings(hidden=20) main.py:19"
    )


def test_weights_know_their_input_and_their_units(configured: Case) -> None:
    layer = next(
        made.instance for made in configured.recording.creations if made.class_name == "Projection"
    )
    inner = layer.inner.kernel
    assert describe(configured, trace_weight_dimension(configured, inner, 0)).startswith(
        "576 <- 6 * 6 * 16 = 576 in Flatten"
    )
    assert describe(configured, trace_weight_dimension(configured, inner, 1)).startswith(
        "40 <- Dense(units=units * 2) blocks.py:9"
    )


def test_history_tells_how_a_map_shrinks(configured: Case) -> None:
    stages = history(configured, configured.globals["maps"], 1)
    assert tell_sizes(stages) == "28 -> 13 -> 6"
    assert [stage.class_name for stage in stages] == [
        "InputLayer", "Conv2D", "BatchNormalization", "Conv2D", "BatchNormalization",
    ]  # fmt: skip


def test_sequences_and_wrappers(tmp_path: Path) -> None:
    case = record(
        tmp_path,
        """
        import keras
        from keras import layers, ops
        HEADS = 7
        steps = keras.Input((10, 4))
        both = layers.Bidirectional(layers.LSTM(32, return_sequences=True))(steps)
        each = layers.TimeDistributed(layers.Dense(HEADS))(both)
        joined = layers.Concatenate()([both, each])
        flat = ops.reshape(joined, (-1, 71 * 10))
        moved = joined[:, None, :, 0]
        mixed = layers.MultiHeadAttention(2, 8)(each, both)
        """,
    )
    assert case.failure is None
    assert origin(case, "both", 2) == (
        "64 <- 2 * 32 = 64 in Bidirectional 'bidirectional' main.py:5 <- LSTM(units=32) main.py:5"
    )
    assert origin(case, "each", 2) == "7 <- Dense(units=HEADS) main.py:6 <- HEADS = 7 main.py:3"
    assert origin(case, "joined", 2).startswith("71 <- 64 + 7 = 71 in Concatenate")
    assert origin(case, "flat", 1).startswith("710 <- reshape(newshape=(-1, 71 * 10)) main.py:8")
    assert origin(case, "moved", 2) == "10 <- Input(shape=(10, 4)) main.py:4"
    assert origin(case, "mixed", 2) == origin(case, "each", 2)
    parting = diverge(case, case.globals["joined"], case.globals["mixed"])
    assert parting.common is not None
    assert [stage.class_name for stage in parting.right] == ["MultiHeadAttention"]


def test_nested_sequential_of_several_lines(tmp_path: Path) -> None:
    case = record(
        tmp_path,
        """
        import keras
        from keras import layers
        inner = keras.Sequential([
            keras.Input((32, 32, 3)),
            layers.Conv2D(
                8, 5, strides=2),
            layers.MaxPooling2D(2),
            layers.Conv2DTranspose(4, 3, strides=2),
            layers.Reshape((-1, 4)),
        ])
        out = inner(keras.Input((32, 32, 3)))
        """,
    )
    steps = trace_dimension(case, case.globals["out"], 1)
    texts = [each.text for each in steps.walk()]
    assert steps.text.startswith("15 * 15 * 4 / (4) = 225 in Reshape 'reshape")
    assert any(text.startswith("7 * 2 + max(3 - 2, 0) = 15") for text in texts)
    assert any(
        text.startswith("14 // 2") or text.startswith("(14 - 2) / 2 + 1 = 7") for text in texts
    )


def test_a_failing_merge_leads_to_both_branches(tmp_path: Path) -> None:
    case = record(
        tmp_path,
        """
        import keras
        from keras import layers
        def main(width=24):
            x = keras.Input((16, 16, 3), name="picture")
            left = layers.Conv2D(width, 3, padding="same", name="wide")(x)
            right = layers.Conv2D(width // 2, 3, padding="same", name="narrow")(x)
            return layers.Add(name="sum")([left, right])
        main()
        """,
    )
    assert case.failure is not None and case.failure.layer_call is not None
    call = case.failure.layer_call
    left, right = call.inputs
    parting = diverge(case, left, right)
    assert parting.common is not None and parting.common.name == "picture"
    assert [(stage.name, stage.shape) for stage in parting.right] == [
        ("narrow", (None, 16, 16, 12))
    ]
    assert describe(case, trace_dimension(case, right, -1)) == (
        "12 <- Conv2D(filters=width // 2) main.py:6 <- width // 2 = 12 main.py:6 <- "
        "width=24 main.py:3"
    )


def test_data_of_a_failing_fit_leads_to_the_statement_that_made_it(tmp_path: Path) -> None:
    case = record(
        tmp_path,
        """
        import keras, numpy as np
        from keras import layers
        def load(count):
            x = np.random.random((count, 9))
            return x.astype("float32"), np.zeros((count, 1))
        model = keras.Sequential([keras.Input((8,)), layers.Dense(4), layers.Dense(1)])
        model.compile("sgd", "mse")
        x, y = load(20)
        model.fit(x, y, verbose=0)
        """,
    )
    assert case.failure is not None and case.failure.layer_call is not None
    call = case.failure.layer_call
    assert describe(case, trace_dimension(case, call.inputs[0], -1, call)) == (
        "9 <- axis 1 of x (20, 9) main.py:9 <- x, y = load(20) main.py:8 <- "
        'x.astype("float32") main.py:5 <- x = np.random.random((count, 9)) main.py:4'
    )


def test_operators_inside_a_call_method(tmp_path: Path) -> None:
    case = record(
        tmp_path,
        """
        import keras
        from keras import layers, ops
        class Positions(layers.Layer):
            def __init__(self, steps, width, **kwargs):
                super().__init__(**kwargs)
                self.steps, self.width = steps, width
                self.lift = layers.Dense(width)
            def build(self, shape):
                self.first = self.add_weight(shape=(1, 1, self.width), name="first")
                self.table = self.add_weight(shape=(1, self.steps, self.width), name="table")
            def call(self, x):
                h = self.lift(x)
                first = ops.broadcast_to(self.first, (ops.shape(h)[0], 1, self.width))
                tokens = ops.concatenate([first, h], axis=1)
                return tokens + self.table
        STEPS = 9
        Positions(steps=STEPS, width=6)(keras.Input((STEPS, 4)))
        """,
    )
    assert case.failure is not None
    frame = case.failure.site[0]
    found = case.program.node(frame)
    assert found is not None and isinstance(found[1], ast.BinOp)
    left = trace_expression_dimension(case, found[1].left, 1, frame)
    right = trace_expression_dimension(case, found[1].right, 1, frame)
    assert left.text == "1 + 9 = 10 in ops.concatenate([first, h], axis=1)"
    assert any(each.text == "Input(shape=(STEPS, 4))" for each in left.walk())
    assert describe(case, right) == (
        "9 <- add_weight(shape=(1, self.steps, self.width)) main.py:10 <- "
        "self.steps, self.width = steps, width main.py:6 <- Positions(steps=STEPS) main.py:17 <- "
        "STEPS = 9 main.py:16"
    )


def test_one_of_several_inputs_given_by_name(tmp_path: Path) -> None:
    case = record(
        tmp_path,
        """
        import keras, numpy as np
        from keras import layers
        a = keras.Input((5,), name="left")
        b = keras.Input((7,), name="right")
        joined = layers.Concatenate()([a, b])
        model = keras.Model({"left": a, "right": b}, layers.Dense(1)(joined))
        data = {"left": np.ones((4, 5)), "right": np.ones((4, 6))}
        model.predict(data, verbose=0)
        """,
    )
    assert case.failure is not None and case.failure.layer_call is not None
    call = case.failure.layer_call
    index = next(i for i, spec in enumerate(call.input_specs) if (spec.shape or ())[-1] == 6)
    answer = describe(case, trace_dimension(case, call.inputs[index], -1, call))
    assert answer.startswith("6 <- axis 1 of data['right'] (4, 6) main.py:8")
    assert answer.endswith('"right": np.ones((4, 6)) main.py:7')


def test_a_partial_and_a_subclass_of_a_keras_layer(tmp_path: Path) -> None:
    case = record(
        tmp_path,
        """
        from functools import partial
        import keras
        from keras import layers
        conv = partial(layers.Conv2D, kernel_size=3, padding="same")
        class Head(layers.Dense):
            def __init__(self, classes, **kwargs):
                super().__init__(classes + 1, **kwargs)
        x = conv(12)(keras.Input((8, 8, 3)))
        x = conv(filters=6, strides=2)(x)
        out = Head(4)(x)
        """,
    )
    assert case.failure is None
    assert origin(case, "x", -1) == "6 <- Conv2D(filters=6) main.py:9"
    assert origin(case, "x", 1).startswith("4 <- ceil(8 / 2) = 4 in Conv2D")
    assert origin(case, "out", -1) == (
        "5 <- Head(units=classes + 1) main.py:7 <- classes + 1 = 5 main.py:7 <- "
        "Head(classes=4) main.py:10"
    )
