"""Recurrent layers behind a tensor, and the calls that made them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.fixes.arguments import names_class
from graphscope.doctor.origins import history
from graphscope.doctor.records import CallRecord, Creation, Frame, Site
from graphscope.doctor.source import SourceFile


def dropping_layer(case: Case, tensor: Any, inside: CallRecord | None) -> CallRecord | None:
    """Return the call of the recurrent layer that gave its last step only, behind a tensor.

    Layers that keep the number of axes are passed: dropout, norms, activations, Dense.
    """
    for stage in reversed(history(case, tensor, inside=inside)):
        call = stage.call
        if not call.is_layer and call.parent is not None and returns_last_step(call.parent):
            call = call.parent
        if returns_last_step(call):
            return call
        given = call.input_specs[0].shape if call.input_specs else None
        if given is None or stage.shape is None or len(given) != len(stage.shape):
            return None
    return None


def returns_last_step(call: CallRecord) -> bool:
    """Whether a call is one of a recurrent layer without return_sequences."""
    return getattr(recurrent_part(call.operation), "return_sequences", None) is False


def recurrent_part(layer: Any) -> Any:
    """Return the recurrent layer inside a Bidirectional one, or the layer itself."""
    return getattr(layer, "forward_layer", layer)


@dataclass(frozen=True, slots=True, eq=False)
class Making:
    """The call in the source that made a recurrent layer.

    Attributes:
        layer: the layer that the call made; for Bidirectional the one it was given.
        file, call: the call.
        site: the frames that ran it, innermost first.
        count: how many layers were made by this call of the source.
        in_one_run: whether they were made by one run of the surrounding function: in a loop.
    """

    layer: Any
    file: SourceFile
    call: ast.Call
    site: Site
    count: int
    in_one_run: bool

    @property
    def frame(self) -> Frame:
        """The frame that ran the call."""
        return self.site[0]


def making_of(case: Case, layer: Any) -> Making | None:
    """Return the call that made a recurrent layer; None when the source does not show it."""
    creation = _users_creation(case, layer)
    if creation is None or not creation.site:
        return None
    found = case.program.call(creation.site[0])
    if found is None or not case.program.is_own(found[0].path):
        return None
    file, call = found
    if not names_class(file, call, type(creation.instance)):
        return None
    alike = [each for each in case.recording.creations if _same_place(each, creation)]
    outer = [each for each in alike if _same_run(each, creation)]
    return Making(creation.instance, file, call, creation.site, len(alike), len(outer) > 1)


def _users_creation(case: Case, layer: Any) -> Creation | None:
    """Return how a layer was made; Bidirectional makes copies of the one that it is given."""
    creation = case.recording.creation_of(layer)
    if creation is None or not hasattr(layer, "forward_layer"):
        return creation
    given = creation.args[0] if creation.args else creation.kwargs.get("layer")
    return case.recording.creation_of(given) if given is not None else None


def _same_place(one: Creation, other: Creation) -> bool:
    if not one.site or one.class_name != other.class_name:
        return False
    return one.site[0].position == other.site[0].position


def _same_run(one: Creation, other: Creation) -> bool:
    return [frame.position for frame in one.site] == [frame.position for frame in other.site]
