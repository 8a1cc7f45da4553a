"""Deep ReLU layers whose initial weights make activations grow from layer to layer."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._settings import setting_node, setting_place, trained_layers
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import distinct, label, place_of

ID = "large-initial-weights"

_TOTAL = 1000.0
"""How many times larger the activations may become over all layers."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Multiply the growth of all Dense layers with an initializer of a fixed width."""
    for _, layers in trained_layers(case):
        if any("Normalization" in type(each).__name__ for each in layers):
            continue
        grown = [(each, growth) for each in layers if (growth := _growth(each)) is not None]
        total = 1.0
        for _, growth in grown:
            total *= growth
        if len(grown) >= 2 and total >= _TOTAL:
            yield _tell(case, [each for each, _ in grown], grown[0][1], total)


def _growth(layer: Any) -> float | None:
    """Return by how much a layer with ReLU scales the size of what it receives."""
    if type(layer).__name__ != "Dense" or not hasattr(layer, "kernel"):
        return None
    initializer = layer.kernel_initializer
    width = getattr(initializer, "stddev", None)
    if width is None and isinstance(high := getattr(initializer, "maxval", None), int | float):
        width = (high - initializer.minval) / 12**0.5
    if not isinstance(width, int | float):
        return None
    inputs = int(layer.kernel.shape[0])
    growth = float(width * (inputs / 2) ** 0.5)
    return growth if growth > 1 else None


def _tell(case: Case, layers: list[Any], growth: float, total: float) -> Diagnosis:
    first = layers[0]
    place = setting_place(case, "kernel_initializer", first)
    kind = type(first.kernel_initializer).__name__
    width = getattr(first.kernel_initializer, "stddev", None)
    fits = (2 / int(first.kernel.shape[0])) ** 0.5
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.85,
        f"{len(layers)} layers start with weights from {kind}(stddev={width}): each makes its "
        f"output about {growth:.2g} times larger, so activations and gradients grow (explode) "
        f"{total:.2g} times through the deep network; the loss is huge, overflows or becomes NaN.\n"
        f"{label(first)} has {int(first.kernel.shape[0])} inputs: sqrt(2 / "
        f"{int(first.kernel.shape[0])}) = {fits:.2g} would keep the size.\n"
        'Use kernel_initializer="he_normal" (or glorot), or a smaller stddev.',
        places=distinct([place, place_of(case, first)]),
        layer=first.name,
        evidence=(
            Evidence("value", f"init {kind}, stddev={width}", place),
            Evidence("arithmetic", f"{growth:.2g} per layer, {len(layers)} layers: {total:.2g}"),
        ),
        fixes=tuple(_fixes(case, first)),
    )


def _fixes(case: Case, layer: Any) -> Iterator[Fix]:
    found = setting_node(case, "kernel_initializer", layer)
    if found is None:
        return
    file, node = found
    editor, text = Editor(file), '"he_normal"'
    if isinstance(file.parent(node), ast.Assign):
        # What has a name may be asked for copies of itself.
        reference = refer_to(file, "keras.initializers.HeNormal")
        text = f"{reference.text}()"
        reference.imported(editor)
    fix = make_fix(
        editor.replace(node, text),
        'Initialise with "he_normal"',
        repair_class=RepairClass.B,
        likelihood=0.9,
    )
    if fix is not None:
        yield fix
