"""Layers of one name in two models: where their weights differ, and which settings differ."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Evidence, Fix, RepairClass
from graphscope.doctor.fixes.arguments import find_argument, make_fix
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.origins import Origin, as_evidence, trace_value
from graphscope.doctor.source import Editor, SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A setting that differs between two layers of one name.

    Attributes:
        layer: of the model in question.
        here, there: the shapes of a weight in this model and in the other.
        wanted: the setting of the other.
        literal: the number that fixed the setting here.
        told: where the setting came from.
    """

    layer: Any
    here: tuple[int, ...]
    there: tuple[int, ...]
    wanted: int
    literal: tuple[SourceFile, ast.Constant] | None
    told: tuple[Evidence, ...]


def differences(case: Case, model: Any, layers: Sequence[Any]) -> Iterator[Difference]:
    """Yield how some layers of a model differ from those of the same name in another model."""
    own = {id(each) for each in model._flatten_layers()}
    for layer in layers:
        holder = _holder(model, layer)
        twin = next(
            (
                each.instance
                for each in case.recording.creations
                if getattr(each.instance, "name", None) == holder.name
                and type(each.instance) is type(holder)
                and id(each.instance) not in own
                and getattr(each.instance, "weights", None)
            ),
            None,
        )
        if twin is not None:
            yield from _compared(case, holder, twin)


def _holder(model: Any, layer: Any) -> Any:
    """Return the layer of the model that a cell belongs to, or the layer itself."""
    for each in model._flatten_layers():
        if getattr(each, "cell", None) is layer:
            return each
    return layer


def _compared(case: Case, layer: Any, twin: Any) -> Iterator[Difference]:
    """Compare the settings of two layers: what differs there is what makes weights differ."""
    shapes = [
        (tuple(mine.shape), tuple(other.shape))
        for mine, other in zip(layer.weights, twin.weights, strict=False)
        if tuple(mine.shape) != tuple(other.shape)
    ]
    if not shapes:
        return
    config, other = layer.get_config(), twin.get_config()
    for name, value in config.items():
        wanted = other.get(name)
        if type(value) is int and type(wanted) is int and value != wanted:
            origin = _origin(case, layer, name, value)
            literal = _literal(origin, value) if origin is not None else None
            told = as_evidence(case, origin)[:3] if origin is not None else ()
            yield Difference(layer, *shapes[0], wanted, literal, told)


def _origin(case: Case, layer: Any, name: str, value: int) -> Origin | None:
    made = creation_call(case, layer)
    given = find_argument(made[1], type(layer), name) if made is not None else None
    if made is None or given is None:
        return None
    return trace_value(case, given, made[2], file=made[0], value=value)


def _literal(origin: Origin, value: int) -> tuple[SourceFile, ast.Constant] | None:
    """Return the number that a setting came from, also as an argument: `Sizes(width=12)`."""
    for step in reversed(list(origin.walk())):
        if step.file is None or step.node is None:
            continue
        parts = [step.node]
        if isinstance(step.node, ast.Call):
            parts += [keyword.value for keyword in step.node.keywords]
        numbers = [each for each in parts if isinstance(each, ast.Constant) and each.value == value]
        if len(numbers) == 1:
            return step.file, numbers[0]
    return None


def align(case: Case, found: Sequence[Difference]) -> Fix | None:
    """Return the fix that gives this model the sizes of the other one."""
    numbers = {
        id(each.literal[1]): (each.literal, each.wanted)
        for each in found
        if each.literal is not None and case.program.is_own(each.literal[0].path)
    }
    files = {literal[0].path for literal, _ in numbers.values()}
    if len(files) != 1:
        return None
    [file] = {id(literal[0]): literal[0] for literal, _ in numbers.values()}.values()
    editor = Editor(file)
    for (_, node), wanted in numbers.values():
        editor.replace(node, str(wanted))
    told = ", ".join(
        f"{wanted} instead of {literal[1].value!r}" for literal, wanted in numbers.values()
    )
    return make_fix(
        editor,
        f"Build the model with the sizes of the saved one: {told}",
        repair_class=RepairClass.B,
        likelihood=0.85,
    )
