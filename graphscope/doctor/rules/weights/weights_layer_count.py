"""A weights file that holds more or fewer layers than the model it is loaded into."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.loading import Refused, UserCall, refused_layers, user_call
from graphscope.doctor.facts.saved import SavedFile, SavedLayer, read_saved
from graphscope.doctor.facts.writing_files import told_writer
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, place_of, plural

ID = "weights-layer-count"


@dataclass(frozen=True, slots=True, eq=False)
class _Comparison:
    """A model against a file: what each has that the other has not."""

    saved: SavedFile
    model: Any
    own: list[Any]
    only_model: list[Any]
    only_file: list[SavedLayer]


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Lay the model's layers beside those of the file."""
    failure = case.failure
    if failure is None or failure.boundary is None or failure.boundary.kind != "load_weights":
        return
    call = user_call(case, "load_weights")
    model = failure.boundary.model
    saved = read_saved(str(failure.boundary.arguments.get("filepath", "")))
    if call is None or saved is None or not getattr(model, "weights", None):
        return
    compared = _compare(case, model, saved)
    if compared is None:
        return
    fixes = [*_by_name(call, compared), *_into_part(case, call, compared), *_skipping(call, saved)]
    extra = compared.only_model[0] if compared.only_model else None
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        _message(case, call, compared),
        places=distinct([call.place, place_of(case, extra) if extra is not None else None]),
        layer=extra.name if extra is not None else None,
        evidence=tuple(_facts(compared)),
        fixes=tuple(fixes),
    )


def _compare(case: Case, model: Any, saved: SavedFile) -> _Comparison | None:
    own = [layer for layer in getattr(model, "layers", []) if layer.weights]
    if saved.is_legacy:
        if len(own) == len(saved.layers):
            return None
        names = {layer.name for layer in own}
        in_file = {each.name for each in saved.layers}
        if names & in_file:
            only_model = [layer for layer in own if layer.name not in in_file]
            only_file = [each for each in saved.layers if each.name not in names]
        else:
            only_model, only_file = own[len(saved.layers) :], list(saved.layers[len(own) :])
        return _Comparison(saved, model, own, only_model, only_file)
    refused = [each for each in refused_layers(case, model, saved) if isinstance(each, Refused)]
    missing = [each.layer for each in refused if each.layer.weights and not saved.layer(each.path)]
    return _Comparison(saved, model, own, missing, []) if missing else None


def _message(case: Case, call: UserCall, compared: _Comparison) -> str:
    saved, own = compared.saved, compared.own
    file = Path(saved.path).name
    lines = [
        f"load_weights{at(case, call.place)}: the file {file} has "
        f"{plural(len(saved.layers), 'layer')} with weights, the model '{compared.model.name}' has "
        f"{len(own)}."
    ]
    if compared.only_model:
        names = [layer.name for layer in compared.only_model]
        is_head = own and own[-1] in compared.only_model
        head = ": the head is not in the file" if is_head else ""
        lines.append(f"Not in the file: {_listed(names)}{head}.")
    if compared.only_file:
        lines.append(f"Only in the file: {_listed([each.name for each in compared.only_file])}.")
    lines += told_writer(case)
    if saved.is_legacy:
        lines.append(
            "A .h5 file is read layer by layer in order, so both must have the same layers. Load "
            "by_name=True (layers of the same name get their weights, the others keep theirs), or "
            "load the file into the trunk only, the part of the model that it was saved from."
        )
    else:
        lines.append(
            "Build the model as it was when it was saved, or load only what the file has with "
            "skip_mismatch=True: the other layers keep their fresh random weights. Loading into "
            "the trunk only, before the head is put on, works too."
        )
    return "\n".join(lines)


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:6])
    return shown + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def _by_name(call: UserCall, compared: _Comparison) -> Iterator[Fix]:
    in_file = {each.name for each in compared.saved.layers}
    common = [layer.name for layer in compared.own if layer.name in in_file]
    if not compared.saved.is_legacy or not common:
        return
    editor = Editor(call.file).set_keyword(call.node, "by_name", "True")
    title = f"Load by_name=True: {_listed(common)} get their weights"
    fix = make_fix(editor, title, repair_class=RepairClass.C, likelihood=0.85)
    if fix is not None:
        yield fix


def _into_part(case: Case, call: UserCall, compared: _Comparison) -> Iterator[Fix]:
    """Load into a model whose layers are a part of this one, and as many as the file has."""
    owner = call.node.func
    if not isinstance(owner, ast.Attribute) or not compared.only_model:
        return
    mine = {id(layer) for layer in _all_layers(compared.model)}
    for name, value in {**call.frame.globals, **call.frame.locals}.items():
        layers = [each for each in _all_layers(value) if each.weights and each is not value]
        is_part = value is not compared.model and layers and all(id(e) in mine for e in layers)
        if is_part and len(layers) == len(compared.saved.layers) and name.isidentifier():
            editor = Editor(call.file).replace(owner.value, name)
            title = f"Load the file into {name}, the part of the model that it was saved from"
            fix = make_fix(editor, title, repair_class=RepairClass.C, likelihood=0.7)
            if fix is not None:
                yield fix
            return
    del case


def _all_layers(model: Any) -> list[Any]:
    if not hasattr(model, "_flatten_layers") or not isinstance(getattr(model, "layers", 0), list):
        return []
    return list(model._flatten_layers(include_self=False))


def _skipping(call: UserCall, saved: SavedFile) -> Iterator[Fix]:
    if saved.is_legacy:
        return
    editor = Editor(call.file).set_keyword(call.node, "skip_mismatch", "True")
    title = "Load what the file has with skip_mismatch=True; the other layers keep random weights"
    fix = make_fix(editor, title, repair_class=RepairClass.C, likelihood=0.75)
    if fix is not None:
        yield fix


def _facts(compared: _Comparison) -> Iterator[Evidence]:
    for each in compared.saved.layers[:8]:
        yield Evidence("data", f"in the file: {each.path} {', '.join(map(str, each.shapes))}")
    for layer in compared.own[:8]:
        shapes = ", ".join(str(tuple(weight.shape)) for weight in layer.weights)
        yield Evidence("shape", f"in the model: '{layer.name}' {shapes}")
