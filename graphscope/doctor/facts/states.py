"""The states that a recurrent layer has, and those that it is given."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.home import argument_node, bases_of, written_at
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.fixes.arguments import find_argument
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.origins import (
    Origin,
    trace_dimension,
    trace_expression_dimension,
    trace_value,
)
from graphscope.doctor.records import CallRecord, Frame, Shape, Spec
from graphscope.doctor.source import SourceFile
from graphscope.doctor.wording import at, label, place_of, plural, shape

_KINDS = {"LSTM": ("h", "c"), "GRU": ("h",), "SimpleRNN": ("h",), "ConvLSTM": ("h", "c")}


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """What a recurrent layer was given as its first states.

    Attributes:
        layer: the recurrent layer, or the Bidirectional around one.
        call: its call.
        needed: the size of each of its own states; None for one that is not plain.
        tensors: those given.
        shapes: theirs.
        rank: of one state.
        meaning: what the layer needs, in words.
        makers: the calls that made the given ones.
        file, node, frame: the `initial_state` expression.
    """

    layer: Any
    call: CallRecord
    needed: list[int | None]
    tensors: list[Any]
    shapes: list[Shape | None]
    rank: int
    meaning: str
    makers: list[CallRecord | None]
    file: SourceFile | None
    node: ast.expr | None
    frame: Frame | None

    @property
    def from_bidirectional(self) -> bool:
        """Whether all given states come from one Bidirectional layer."""
        return bool(self.makers) and all(
            each is not None and "Bidirectional" in bases_of(each.operation) for each in self.makers
        )

    @property
    def is_joined(self) -> bool:
        """Whether a given state was concatenated from others."""
        return any(each is not None and each.class_name == "Concatenate" for each in self.makers)

    def origin(self, case: Case, index: int, axis: int) -> Origin:
        """Return what fixed the size of a given state."""
        nodes = self.node.elts if isinstance(self.node, ast.List | ast.Tuple) else [self.node]
        node = nodes[index] if index < len(nodes) else None
        if self.makers[index] is None and node is not None and self.frame is not None:
            return trace_expression_dimension(case, node, axis, self.frame)
        return trace_dimension(case, self.tensors[index], axis, self.call)


def states_given(case: Case, call: CallRecord) -> States | None:
    """Return the states that a call of a recurrent layer was given; None when it was given none."""
    layer = call.operation
    needed = needed_states(layer)
    if needed is None:
        return None
    given = call.kwargs.get("initial_state", call.args[1] if len(call.args) > 1 else None)
    tensors = _flat(given)
    if not tensors:
        return None
    written = written_at(case, call)
    node = argument_node(call, written[1], "initial_state") if written else None
    return States(
        layer, call, needed, tensors, [_shape(call, each) for each in tensors], _rank(layer),
        _meaning(layer, needed), [outer_maker(case, each) for each in tensors],
        written[0] if written else None, node, written[2] if written else None,
    )  # fmt: skip


def needed_states(layer: Any) -> list[int | None] | None:
    """Return the sizes of a recurrent layer's states; None for other layers."""
    names = bases_of(layer)
    if "Bidirectional" in names:
        halves = [needed_states(layer.forward_layer), needed_states(layer.backward_layer)]
        return None if None in halves else [size for half in halves for size in half or ()]
    if not names & {"RNN", "ConvLSTM"}:
        return None
    if "ConvLSTM" in names:  # its state_size does not tell that it has h and c
        return [layer.cell.filters] * 2
    return [each if isinstance(each, int) else None for each in _flat(layer.state_size)]


def recurrent_part(layer: Any) -> Any:
    """Return the recurrent layer inside a Bidirectional one."""
    return getattr(layer, "forward_layer", layer)


def own_units(case: Case, layer: Any) -> Origin | None:
    """Return where the units of a recurrent layer came from."""
    made = creation_call(case, recurrent_part(layer))
    if made is None:
        return None
    file, call, frame = made
    for name in ("units", "filters"):
        node = find_argument(call, type(recurrent_part(layer)), name)
        if node is not None:
            return trace_value(case, node, frame, file=file)
    return None


def outer_maker(case: Case, tensor: Any) -> CallRecord | None:
    """Return the layer call of the user's that made a tensor: not the half of a Bidirectional."""
    call = case.recording.producer_of(tensor)
    while call is not None and call.parent is not None and bases_of(call.parent.operation) & {
        "Bidirectional", "RNN",
    }:  # fmt: skip
        call = call.parent
    return call


def told_sources(case: Case, states: States) -> list[str]:
    """Say which layers the given states come from, each layer once."""
    told: dict[int, str] = {}
    pairs = list(zip(states.shapes, states.makers, strict=True))
    for maker in states.makers:
        if maker is None or id(maker) in told:
            continue
        sizes = [shape(found) for found, each in pairs if each is maker]
        layer, count = maker.operation, len(sizes)
        come = "A state comes" if count == 1 else f"{count} states come"
        told[id(maker)] = (
            f"{come} from {label(layer)}{at(case, place_of(case, layer))}: {', '.join(sizes)}"
            f"{_halves(layer, count)}."
        )
    return list(told.values())


def _halves(layer: Any, count: int) -> str:
    if "Bidirectional" not in bases_of(layer):
        return ""
    return f" (a Bidirectional layer returns {count} states: forward h, c and backward h, c)" * (
        count == 4
    )


def _meaning(layer: Any, needed: list[int | None]) -> str:
    part = recurrent_part(layer)
    kind = next((_KINDS[name] for name in _KINDS if name in bases_of(part)), None)
    if kind is None:
        sizes = ", ".join(str(each) for each in needed)
        return f"{plural(len(needed), 'state')} of the sizes {sizes}"
    if part is not layer:
        names = [f"{way} {name}" for way in ("forward", "backward") for name in kind]
        return f"{len(needed)} states ({', '.join(names)})"
    return f"{plural(len(needed), 'state')} ({' and '.join(kind)})"


def _rank(layer: Any) -> int:
    part = recurrent_part(layer)
    return 2 + int(part.cell.rank) if "ConvLSTM" in bases_of(part) else 2


def _shape(call: CallRecord, tensor: Any) -> Shape | None:
    for given, spec in zip(call.inputs, call.input_specs, strict=False):
        if given is tensor:
            return spec.shape
    return shape_of(tensor)


def _flat(value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return [each for part in value for each in _flat(part)]
    return [value.shape] if isinstance(value, Spec) and value.shape is None else [value]
