"""Pictures are brought to the range 0 to 1 before a model that does so itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_place
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.checks._scales import scale_of
from graphscope.doctor.checks._trained import inputs_of, summaries, trainings
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.layers import remove
from graphscope.doctor.records import Boundary
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, distinct, label, place_of

ID = "scaled-twice"

_SMALL = 1.5
"""The largest value of data that was divided by 255."""
_BYTE = (255, 127.5, 256)


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at what a Rescaling layer of a trained model receives, or at what prepares it."""
    for fit in trainings(case):
        layer = _rescaling(fit.model)
        # Without a division in the source, small values may be what the program was tried with.
        divisions = list(_divisions(case))
        if layer is None or not divisions:
            continue
        given = [scale_of(each) for each in summaries(inputs_of(fit))]
        known = [each for each in given if each is not None]
        if known and all(each.typical > _SMALL for each in known):
            continue
        if known or any(_is_mapped(case, file, node) for file, node in divisions):
            high = max((each.high for each in known), default=1.0)
            if high <= _SMALL:
                yield _tell(case, fit, layer, high, divisions)


def _rescaling(model: Any) -> Any:
    """Return a layer that divides by 255 or so, applied to the model's own input."""
    for layer in model._flatten_layers(include_self=False):
        scale = getattr(layer, "scale", None)
        if type(layer).__name__ == "Rescaling" and isinstance(scale, float) and 0 < scale < 0.01:
            return layer
    return None


def _divisions(case: Case) -> Iterator[tuple[SourceFile, ast.BinOp]]:
    for file in own_files(case):
        for node in ast.walk(file.tree):
            if (
                isinstance(node, ast.BinOp)
                and isinstance(node.op, ast.Div)
                and isinstance(node.right, ast.Constant)
                and node.right.value in _BYTE
                and not isinstance(node.left, ast.Constant)
            ):
                yield file, node


def _is_mapped(case: Case, file: SourceFile, node: ast.AST) -> bool:
    """Whether a dataset is mapped with the function around an expression."""
    function = file.function_of(node)
    name = getattr(function, "name", None)
    for each in own_files(case):
        for call in ast.walk(each.tree):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "map" and call.args:
                given = call.args[0]
                called = getattr(given, "attr", getattr(given, "id", None))
                if (name is not None and called == name) or given is function:
                    return True
    return False


def _tell(
    case: Case,
    fit: Boundary,
    layer: Any,
    high: float,
    divisions: list[tuple[SourceFile, ast.BinOp]],
) -> Diagnosis:
    made, call = place_of(case, layer), boundary_place(case, fit)
    first = [Place(file.path, node.lineno) for file, node in divisions[:2]]
    factor = round(1 / layer.scale)
    file, node = divisions[0]
    before = f"{file.segment(node)!r}{at(case, first[0])} divides once, and "
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.88,
        f"The pictures reach the model between 0 and {high:g}, and {label(layer)}{at(case, made)} "
        f"divides them by {factor} again.\n"
        f"{before}Rescaling(1/{factor}) divides a second time: what the next layer gets are "
        f"values of at most {high / factor:.2g}, almost nothing, and the model hardly learns.\n"
        "Scale once: remove one of the two.",
        places=distinct([*first, made, call]),
        layer=None,
        evidence=(
            Evidence("data", f"inputs up to {high:g}, after {label(layer)} {high / factor:.3g}"),
            *(
                Evidence("code", file.line_text(node.lineno).strip(), place)
                for (file, node), place in zip(divisions, first, strict=False)
            ),
        ),
        fixes=tuple(_fixes(case, layer, divisions)),
    )


def _fixes(case: Case, layer: Any, divisions: list[tuple[SourceFile, ast.BinOp]]) -> Iterator[Fix]:
    if len(divisions) == 1:
        file, node = divisions[0]
        fix = make_fix(
            Editor(file).replace(node, file.segment(node.left)),
            f"Leave the pictures as they are: {file.segment(node.left)}",
            repair_class=RepairClass.B,
            likelihood=0.85,
        )
        if fix is not None:
            yield fix
    removed = remove(
        case, layer, title=f"Remove {label(layer)}", repair_class=RepairClass.B, likelihood=0.8
    )
    if removed is not None:
        yield removed
