"""What scikit-learn refuses: ranks, numbers of samples, numbers of features."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.arrays import Operand, append, fix_of, operand, told_origins
from graphscope.doctor.facts.failing import Failing, failing, function_name, raised_by
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass, Severity
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct

ID = "estimator-shapes"

_Told = tuple[str, list[Fix]]


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the arrays that were given to scikit-learn with each other and with what it needs."""
    found = failing(case)
    if found is None or raised_by(case) != "sklearn" or not isinstance(found.node, ast.Call):
        return
    call = found.node
    nodes = [*call.args, *(each.value for each in call.keywords if each.arg in {"X", "y"})]
    given = [each for each in (operand(found, node) for node in nodes) if each and each.sizes]
    if not given:
        return
    told = _samples(found, given) or _rank(found, call, given) or _features(found, call, given)
    if told is None:
        return
    message, fixes = told
    name = function_name(call)
    yield Diagnosis(
        ID,
        Severity.ERROR,
        # Lengths that differ have a rule of their own, which follows the rows.
        0.92 if len({each.sizes[0] for each in given}) == 1 else 0.7,
        f"{name}{at(case, found.place)}: {message}",
        places=distinct([found.place]),
        evidence=tuple(told_origins(found, given[:3])),
        fixes=tuple(fixes),
    )


def _samples(found: Failing, given: list[Operand]) -> _Told | None:
    counts = [each.sizes[0] for each in given]
    if len(given) < 2 or len(set(counts)) == 1:
        return None
    least = min(counts)
    shortest = given[counts.index(least)]
    editor = Editor(found.file)
    for each in given:
        if each.sizes[0] > least and isinstance(each.node, ast.Name | ast.Attribute):
            editor.wrap(each.node, "", f"[: len({shortest.text})]")
    return (
        f"inconsistent numbers of samples: {', '.join(each.told() for each in given)}; the first "
        f"axis must be equal, {' and '.join(map(str, counts))} are not.\n"
        "See which step drops or adds rows, and do the same to both arrays.",
        fix_of(editor, f"Use the first {least} rows of each", 0.5, RepairClass.C),
    )


def _rank(found: Failing, call: ast.Call, given: list[Operand]) -> _Told | None:
    first = given[0]
    rank = len(first.sizes)
    if rank == 2 or function_name(call) == "train_test_split":
        return None
    if rank == 1:
        editor = append(found, first.node, ".reshape(-1, 1)")
        return (
            f"expected a 2D array (samples, features), got 1D: {first.told()}.\n"
            "Reshape it: reshape(-1, 1) for a single feature, reshape(1, -1) for a single sample.",
            fix_of(editor, f"Make it one column: {first.text}.reshape(-1, 1)", 0.9, RepairClass.A),
        )
    last = first.sizes[-1]
    editor = append(found, first.node, f".reshape(-1, {first.text}.shape[-1])")
    fixes: list[Fix] = []
    if function_name(call) in {"transform", "fit_transform"}:
        fixes = _nested(found, call, first)
    else:
        fixes = fix_of(editor, f"Reshape to (rows, {last}) first", 0.85)
    return (
        f"found an array with {rank} dimensions, {first.told()}, while a scaler or estimator takes "
        f"(samples, features).\nPut all steps into the rows first, reshape(-1, {last}), and shape "
        "the result back.",
        fixes,
    )


def _nested(found: Failing, call: ast.Call, first: Operand) -> list[Fix]:
    text = found.file.segment(call)
    inner = found.file.segment(first.node)
    flat = f"{inner}.reshape(-1, {inner}.shape[-1])"
    better = f"{text.replace(f'({inner}', f'({flat}', 1)}.reshape({inner}.shape)"
    title = "Scale with the last axis as features, and shape the result back"
    return fix_of(Editor(found.file).replace(call, better), title, 0.85)


def _features(found: Failing, call: ast.Call, given: list[Operand]) -> _Told | None:
    owner = found.look(call.func.value) if isinstance(call.func, ast.Attribute) else None
    expected: Any = getattr(owner, "n_features_in_", None)
    first = given[0]
    if not isinstance(expected, int) or len(first.sizes) != 2 or first.sizes[1] == expected:
        return None
    fixes: list[Fix] = []
    if first.sizes[1] > expected:
        title = f"Use the first {expected} columns"
        fixes = fix_of(append(found, first.node, f"[:, :{expected}]"), title, 0.5, RepairClass.C)
    return (
        f"{first.told()} has {first.sizes[1]} features, {type(owner).__name__} was fitted with "
        f"{expected}.\nGive it the same columns as in fit: check which step drops or adds some.",
        fixes,
    )
