"""Targets that are missing, or passed beside a dataset that holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.handed import Handover
from graphscope.doctor.facts.handover import argument_node, handover
from graphscope.doctor.facts.structure_telling import report
from graphscope.doctor.findings import Diagnosis, Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.data_edits import known
from graphscope.doctor.fixes.structure_edits import (
    split_targets,
    with_keys,
)
from graphscope.doctor.source import Editor

ID = "data-targets"

_LEARNING = ("fit", "evaluate", "train_on_batch", "test_on_batch")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at what is given as targets, when no layer refused anything."""
    own = handover(case)
    if own is None or case.failure is None or case.failure.layer_call is not None:
        return
    surplus = _surplus_argument(own)
    yield from [surplus] if surplus is not None else _without_targets(own)


def _surplus_argument(own: Handover) -> Diagnosis | None:
    """Say that a dataset already holds what is passed beside it."""
    if own.source not in ("dataset", "generator", "pydataset") or own.boundary is None:
        return None
    frames = own.case.failure.keras_frames[:4] if own.case.failure else ()
    if not any("adapter" in frame[0].lower() or frame[0].endswith(".fit") for frame in frames):
        return None
    for name in ("y", "sample_weight", "validation_split"):
        value = own.boundary.arguments.get(name)
        node = argument_node(own.call, name)
        if value is None or node is None:
            continue
        editor = Editor(own.file)
        keyword = next((each for each in own.call.keywords if each.value is node), node)
        fix = make_fix(
            editor.remove_argument(own.call, keyword),
            f"Do not pass {name} beside a {own.source}",
            repair_class=RepairClass.A if name != "validation_split" else RepairClass.B,
            likelihood=0.9,
        )
        why = (
            "only arrays can be split; take a part of the dataset apart with take() and skip()"
            if name == "validation_split"
            else "it yields the inputs, targets and weights together, as tuples"
        )
        return report(
            ID,
            own,
            f"{name} is passed beside x, and x is a {own.source}: {why}.\nLeave {name} out.",
            known([fix]),
            [own.place],
            0.95,
            None,
        )
    return None


def _without_targets(own: Handover) -> Iterator[Diagnosis]:
    """Say that a model that learns from targets is given none."""
    boundary = own.boundary
    if own.method not in _LEARNING or boundary is None or own.role != "x":
        return
    assert own.case.failure is not None
    if boundary.arguments.get("y") is not None or isinstance(own.everything, tuple):
        if own.is_packed and isinstance(own.everything, tuple) and len(own.everything) == 1:
            yield _no_targets(own, None)
        return
    if getattr(own.model, "_compile_loss", None) is None or own.structure is None:
        return
    failure = own.case.failure
    refused = any("GeneratorDataAdapter" in frame[0] for frame in failure.keras_frames[:2])
    if "None" not in failure.message and not refused:
        return
    yield _no_targets(own, own.structure if isinstance(own.structure, Mapping) else None)


def _no_targets(own: Handover, entries: Mapping[str, Any] | None) -> Diagnosis:
    fixes: list[Fix | None] = []
    places: list[Place | None] = []
    told = "there are no targets: y is None, and the loss has nothing to compare with."
    if entries is not None:
        keys, names = [str(each) for each in entries], [each.name for each in own.declared]
        rest = [each for each in keys if each not in names]
        written = with_keys(own, keys)
        how = {"pydataset": "__getitem__ returns", "generator": "the generator yields"}
        what = how.get(own.source, "the data is")
        told = (
            f"{what} a dict with the keys {' and '.join(keys)}, and the whole dict is taken as x "
            f"(the inputs): {told}"
        )
        if rest:
            told += f" {', '.join(map(repr, rest))} is no input of the model."
        if written is not None:
            inputs = [each for each in keys if each in names]
            fixes.append(split_targets(written, inputs, rest))
            places.append(written.place)
    return report(
        ID,
        own,
        f"{told}\nReturn a tuple (inputs, targets), or pass the targets as y.",
        known(fixes),
        places,
        0.95,
        None,
    )
