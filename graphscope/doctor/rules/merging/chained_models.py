"""One model's output is another model's input, and their shapes differ."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_telling import best_places
from graphscope.doctor.facts.declared import Declared, declared_inputs
from graphscope.doctor.facts.mismatch import Mismatch, compare
from graphscope.doctor.facts.upstream import makers_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.data_edits import known
from graphscope.doctor.fixes.shape_edits import elements_of, shape_text, tuple_text
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import as_evidence, describe, trace_dimension
from graphscope.doctor.records import CallRecord, Shape
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import at, call_place, label, place_of, shape

ID = "chained-models"

_PICTURE = 4


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare what a model receives from other layers with what its input declares."""
    call = _model_call(case)
    if call is None or len(call.input_specs) != 1 or call.input_specs[0].shape is None:
        return
    declared = declared_inputs(call.operation)
    maker = next(makers_of(case, call.inputs[0]), None)
    if len(declared) != 1 or maker is None or maker is call:
        return
    mismatch = compare(declared[0].shape, call.input_specs[0].shape)
    if mismatch is not None:
        yield _tell(case, call, declared[0], maker, mismatch)


def _model_call(case: Case) -> CallRecord | None:
    """Return the call of a model inside of which the failure is, the outermost refused one."""
    call = case.failure.layer_call if case.failure else None
    found = None
    while call is not None:
        if any(base.__name__ == "Model" for base in type(call.operation).__mro__):
            found = found or call
        call = call.parent
    return found


def _tell(
    case: Case, call: CallRecord, declared: Declared, maker: CallRecord, mismatch: Mismatch
) -> Diagnosis:
    upstream, here = _upstream_model(case, maker), call_place(call)
    place = declared.place(case)
    received = call.input_specs[0].shape or ()
    axes = mismatch.axes or tuple(range(1, len(declared.shape)))
    same_rank = len(received) == len(declared.shape)
    origins = [trace_dimension(case, call.inputs[0], axis, call) for axis in axes if same_rank]
    fixes = known([
        _declare(case, declared, received),
        _between(case, call, declared, mismatch),
        *(
            fix
            for axis, origin in zip(axes[:1], origins, strict=False)
            for fix in toward(
                case, origin, declared.shape[axis] or 1,
                purpose=f"to make what {call.name!r} expects", likelihood=0.7, limit=2,
            )
        ),
    ])  # fmt: skip
    lines = [
        f"{label(call.operation)}, called{at(case, here)}, expects {shape(declared.shape)}"
        f"{at(case, place)} and receives {shape(received)} from {upstream}: the two models do not "
        "fit together."
    ]
    for axis, origin in zip(axes, origins, strict=False):
        lines.append(
            f"Axis {axis} is {received[axis]} instead of {declared.shape[axis]}: "
            f"{describe(case, origin)}."
        )
    lines.append(
        f"Change the arithmetic of the first model (its first Reshape, UpSampling and strides) so "
        f"that it makes {shape(declared.shape[1:])}, declare the second model's input as "
        f"{shape(received[1:])}, or resize between them."
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        "\n".join(lines),
        places=best_places(fixes, here, place, place_of(case, maker.operation)),
        layer=call.operation.name,
        evidence=(
            Evidence("shape", f"{label(call.operation)} expects {shape(declared.shape)}", place),
            Evidence("shape", f"{upstream} gives {shape(received)}", here),
            *(step for origin in origins[:2] for step in as_evidence(case, origin)),
        ),
        fixes=fixes,
    )


def _upstream_model(case: Case, maker: CallRecord) -> str:
    outer = maker
    while outer.parent is not None and outer.parent.is_layer:
        outer = outer.parent
    where = at(case, place_of(case, outer.operation))
    return f"{label(outer.operation)}{where}"


def _declare(case: Case, declared: Declared, received: Shape) -> Fix | None:
    source = declared.source(case)
    if source is None or not case.program.is_own(source.file.path):
        return None
    elements = elements_of(source.file, source.node)
    before = declared.shape[1:]
    if elements and len(elements) == len(before) == len(received) - 1:
        texts = [
            text if old == new else str(new)
            for text, old, new in zip(elements, before, received[1:], strict=True)
        ]
        new = tuple_text(texts)
    else:
        new = shape_text(received[1:])
    return make_fix(
        Editor(source.file).replace(source.node, new),
        f"Declare the input for what comes: {source.parameter}={new}",
        repair_class=RepairClass.B,
        likelihood=0.75,
    )


def _between(case: Case, call: CallRecord, declared: Declared, mismatch: Mismatch) -> Fix | None:
    """Resize pictures between the two models."""
    spatial = set(mismatch.axes) <= {1, 2} and mismatch.kind in ("size", "arrangement")
    found = case.program.call(call.site[0]) if call.site else None
    if not spatial or len(declared.shape) != _PICTURE or found is None:
        return None
    file, node = found
    if not case.program.is_own(file.path) or not node.args or not isinstance(node, ast.Call):
        return None
    editor = Editor(file)
    resizing = refer_to(file, "keras.layers.Resizing")
    resizing.imported(editor)
    rows, columns = declared.shape[1], declared.shape[2]
    editor.wrap(node.args[0], f"{resizing.text}({rows}, {columns})(", ")")
    return make_fix(
        editor,
        f"Resize the pictures to {rows}x{columns} between the models",
        repair_class=RepairClass.B,
        likelihood=0.65,
    )
