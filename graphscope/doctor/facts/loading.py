"""The weights that did not fit, as Keras's own frames held them when it refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.saved import SavedFile, SavedLayer
from graphscope.doctor.findings import Place
from graphscope.doctor.records import Frame
from graphscope.doctor.source import SourceFile

Sizes = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Misfit:
    """A weight and what was to be put into it.

    Attributes:
        layer: the layer.
        variable: the weight.
        needed: its shape.
        given: the shape of the value.
        index: which of the layer's weights it is.
        path: where the value stands in a file.
    """

    layer: Any
    variable: Any
    needed: Sizes
    given: Sizes
    index: int = 0
    path: str = ""

    @property
    def weight_name(self) -> str:
        """The weight's own name: `kernel`."""
        return str(getattr(self.variable, "name", "") or "weight")

    @property
    def axes(self) -> list[int]:
        """The axes on which the shapes differ; empty when the ranks do."""
        if len(self.needed) != len(self.given):
            return []
        pairs = zip(self.needed, self.given, strict=True)
        return [axis for axis, (mine, other) in enumerate(pairs) if mine != other]


@dataclass(frozen=True, slots=True, eq=False)
class Refused:
    """A layer that a file could not be loaded into for another reason: `text` says which."""

    layer: Any
    path: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class UserCall:
    """The user's call by which weights came in: `model.load_weights(...)`."""

    file: SourceFile
    node: ast.Call
    frame: Frame

    @property
    def place(self) -> Place:
        """The line of the call."""
        return Place(self.file.path, self.node.lineno)


def user_call(case: Case, *names: str) -> UserCall | None:
    """Return the innermost call of a function of one of these names in the user's frames."""
    for frame in case.failure.site if case.failure else ():
        found = case.program.call(frame)
        if found is not None and function_name(found[1]) in names:
            return UserCall(found[0], found[1], frame)
    return None


def keras_locals(case: Case, function: str) -> Mapping[str, Any] | None:
    """Return the variables of the innermost framework frame of a function.

    Frames of exceptions that a vaguer one followed count too.
    """
    for name, _, _, variables in case.failure.keras_frames if case.failure else ():
        if name.rpartition(".")[2] == function:
            return variables
    error = case.failure.exception if case.failure else None
    for _ in range(4):
        error = (error.__cause__ or error.__context__) if error else None
        frames = list(_frames(error.__traceback__ if error else None))
        found = [held for code, held in frames if code == function]
        if found:
            return found[-1]
    return None


def refused_layers(case: Case, model: Any, saved: SavedFile | None) -> list[Misfit | Refused]:
    """Return every layer that a file could not be loaded into, in the order of the model."""
    variables = keras_locals(case, "_raise_loading_failure")
    if variables is None:
        return list(_old_misfit(case))
    found = [_refused(*pair) for pair in variables["error_msgs"].values()]
    found = [each for each in found if not getattr(each.layer, "layers", None)] or found
    if saved is None or not any(isinstance(each, Refused) for each in found):
        return found
    # Keras looks for a layer under several names and tells of the last one; the shapes tell which
    # part of the file is meant.
    pairs = pair_up(model, saved)
    return [_paired(each, pairs) if isinstance(each, Refused) else each for each in found]


def pair_up(model: Any, saved: SavedFile) -> dict[int, SavedLayer]:
    """Return which part of a file belongs to which layer, by `id`: alike, or else of one kind."""
    layers = [each for each in _leaves(model) if own_weights(each)]
    left = list(saved.layers)
    pairs: dict[int, SavedLayer] = {}
    for is_alike in (_is_equal, _is_of_kind):
        for layer in layers:
            if id(layer) in pairs:
                continue
            part = next((each for each in left if is_alike(layer, each)), None)
            if part is not None:
                pairs[id(layer)] = part
                left.remove(part)
    return pairs


def own_weights(layer: Any) -> list[Any]:
    """Return the weights that a layer itself holds, in the order in which they are saved."""
    return [*layer._trainable_variables, *layer._non_trainable_variables]


def _leaves(model: Any) -> list[Any]:
    flatten = getattr(model, "_flatten_layers", None)
    return list(flatten(include_self=False)) if flatten else []


def _is_equal(layer: Any, part: SavedLayer) -> bool:
    return part.shapes == tuple(tuple(each.shape) for each in own_weights(layer))


def _is_of_kind(layer: Any, part: SavedLayer) -> bool:
    ranks = [len(each.shape) for each in own_weights(layer)]
    return ranks == [len(each) for each in part.shapes]


def _paired(refused: Refused, pairs: Mapping[int, SavedLayer]) -> Misfit | Refused:
    part = pairs.get(id(refused.layer))
    if part is None:
        return refused
    for index, variable in enumerate(own_weights(refused.layer)):
        needed, given = tuple(variable.shape), part.shapes[index]
        if needed != given:
            return Misfit(refused.layer, variable, needed, given, index, part.path)
    return refused


def shown_layer(model: Any, layer: Any) -> Any:
    """Return the layer of the model that a user knows: the LSTM, not the cell inside of it."""
    for outer in getattr(model, "layers", None) or ():
        flatten = getattr(outer, "_flatten_layers", None)
        inner = list(flatten(include_self=False)) if flatten else []
        if any(each is layer for each in inner) and not getattr(outer, "layers", None):
            return outer
    return layer


def _refused(layer: Any, error: BaseException) -> Misfit | Refused:
    path, value, variable = "", None, None
    for _, variables in _frames(error.__traceback__):
        path = variables.get("inner_path", path)
        holder = variables.get("self")
        if "value" in variables and hasattr(holder, "assign") and hasattr(holder, "shape"):
            value, variable = variables["value"], holder
    if variable is None or value is None or not hasattr(value, "shape"):
        return Refused(layer, str(path), str(error))
    index = next((i for i, each in enumerate(own_weights(layer)) if each is variable), 0)
    return Misfit(layer, variable, tuple(variable.shape), tuple(value.shape), index, str(path))


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_name, traceback.tb_frame.f_locals
        traceback = traceback.tb_next


def _old_misfit(case: Case) -> Iterator[Misfit]:
    """What the loader of `.h5` files of Keras 2 was about to set."""
    variables = keras_locals(case, "_set_weights")
    if variables is None or "weight_values" not in variables:
        return
    index = variables.get("i", 0)
    variable, value = variables["symbolic_weights"][index], variables["weight_values"][index]
    name = str((keras_locals(case, "load_weights_from_hdf5_group") or {}).get("name", ""))
    if tuple(variable.shape) != tuple(value.shape):
        yield Misfit(
            variables["instance"], variable, tuple(variable.shape), tuple(value.shape), index, name
        )
