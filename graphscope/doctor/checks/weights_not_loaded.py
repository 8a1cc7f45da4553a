"""`load_weights` that loads nothing, or skips what it was called for, with a warning at most."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_call, boundary_place
from graphscope.doctor.checks._same_layers import align, differences
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Boundary
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import distinct, place_of

ID = "weights-not-loaded"

_NAMED = re.compile(r"<(\w+) name=([^,>]+), built=")
_SHAPES = re.compile(r"variable\.shape=(\([\d, ]*\)).*?value\.shape=(\([\d, ]*\))", re.DOTALL)


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at each load_weights that may skip layers."""
    for boundary in case.recording.boundaries:
        if boundary.kind != "load_weights" or not boundary.finished:
            continue
        if boundary.arguments.get("by_name"):
            yield from _by_name(case, boundary)
        elif boundary.arguments.get("skip_mismatch"):
            yield from _skipping(case, boundary)


def _by_name(case: Case, boundary: Boundary) -> Iterator[Diagnosis]:
    model = boundary.model
    own = [each.name for each in model.layers if each.weights]
    saved, source = _saved_names(case, boundary)
    if not own or not saved or set(own) & set(saved):
        return
    place = boundary_place(case, boundary)
    fix = _without(case, boundary, "by_name")
    same = source is not None and _shapes(source) == _shapes(model)
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"load_weights(by_name=True) loads nothing: by_name matches layer names, and no name "
        f"matches. The file has {_list(saved)}; the model has {_list(own)}.\n"
        "No error is raised: all weights stay random, as they were initialised.\n"
        "Give the layers the same names as when they were saved, or load by topology, without "
        "by_name, when the layers are the same in the same order.",
        places=distinct([place, *(_made(case, model))]),
        layer=_class_of(model, own[0]),
        evidence=(
            Evidence("value", f"layers in the file: {_list(saved)}", place),
            Evidence("value", f"layers of the model: {_list(own)}, no layer name in common"),
        ),
        fixes=(fix,) if fix is not None and (same or source is None) else (),
    )


def _class_of(model: Any, name: str) -> str:
    return next(type(each).__name__ for each in model.layers if each.name == name)


def _saved_names(case: Case, boundary: Boundary) -> tuple[list[str], Any]:
    """Return the names of the layers in the file; of the model that was saved there, if seen."""
    path = str(boundary.arguments.get("filepath"))
    for each in reversed(case.recording.boundaries):
        if each.kind == "save" and str(each.arguments.get("filepath")) == path:
            return [layer.name for layer in each.model.layers if layer.weights], each.model
    if not Path(path).is_file():
        return [], None
    import h5py

    with h5py.File(path, "r") as file:
        group = file.get("model_weights", file)
        names = group.attrs.get("layer_names", [])
        return [n.decode() if isinstance(n, bytes) else str(n) for n in names], None


def _shapes(model: Any) -> list[tuple[int, ...]]:
    return [tuple(each.shape) for each in model.weights]


def _list(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _made(case: Case, model: Any) -> Iterator[Place]:
    creation = case.recording.creation_of(model)
    own = [
        frame
        for frame in (creation.site if creation is not None else ())
        if case.program.is_own(frame.position.file)
    ]
    for frame in own[-1:]:
        yield Place(frame.position.file, frame.position.line)


def _without(case: Case, boundary: Boundary, name: str) -> Fix | None:
    found = boundary_call(case, boundary)
    if found is None:
        return None
    file, call, _ = found
    keyword = next((each for each in call.keywords if each.arg == name), None)
    if keyword is None:
        return None
    return make_fix(
        Editor(file).remove_argument(call, keyword),
        f"Load by topology: leave out {name}",
        repair_class=RepairClass.B,
        likelihood=0.8,
    )


def _skipping(case: Case, boundary: Boundary) -> Iterator[Diagnosis]:
    text = next((each for each in boundary.warnings if "could not be loaded" in each), "")
    failed = [name for _, name in _NAMED.findall(text.partition("List of objects")[2])]
    model = boundary.model
    holders = [each for each in model._flatten_layers() if _own_weights(each)]
    skipped = [each for each in holders if each.name in failed]
    loaded = [each for each in holders if each not in skipped]
    # What follows the body is meant to be new; that alone is what skip_mismatch is for.
    if not skipped or skipped == holders[-1:] or len(loaded) > len(skipped):
        return
    yield _tell_skipped(case, boundary, text, skipped, loaded)


def _own_weights(layer: Any) -> bool:
    return bool(layer._trainable_variables or layer._non_trainable_variables)


def _tell_skipped(
    case: Case, boundary: Boundary, text: str, skipped: list[Any], loaded: list[Any]
) -> Diagnosis:
    place = boundary_place(case, boundary)
    first = skipped[0]
    shapes = _SHAPES.search(text)
    told = f" {first.name} is {shapes[1]}, the file has {shapes[2]}." if shapes else ""
    found = list(differences(case, boundary.model, skipped))
    facts = [
        Evidence(
            "shape",
            f"{each.layer.name} {each.there} in the file against {each.here} in the model",
            place_of(case, each.layer),
        )
        for each in found[:3]
    ]
    origins = [e for each in found[:2] for e in each.told]
    names = _list([each.name for each in skipped])
    outcome = "no weights were loaded" if not loaded else f"{len(skipped)} layers were not loaded"
    fix = align(case, found)
    return Diagnosis(
        ID,
        Severity.ERROR if not loaded else Severity.WARNING,
        0.93 if not loaded else 0.8,
        f"load_weights(skip_mismatch=True) skipped {len(skipped)} layers ({names}): "
        f"{outcome}, and they stay random.{told}\n"
        "skip_mismatch=True turns the mismatch of shapes into a warning.\n"
        "Build the model with the same sizes as the saved one, and skip the new head only.",
        places=distinct([*(fix.places[:1] if fix else ()), *_ends(found), place]),
        layer=first.name,
        evidence=(*facts, *origins, Evidence("call", f"skipped: {names}", place)),
        fixes=(fix,) if fix else (),
    )


def _ends(found: list[Any]) -> Iterator[Place]:
    for each in found:
        if each.literal is not None:
            yield Place(each.literal[0].path, each.literal[1].lineno)
