"""Initial weights that are far larger than what keeps signals their size, and edits of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.checks._settings import setting_node, setting_place
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.health.places import instance_of, label_of
from graphscope.doctor.health.training import Training
from graphscope.doctor.source import Editor
from graphscope.runs import LayerInfo

_KINDS = {
    "kernel_initializer": ("kernel", '"glorot_uniform"', 3.0),
    "depthwise_initializer": ("depthwise_kernel", '"glorot_uniform"', 3.0),
    "recurrent_initializer": ("recurrent_kernel", '"orthogonal"', 1.5),
}
"""By argument: the weight, its usual initializer, and how many times the usual size is too much.
What a recurrent layer makes larger it makes larger again in each step."""


@dataclass(frozen=True, slots=True)
class Oversized:
    """A layer that starts with weights that are too large.

    Attributes:
        info: the layer.
        told: which weights, in a sentence.
        place: where their initializer is written.
        fixes: the usual initializer in its place.
    """

    info: LayerInfo
    told: str
    place: Place | None
    fixes: tuple[Fix, ...]


def find_oversized(training: Training, layers: Iterable[LayerInfo]) -> Oversized | None:
    """Return the first of some layers whose initial weights are too large."""
    for info in layers:
        layer = instance_of(training, info)
        for name in _KINDS if layer is not None and training.case is not None else ():
            times = _times(layer, name)
            if times > _KINDS[name][2]:
                return _tell(training, info, layer, name, times)
    return None


def _times(layer: Any, name: str) -> float:
    """Return how many times larger weights start than He's rule has it, sqrt(2 / inputs)."""
    initializer = getattr(layer, name, None)
    width = getattr(initializer, "stddev", None)
    high = getattr(initializer, "maxval", None)
    if width is None and isinstance(high, int | float):
        width = (high - getattr(initializer, "minval", -high)) / math.sqrt(12)
    attribute = _KINDS[name][0]
    weight = getattr(layer, attribute, None)
    weight = weight if weight is not None else getattr(
        getattr(layer, "cell", None), attribute, None
    )  # fmt: skip
    shape = getattr(weight, "shape", None)
    if not isinstance(width, int | float) or shape is None or len(shape) < 2:
        return 0.0
    inputs = math.prod(int(size) for size in shape[:-1])
    return float(width) / math.sqrt(2 / inputs) if inputs else 0.0


def _tell(training: Training, info: LayerInfo, layer: Any, name: str, times: float) -> Oversized:
    assert training.case is not None
    initializer = getattr(layer, name)
    width = getattr(initializer, "stddev", None)
    width = f"stddev={width:g}" if width is not None else f"maxval={initializer.maxval:g}"
    told = (
        f"{label_of(training, info)} starts with {name}={type(initializer).__name__}({width}), "
        f"{times:.2g} times what keeps signals their size"
    )
    fixes = tuple(_fixes(training, layer, name))
    return Oversized(info, told, setting_place(training.case, name, layer), fixes)


def _fixes(training: Training, layer: Any, name: str) -> Iterator[Fix]:
    assert training.case is not None
    found = setting_node(training.case, name, layer)
    if found is None or not training.case.program.is_own(found[0].path):
        return
    usual = _KINDS[name][1]
    editor = Editor(found[0]).replace(found[1], usual)
    title = f"Start with weights of the usual size: {usual.strip(chr(34))}"
    fix = make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.8)
    if fix is not None:
        yield fix
