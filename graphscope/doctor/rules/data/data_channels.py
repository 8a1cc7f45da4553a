"""Pictures without their channel axis, or with another number of channels than declared."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_common import report, wrong_parts
from graphscope.doctor.facts.data_telling import given, made_at
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.handed import Part
from graphscope.doctor.facts.mismatch import same_sizes
from graphscope.doctor.facts.prepared_alike import prepared_alike
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.data_edits import (
    Change,
    change_at_calls,
    change_at_definitions,
    change_in_map,
    known,
)
from graphscope.doctor.fixes.shape_edits import elements_of, shape_text, tuple_text
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import shape

ID = "data-channels"

_COLOURS = {1: "grayscale", 3: "RGB", 4: "RGBA"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the last axes of the data with those of the input."""
    for part in wrong_parts(case):
        kind = part.mismatch.kind if part.mismatch else ""
        if kind in ("missing-channel", "extra-channel", "channel-count"):
            yield _tell(part, kind)
            return


def _tell(part: Part, kind: str) -> Diagnosis:
    assert part.mismatch is not None
    wanted = part.mismatch.declared[-1] or 0
    has = (part.shape or (0,))[-1] or 0
    alike = prepared_alike(part)
    change = _change(kind, wanted, has)
    fixes: list[Fix | None] = [*alike, _colour_mode(part, wanted), _declare(part, kind, has)]
    if change is not None:
        title = _title(kind, wanted, has)
        fixes += [
            change_at_calls(part, change, title, likelihood=0.7, repair_class=RepairClass.B),
            change_at_definitions(part, change, title, likelihood=0.75, repair_class=RepairClass.B),
            change_in_map(part, change, title, likelihood=0.6),
        ]
    return report(ID, part, _told(part, kind, wanted, has), known(fixes))


def _told(part: Part, kind: str, wanted: int, has: int) -> str:
    sample = part.mismatch.sample if part.mismatch else ()
    if kind == "missing-channel":
        return (
            f"{given(part)}: the channel axis is missing (channels axis, the last one)."
            f"{made_at(part)}\n"
            f"Grayscale pictures without an axis for channels meet an input for {wanted} channels "
            f"({_COLOURS.get(wanted, '')}): grayscale versus RGB.\n"
            f"Either declare the input for one channel, {shape((*sample[:-1], 1))}, and add the "
            f"axis with x[..., None], or repeat the pictures to {wanted} channels: "
            f"np.stack([x] * {wanted}, axis=-1)."
        )
    if kind == "extra-channel":
        return (
            f"{given(part)}: it has a channel axis of size {has} that the input does not declare."
            f"{made_at(part)}\nDeclare it, {shape((*sample, has))}, or average the channels away "
            "with x.mean(axis=-1)."
        )
    return (
        f"{given(part)}: {has} channels ({_COLOURS.get(has, '')}) instead of {wanted} "
        f"({_COLOURS.get(wanted, '')}).{made_at(part)}\n"
        f"Load or convert the pictures with {wanted} channels, or declare the input for {has}: "
        f"{shape((*sample[:-1], has))}."
    )


def _title(kind: str, wanted: int, has: int) -> str:
    if kind == "missing-channel":
        return f"Give the pictures {wanted} channels"
    if kind == "extra-channel":
        return "Average the channels away"
    if has == 1:
        return f"Repeat the single channel {wanted} times"
    return "Make the pictures grayscale" if wanted == 1 else f"Keep the first {wanted} channels"


def _change(kind: str, wanted: int, has: int) -> Change | None:
    if kind == "missing-channel":
        return Change(
            f"[..., None].repeat({wanted}, axis=-1)",
            "tensorflow.repeat",
            f"{wanted}, axis=-1",
            f"{wanted}, axis=-1",
            inner="[..., None]",
        )
    if kind == "extra-channel":
        return Change(".mean(axis=-1)", "tensorflow.reduce_mean", "-1", "-1")
    if has == 1:
        repeat = f"{wanted}, axis=-1"
        return Change(f".repeat({repeat})", "tensorflow.repeat", repeat, repeat)
    if wanted == 1:
        mean = "axis=-1, keepdims=True"
        return Change(f".mean({mean})", "tensorflow.reduce_mean", mean, mean)
    return Change(f"[..., :{wanted}]")


def _declare(part: Part, kind: str, has: int) -> Fix | None:
    """Declare the input for the channels that the data has."""
    case = part.handover.case
    source = part.declared.source(case) if part.declared else None
    if source is None or not case.program.is_own(source.file.path) or part.mismatch is None:
        return None
    channels = 1 if kind == "missing-channel" else has
    elements = elements_of(source.file, source.node)
    if kind == "extra-channel":
        text = tuple_text([*elements, str(has)]) if elements else None
    elif elements:
        text = tuple_text([*elements[:-1], str(channels)])
    else:
        text = shape_text((*part.mismatch.sample[:-1], channels))
    if text is None:
        return None
    if _fits_elsewhere(part):
        return None
    trained = part.handover.method in ("predict", "evaluate") or bool(part.handover.role != "x")
    return make_fix(
        Editor(source.file).replace(source.node, text),
        f"Declare the input for {channels} channel{'s' if channels != 1 else ''}: "
        f"{source.parameter}={text}",
        repair_class=RepairClass.B,
        likelihood=0.3 if trained else 0.8,
    )


def _fits_elsewhere(part: Part) -> bool:
    """Whether the model was called on what it declares: then the data is the odd one."""
    own = part.handover
    return (
        part.declared is not None
        and any(
            call.operation is own.model
            and call.error is None
            and call.input_specs
            and call.input_specs[0].shape is not None
            and same_sizes(part.declared.shape, call.input_specs[0].shape)
            and call.boundary is own.boundary
            for call in own.case.recording.calls
        )
    ) or (part.declared is not None and _is_made_by_model(part))


def _is_made_by_model(part: Part) -> bool:
    """Whether another model of the program makes what this one declares: a generator."""
    assert part.declared is not None
    own = part.handover
    return own.method == "call" and any(
        isinstance(shape := getattr(each.instance, "output_shape", None), tuple)
        and each.instance is not own.model
        and same_sizes(part.declared.shape, shape)
        for each in own.case.recording.creations
        if any(base.__name__ == "Model" for base in type(each.instance).__mro__)
    )


def _colour_mode(part: Part, wanted: int) -> Fix | None:
    """Load the pictures with as many channels as are wanted."""
    mode = {1: "grayscale", 3: "rgb", 4: "rgba"}.get(wanted)
    if mode is None:
        return None
    for step in part.steps:
        for node in ast.walk(step.node):
            given_mode = _loads_pictures(node)
            if given_mode and part.handover.case.program.is_own(step.file.path):
                assert isinstance(node, ast.Call)
                name, text = given_mode, f'"{mode}"' if given_mode == "color_mode" else str(wanted)
                return make_fix(
                    Editor(step.file).set_keyword(node, name, text),
                    f"Load the pictures with {name}={text}",
                    repair_class=RepairClass.A,
                    likelihood=0.9,
                )
    return None


def _loads_pictures(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    name = function_name(node)
    if name in {"load_img", "image_dataset_from_directory", "flow_from_directory"}:
        return "color_mode"
    return "channels" if name in {"decode_png", "decode_jpeg", "decode_image"} else ""
