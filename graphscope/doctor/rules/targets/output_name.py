"""An output has one name in the model and another one in the losses, metrics or targets."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.output_names import (
    Group,
    OddName,
    constants,
    groups_of,
    odd_name,
    output_names,
)
from graphscope.doctor.facts.wording_targets import boundary_place, first_own
from graphscope.doctor.findings import Diagnosis, Edit, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import where

ID = "output-name"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the names of the outputs with those of the losses, metrics, weights and targets."""
    failure = case.failure
    boundary = failure.boundary if failure is not None else None
    if failure is None or boundary is None or failure.layer_call is not None:
        return
    if boundary.kind not in ("fit", "evaluate", "train_on_batch", "test_on_batch"):
        return
    if not output_names(boundary):
        return
    groups = groups_of(case, boundary)
    odd = odd_name(groups)
    if odd is not None:
        yield _diagnosis(case, groups, odd)


def _diagnosis(case: Case, groups: list[Group], odd: OddName) -> Diagnosis:
    failure = case.failure
    assert failure is not None
    fixes = list(_fixes(case, odd))
    users = " and ".join(_purpose(group) for group in odd.others)
    listed = [f"{_purpose(group)}: {', '.join(group.names)}" for group in groups if group.names]
    best = fixes[0].places[0] if fixes else odd.group.place
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94 if odd.group.purpose != "loss_weights" else 0.6,
        f"The names of the outputs do not agree: {odd.name!r} in the {_purpose(odd.group)}, "
        f"{odd.wanted!r} in {users}.\n"
        f"Model outputs are {', '.join(groups[0].names)}; {'; '.join(listed[1:])}.\n"
        "Keras looks losses, metrics and labels up by the names (dictionary keys) of the outputs, "
        "so that all must use the same keys.\n"
        f"Rename {odd.name!r} to {odd.wanted!r} in the {_purpose(odd.group)} (one edit).",
        places=first_own(
            case, [best, odd.group.place, *(g.place for g in odd.others),
                   boundary_place(failure.boundary)]
        ),
        layer=odd.name if odd.group.purpose == "outputs" else odd.wanted,
        evidence=tuple(
            Evidence(
                "value",
                f"{_purpose(group)} have the keys {', '.join(group.names)}"
                + (f" {where(case, group.place)}" if group.place else ""),
                group.place,
            )
            for group in groups
        ),
        fixes=tuple(fixes),
    )  # fmt: skip


def _purpose(group: Group) -> str:
    return {"outputs": "model outputs", "loss": "loss dict", "targets": "targets (labels)"}.get(
        group.purpose, f"{group.purpose} dict"
    )


def _fixes(case: Case, odd: OddName) -> Iterator[Fix]:
    first = _renamed(case, [odd.group], odd.name, odd.wanted)
    if first:
        yield Fix(
            f"Rename {odd.name!r} to {odd.wanted!r} in the {_purpose(odd.group)}",
            first,
            RepairClass.A,
            likelihood=0.92,
        )
    other = _renamed(case, list(odd.others), odd.wanted, odd.name)
    if other:
        yield Fix(
            f"Rename {odd.wanted!r} to {odd.name!r} everywhere else",
            other,
            RepairClass.B,
            likelihood=0.5,
        )


def _renamed(case: Case, groups: list[Group], old: str, new: str) -> tuple[Edit, ...]:
    """Return the edits that rename an output in groups; those of one file together."""
    editors: dict[str, Editor] = {}
    seen: set[int] = set()
    for group in groups:
        for file, node in _strings(case, group, old):
            if id(node) in seen or not case.program.is_own(file.path):
                continue
            seen.add(id(node))
            quote = file.segment(node)[:1]
            editor = editors.setdefault(file.path, Editor(file))
            editor.replace(node, f"{quote}{new}{quote}")
    return tuple(edit for editor in editors.values() for edit in editor.edits())


def _strings(case: Case, group: Group, name: str) -> Iterator[tuple[SourceFile, ast.Constant]]:
    if group.purpose == "outputs":
        # Whatever else bears the output's name, its layer above all, is renamed with it.
        yield from constants(case, name)
    elif group.file is not None and group.node is not None:
        for key in group.node.keys:
            if isinstance(key, ast.Constant) and key.value == name:
                yield group.file, key
