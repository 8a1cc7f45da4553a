"""`reshape` that exchanges the sizes of axes, where the axes themselves should move."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from graphscope.doctor.case import Case
from graphscope.doctor.checks._axes import axes_of_reshape
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.checks._trained import inputs_of, summaries, trainings
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import find_argument, make_fix
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, distinct, label, place_of, shape

ID = "reshape-moves-axes"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at reshapes whose target has the sizes of their source in another order."""
    for file in own_files(case):
        if not case.program.is_own(file.path):
            continue
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Call):
                found = axes_of_reshape(case, file, node)
                if found is not None and found.order is not None:
                    yield _tell(case, file, node, found.array, found.sizes, found.order)
    yield from _layers(case)


def _tell(
    case: Case,
    file: SourceFile,
    node: ast.Call,
    array: ast.expr,
    sizes: Sequence[int | str],
    order: tuple[int, ...],
) -> Diagnosis:
    place = Place(file.path, node.lineno)
    before = f"({', '.join(map(str, sizes))})"
    after = f"({', '.join(str(sizes[axis]) for axis in order)})"
    text = file.segment(array)
    kind = "pixels and channels" if len(order) == 4 else "values of different axes"
    named = [str(size) for size in sizes if isinstance(size, str)]
    moved = [each for index, each in enumerate(named) if index != order[index]]
    if len(moved) >= 2 and len(named) == len(sizes):
        kind = f"{moved[0]} and {moved[1]}"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{text} {before} is reshaped to {after}{at(case, place)}: the same sizes in another "
        f"order.\nreshape does not move axes: it keeps the values in their order and cuts them "
        f"anew, so {kind} are mixed (scrambled). No error is raised.\n"
        f"Use transpose{order} or moveaxis to move axes.",
        places=(place,),
        evidence=(
            Evidence("shape", f"{before} -> {after}, a permutation of the axes {order}", place),
            Evidence("code", file.line_text(node.lineno), place),
            *_received(case, order),
        ),
        fixes=tuple(fix for fix in _fixes(file, node, array, order) if fix is not None),
    )


def _received(case: Case, order: tuple[int, ...]) -> Iterator[Evidence]:
    """Yield the sizes with which the array reaches a training, if one input has its rank."""
    for fit in trainings(case):
        specs = [each.spec.shape for each in summaries(inputs_of(fit))]
        same = [each for each in specs if each is not None and len(each) == len(order)]
        if len(same) == 1:
            before = tuple(same[0][order.index(axis)] for axis in range(len(order)))
            yield Evidence("shape", f"{shape(before)} is reshaped to {shape(same[0])} for fit")


def _fixes(
    file: SourceFile, node: ast.Call, array: ast.expr, order: tuple[int, ...]
) -> Iterator[Fix | None]:
    axes = ", ".join(map(str, order))
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    if owner is array:
        text = f"{file.segment(array)}.transpose({axes})"
    else:
        assert owner is not None
        text = f"{file.segment(owner)}.transpose({file.segment(array)}, ({axes}))"
    yield make_fix(
        Editor(file).replace(node, text),
        f"Move the axes: transpose({axes})",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    moved = _one_move(order)
    if moved is not None and owner is array:
        reference = refer_to(file, "numpy.moveaxis")
        editor = reference.imported(Editor(file))
        text = f"{reference.text}({file.segment(array)}, {moved[0]}, {moved[1]})"
        yield make_fix(
            editor.replace(node, text),
            f"Move the axis: moveaxis from {moved[0]} to {moved[1]}",
            repair_class=RepairClass.A,
            likelihood=0.9,
        )


def _one_move(order: tuple[int, ...]) -> tuple[int, int] | None:
    """Return the move of one axis that a permutation is.

    >>> _one_move((0, 2, 3, 1)), _one_move((0, 3, 1, 2)), _one_move((3, 2, 1, 0))
    ((1, 3), (3, 1), None)
    """
    rank = len(order)
    for source in range(rank):
        for target in range(rank):
            axes = [axis for axis in range(rank) if axis != source]
            axes.insert(target, source)
            if tuple(axes) == order and source != target:
                return source, target
    return None


def _layers(case: Case) -> Iterator[Diagnosis]:
    """Look at Reshape layers in the same way; Permute moves axes."""
    seen: set[int] = set()
    for call in case.recording.calls:
        if call.class_name != "Reshape" or not call.is_layer or id(call.operation) in seen:
            continue
        seen.add(id(call.operation))
        order = _permuted(call)
        if order is not None:
            yield _tell_layer(case, call, order)


def _permuted(call: CallRecord) -> tuple[int, ...] | None:
    before = call.input_specs[0].shape if call.input_specs else None
    after = call.output_specs[0].shape if call.output_specs else None
    if before is None or after is None or len(before) != len(after):
        return None
    sizes, target = before[1:], after[1:]
    if None in sizes or sizes == target or sorted(sizes, key=str) != sorted(target, key=str):
        return None
    large = [size for size in sizes if size != 1]
    if len(set(large)) != len(large) or [s for s in target if s != 1] == large:
        return None  # Sizes that occur twice say nothing, and an axis of size 1 moves freely.
    return tuple(sizes.index(size) + 1 for size in target)


def _tell_layer(case: Case, call: CallRecord, order: tuple[int, ...]) -> Diagnosis:
    layer, place = call.operation, place_of(case, call.operation)
    before, after = call.input_specs[0], call.output_specs[0]
    renamed = _permute(case, layer, order)
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.8,
        f"{label(layer)}{at(case, place)} turns {shape(before)} into {shape(after)}: the same "
        "sizes in another order.\nReshape does not move axes, it cuts the values anew, which "
        f"mixes them.\nUse Permute({shape(order)}) to move axes.",
        places=distinct([place]),
        layer=layer.name,
        evidence=(Evidence("shape", f"{shape(before)} -> {shape(after)}", place),),
        fixes=(renamed,) if renamed else (),
    )


def _permute(case: Case, layer: object, order: tuple[int, ...]) -> Fix | None:
    made = creation_call(case, layer)
    if made is None or not case.program.is_own(made[0].path):
        return None
    file, node, _ = made
    given = find_argument(node, type(layer), "target_shape")
    if given is None:
        return None
    reference = refer_to(file, "keras.layers.Permute")
    editor = reference.imported(Editor(file)).replace(node.func, reference.text)
    editor.replace(given, f"{order}")
    return make_fix(
        editor,
        f"Move the axes: Permute({order})",
        repair_class=RepairClass.A,
        likelihood=0.85,
    )
