"""Fixes for branches of different sizes: strides, padding, input sizes, cropping."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.operands import history_of
from graphscope.doctor.facts.parameters import parameter_of
from graphscope.doctor.facts.size_causes import Cause, Sizes, find_cause, loses_border, stride_of
from graphscope.doctor.facts.size_odd import odd_fixes
from graphscope.doctor.facts.size_scale import scale_fixes
from graphscope.doctor.facts.skip_order import order_fixes
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import (
    fix_creation,
    make_fix,
    names_class,
    set_argument,
)
from graphscope.doctor.fixes.conditions import widen_condition
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.fixes.siblings import sibling_arguments
from graphscope.doctor.origins import Stage
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import label

__all__ = ["Cause", "Sizes", "size_fixes"]


def size_fixes(case: Case, sizes: Sizes) -> tuple[Cause, list[Fix]]:
    """Return the cause of a difference in size, and the fixes for it, most natural first."""
    cause = find_cause(case, sizes)
    makers = {"stride": _for_stride, "valid": _for_valid, "odd": odd_fixes, "unknown": _for_unknown,
              "scale": _for_scale}  # fmt: skip
    found = [
        *order_fixes(case, sizes.conflict, (sizes.larger, sizes.smaller)),
        *(fix for fix in makers[cause.kind](case, sizes, cause) if fix is not None),
    ]
    return cause, found[:5]


def _for_scale(case: Case, sizes: Sizes, _cause: Cause) -> Iterator[Fix | None]:
    yield from scale_fixes(case, sizes)


def _for_stride(case: Case, sizes: Sizes, cause: Cause) -> Iterator[Fix | None]:
    if sizes.conflict.joining == "concatenate":
        yield from _like_the_others(case, sizes, cause)
        return
    projection = next((s for s in reversed(sizes.ways.left) if _is_convolution(s)), None)
    if projection is not None:
        yield _stride_like(case, projection, cause.stages[0])
    yield from _widened(case, sizes)
    if projection is None:
        yield _projected(case, sizes)
    for stage in cause.stages[:1]:
        yield fix_creation(
            case, stage.call.operation, "strides", "1",
            title=f"Give {label(stage.call.operation)} stride 1, as the other branch has",
            repair_class=RepairClass.B, likelihood=0.3,
        )  # fmt: skip


def _like_the_others(case: Case, sizes: Sizes, cause: Cause) -> Iterator[Fix | None]:
    """Give the odd one of parallel branches the stride that the others have."""
    shapes = [each.shape[sizes.axis] for each in sizes.conflict.operands]
    few = shapes.count(sizes.larger.shape[sizes.axis]) < shapes.count(
        sizes.smaller.shape[sizes.axis]
    )
    last = next(
        (s for s in reversed(sizes.ways.left) if hasattr(s.call.operation, "strides")), None
    )
    if few and last is not None:
        yield _stride_like(case, last, cause.stages[0])
    for stage in cause.stages[:1]:
        yield _without_stride(case, stage)
    if not few and last is not None:
        yield _stride_like(case, last, cause.stages[0])


def _without_stride(case: Case, stage: Stage) -> Fix | None:
    """Let a window move step by step, and keep the border."""
    layer = stage.call.operation
    made = creation_call(case, layer)
    if made is None or not case.program.is_own(made[0].path):
        return None
    file, call, _ = made
    if not names_class(file, call, type(layer)):
        return None
    editor, told = set_argument(Editor(file), call, type(layer), "strides", "1"), "strides=1"
    if getattr(layer, "padding", "same") == "valid":
        set_argument(editor, call, type(layer), "padding", '"same"')
        told += " and padding='same'"
    return make_fix(
        editor, f"Give {label(layer)} {told}, so that its branch keeps the size",
        repair_class=RepairClass.A, likelihood=0.9,
    )  # fmt: skip


def _is_convolution(stage: Stage) -> bool:
    return "Conv" in stage.class_name and hasattr(stage.call.operation, "strides")


def _stride_like(case: Case, projection: Stage, striding: Stage) -> Fix | None:
    """Give the shortcut's convolution the stride that the other branch has, as it is written."""
    made = creation_call(case, projection.call.operation)
    if made is None or not case.program.is_own(made[0].path):
        return None
    file, call, frame = made
    given = [each.text for each in sibling_arguments(case, file, call, frame)
             if each.name == "strides"]  # fmt: skip
    source = parameter_of(case, striding.call.operation, "strides")
    if source is not None and source.file is file and source.frame.code is frame.code:
        given.insert(0, file.segment(source.node))
    text = given[0] if given else str(stride_of(striding.call.operation))
    return fix_creation(
        case, projection.call.operation, "strides", text,
        title=f"Give the shortcut {label(projection.call.operation)} the same stride: "
        f"strides={text}",
        repair_class=RepairClass.A, likelihood=0.95,
    )  # fmt: skip


def _widened(case: Case, sizes: Sizes) -> Iterator[Fix | None]:
    """Let the branch that makes a projection run here too."""
    conflict = sizes.conflict
    if conflict.file is None or conflict.frame is None or conflict.node is None:
        return
    yield from widen_condition(
        case, conflict.file, conflict.node, conflict.frame,
        names=(sizes.larger.text, sizes.smaller.text), ratio=sizes.ratio,
    )  # fmt: skip


def _projected(case: Case, sizes: Sizes) -> Fix | None:
    """Put a 1x1 convolution of the stride on the shortcut, where it is merged."""
    conflict, rank = sizes.conflict, len(sizes.larger.shape) - 2
    node = sizes.node_of(sizes.larger)
    if conflict.file is None or node is None or not case.program.is_own(conflict.file.path):
        return None
    reference = refer_to(conflict.file, f"keras.layers.Conv{rank}D")
    filters = sizes.smaller.shape[-1]
    text = f'{reference.text}({filters}, 1, strides={sizes.ratio}, padding="same")'
    editor = reference.imported(Editor(conflict.file)).wrap(node, f"{text}(", ")")
    return make_fix(
        editor,
        f"Project {sizes.larger.text} with a 1x1 convolution of stride {sizes.ratio}",
        repair_class=RepairClass.B, likelihood=0.7,
    )  # fmt: skip


def _for_valid(case: Case, sizes: Sizes, cause: Cause) -> Iterator[Fix | None]:
    yield _same_padding(case, cause, sizes)
    yield _cropped(case, sizes)


def _same_padding(case: Case, cause: Cause, sizes: Sizes) -> Fix | None:
    """Give every convolution of the network padding='same', each where its padding is written."""
    stages = [*cause.stages, *_shrinking_behind(case, sizes)]
    kept = _kept_padding(case, sizes)
    changes: dict[int, tuple[SourceFile, ast.expr | ast.Call, type]] = {}
    for stage in stages:
        written = parameter_of(case, stage.call.operation, "padding")
        if written is not None:
            end = next(
                (s for s in written.origin.walk() if s.value == "valid" and not s.causes), None
            )
            if end is not None and end.file is not None and isinstance(end.node, ast.Constant):
                changes[id(end.node)] = (end.file, end.node, type(stage.call.operation))
            continue
        made = creation_call(case, stage.call.operation)
        if made is not None and names_class(made[0], made[1], type(stage.call.operation)):
            changes[id(made[1])] = (made[0], made[1], type(stage.call.operation))
    files = {id(file): file for file, _, _ in changes.values()}
    if len(files) != 1 or not case.program.is_own(next(iter(files.values())).path):
        return None
    editor = Editor(next(iter(files.values())))
    for _, node, cls in changes.values():
        if isinstance(node, ast.Call):
            set_argument(editor, node, cls, "padding", f'"{kept}"')
        else:
            editor.replace(node, f'"{kept}"')
    return make_fix(
        editor, f"Use padding='{kept}' in the convolutions, which keeps the size",
        repair_class=RepairClass.A if len(changes) == 1 else RepairClass.B, likelihood=0.9,
    )  # fmt: skip


def _kept_padding(case: Case, sizes: Sizes) -> str:
    """Return the padding that keeps sizes and that the convolutions around have."""
    around = [*sizes.ways.left, *sizes.ways.right, *history_of(case, sizes.larger)]
    causal = any(getattr(stage.call.operation, "padding", "") == "causal" for stage in around)
    return "causal" if causal else "same"


def _shrinking_behind(case: Case, sizes: Sizes) -> list[Stage]:
    behind = history_of(case, sizes.larger, sizes.axis)
    return [stage for stage in behind if loses_border(stage.call.operation)]


def _cropped(case: Case, sizes: Sizes) -> Fix | None:
    """Cut the border of the larger operand away, where it is merged."""
    conflict, node = sizes.conflict, sizes.node_of(sizes.larger)
    if conflict.file is None or node is None or not case.program.is_own(conflict.file.path):
        return None
    cuts: list[str] = []
    for axis in sizes.axes:
        large, small = sizes.larger.shape[axis], sizes.smaller.shape[axis]
        if large is None or small is None or large < small:
            return None
        before = (large - small) // 2
        cuts.append(f"({before}, {large - small - before})")
    if len(cuts) != len(sizes.larger.shape) - 2:
        return None
    rank = len(cuts)
    reference = refer_to(conflict.file, f"keras.layers.Cropping{rank}D")
    text = f"{reference.text}({cuts[0] if rank == 1 else '(' + ', '.join(cuts) + ')'})"
    editor = reference.imported(Editor(conflict.file)).wrap(node, f"{text}(", ")")
    return make_fix(
        editor, f"Crop {sizes.larger.text} to the size of {sizes.smaller.text}",
        repair_class=RepairClass.B, likelihood=0.6,
    )  # fmt: skip


def _for_unknown(case: Case, sizes: Sizes, _cause: Cause) -> Iterator[Fix | None]:
    yield _cropped(case, sizes)
