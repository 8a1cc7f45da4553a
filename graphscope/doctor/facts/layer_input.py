"""What a layer needs of its input, and which expression gave a model its input shape."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.looking import look, shape_of
from graphscope.doctor.facts.upstream import makers_of
from graphscope.doctor.findings import Place
from graphscope.doctor.fixes.arguments import find_argument
from graphscope.doctor.fixes.names import frames_in
from graphscope.doctor.origins import Origin, history, trace_dimension
from graphscope.doctor.records import CallRecord, Creation, Frame
from graphscope.doctor.source import SourceFile

_MEANINGS = {
    "Conv1D": "(batch, steps, channels)",
    "Conv2D": "(batch, height, width, channels)",
    "Conv3D": "(batch, depth, height, width, channels)",
    "RNN": "(batch, time steps, features)",
    "Bidirectional": "(batch, time steps, features)",
    "RepeatVector": "(batch, features)",
}


def needed_ranks(layer: Any) -> tuple[int, int] | None:
    """Return the least and greatest rank that a layer takes; None when it does not say."""
    names = {base.__name__ for base in type(layer).__mro__}
    if names & {"BaseConv", "BaseConvTranspose", "BaseDepthwiseConv", "BaseSeparableConv"}:
        return (layer.rank + 2, layer.rank + 2)
    if "BasePooling" in names:
        rank = len(layer.pool_size) + 2
        return (rank, rank)
    specs = _flat(getattr(layer, "input_spec", None))
    if len(specs) != 1:
        return None
    spec = specs[0]
    if spec.ndim is not None:
        return (spec.ndim, spec.ndim)
    least = spec.min_ndim or 0
    most = getattr(spec, "max_ndim", None) or 99
    return (least, most) if least or most < 99 else None


def meaning_of_axes(layer: Any) -> str:
    """Return what the axes of a layer's input mean: `(batch, time steps, features)`."""
    names = [base.__name__ for base in type(layer).__mro__]
    if any(name.startswith("ConvLSTM2D") for name in names):
        return "(batch, time steps, height, width, channels)"
    for name in names:
        if name in _MEANINGS:
            return _MEANINGS[name]
    rank = needed_ranks(layer)
    dimensions = f"{rank[0] - 2}D" if rank else ""
    return _MEANINGS.get(f"Conv{dimensions}", "")


def layers_behind(case: Case, call: CallRecord) -> Iterator[CallRecord]:
    """Yield the layer calls behind the first input of a call, nearest first."""
    seen: set[int] = set()
    for stage in reversed(history(case, call.inputs[0], inside=call.parent)):
        found: CallRecord | None = stage.call
        while found is not None and not found.is_layer:
            found = found.parent
        if found is not None and found is not call.parent and id(found) not in seen:
            seen.add(id(found))
            yield found


def _flat(spec: Any) -> list[Any]:
    import keras

    if isinstance(spec, keras.InputSpec):
        return [spec]
    if isinstance(spec, list | tuple):
        return [each for each in spec if isinstance(each, keras.InputSpec)]
    return []


@dataclass(frozen=True, slots=True, eq=False)
class InputShape:
    """The expression that fixed the shape of a model's input.

    Attributes:
        layer: the InputLayer.
        shape: the input's shape, without the batch axis.
        file, node, frame: the expression in the source, and the frame that ran it.
        call: the call it is an argument of: `Input(...)`, or the first layer with `input_shape`.
        parameter: under which name it was given.
    """

    layer: Any
    shape: tuple[int | None, ...]
    file: SourceFile
    node: ast.expr
    frame: Frame
    call: ast.Call
    parameter: str

    @property
    def place(self) -> Place:
        """The line of the expression."""
        return Place(self.file.path, self.node.lineno)

    @property
    def text(self) -> str:
        """The call's own name with the argument: `Input(shape=(9,))`."""
        function = self.file.segment(self.call.func).rpartition(".")[2]
        return f"{function}({self.parameter}={self.file.segment(self.node)})"


def input_layer_of(case: Case, tensor: Any) -> Any:
    """Return the InputLayer at the far end of a tensor, along first inputs."""
    for _ in range(400):
        history = getattr(tensor, "_keras_history", None)
        if history is None:
            break
        if type(history.operation).__name__ == "InputLayer":
            return history.operation
        nodes = getattr(history.operation, "_inbound_nodes", [])
        if not nodes or not nodes[history.node_index].input_tensors:
            break
        tensor = nodes[history.node_index].input_tensors[0]
    for call in makers_of(case, tensor):
        operation = getattr(getattr(call.inputs[0], "_keras_history", None), "operation", None)
        if type(operation).__name__ == "InputLayer":
            return operation
    return None


def input_shape_of(case: Case, layer: Any) -> InputShape | None:
    """Return where the shape of an InputLayer is written; None when that is not to be seen."""
    creation = case.recording.creation_of(layer)
    if creation is None:
        return None
    shape = tuple(layer.batch_shape[1:])
    for made in (creation, *_first_layers(case, creation)):
        found = _expression(case, made)
        if found is not None:
            file, call, node, frame, parameter = found
            return InputShape(layer, shape, file, node, frame, call, parameter)
    return None


def _first_layers(case: Case, creation: Creation) -> Iterator[Creation]:
    """Yield layers that were given an input shape, for which Sequential made the InputLayer."""
    for made in reversed(case.recording.creations):
        given = set(made.kwargs) & {"input_shape", "batch_input_shape", "input_dim", "batch_shape"}
        if given and made is not creation and _near(made, creation):
            yield made


def _near(made: Creation, creation: Creation) -> bool:
    shape = tuple(creation.instance.batch_shape[1:])
    given = made.kwargs.get("input_shape")
    if given is None:
        return True
    return tuple(given) == shape if isinstance(given, list | tuple) else False


def _expression(
    case: Case, made: Creation
) -> tuple[SourceFile, ast.Call, ast.expr, Frame, str] | None:
    if not made.site:
        return None
    frame = made.site[0]
    found = case.program.call(frame)
    if found is None:
        return None
    file, call = found
    for name in ("shape", "input_shape", "batch_shape", "batch_input_shape"):
        node = next((each.value for each in call.keywords if each.arg == name), None)
        if node is None and name == "shape" and _makes_input(call):
            node = find_argument(call, _input_function(), "shape")
        if node is not None:
            return file, call, node, frame, name
    return None


def _makes_input(call: ast.Call) -> bool:
    function = call.func
    name = getattr(function, "attr", None) or getattr(function, "id", "")
    return name in {"Input", "InputLayer"}


def _input_function() -> Any:
    import keras

    return keras.Input


@dataclass(frozen=True, slots=True)
class ExpectedData:
    """An array that the program hands, or is about to hand, to a model.

    Attributes:
        text: its expression: `x_train`.
        shape: its shape, with the batch axis.
        method: `fit`, `predict`, ...
        place: the line that hands it over.
    """

    text: str
    shape: tuple[int | None, ...]
    method: str
    place: Place


_METHODS = {"fit", "predict", "evaluate", "train_on_batch", "predict_on_batch", "test_on_batch"}


def expected_data(case: Case) -> list[ExpectedData]:
    """Return the data of the program's calls of `fit`, `predict`, ... as far as they exist already.

    Read from the source and the frames that are alive, so that it answers also before the failing
    program has come to those calls.
    """
    found: list[ExpectedData] = []
    for file in case.program.files:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                given = _given(node) if node.func.attr in _METHODS else None
                shape = _shape_in_frames(case, file, node, given) if given else None
                if given is not None and shape:
                    place = Place(file.path, node.lineno)
                    found.append(ExpectedData(file.segment(given), shape, node.func.attr, place))
    return found


def _given(call: ast.Call) -> ast.expr | None:
    if call.args and not isinstance(call.args[0], ast.Starred):
        return call.args[0]
    return next((each.value for each in call.keywords if each.arg == "x"), None)


def _shape_in_frames(
    case: Case, file: SourceFile, call: ast.Call, given: ast.expr
) -> tuple[int | None, ...] | None:
    for frame, _ in frames_in(case, file, call):
        shape = shape_of(look(given, frame))
        if shape is not None:
            return shape
    return None


def input_size(case: Case, tensor: Any, axis: int) -> tuple[int, Origin] | None:
    """Return the size of the model's input along an axis, and where it came from.

    Args:
        case: the case.
        tensor: a tensor of the model.
        axis: of the input, from 0.
    """
    layer = input_layer_of(case, tensor)
    if layer is None or len(layer.batch_shape) <= axis or not layer.batch_shape[axis]:
        return None
    given = layer._inbound_nodes[0].output_tensors[0]
    return layer.batch_shape[axis], trace_dimension(case, given, axis)
