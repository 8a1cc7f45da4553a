"""The structure of what a model is given: order, keys and number of inputs, targets, weights."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import DataSummary
from graphscope.doctor.rules._data_edits import known
from graphscope.doctor.rules._data_telling import best_places, called
from graphscope.doctor.rules._handover import Handover, argument_node, handover
from graphscope.doctor.rules._mismatch import fits
from graphscope.doctor.rules._structure_edits import (
    key_place,
    named_input,
    nest,
    of_length,
    rename_key,
    reorder,
    reorder_model,
    split_targets,
    with_keys,
)
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, label, plural, shape

ID = "data-structure"

_LEARNING = ("fit", "evaluate", "train_on_batch", "test_on_batch")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the structure of what is given with the model's inputs."""
    own = handover(case)
    if own is None or case.failure is None:
        return
    if case.failure.layer_call is None:
        many = isinstance(own.everything, tuple) and len(own.everything) > len(_ROLES)
        found = _surplus_argument(own) or (_flat_tuple(own) if many else None)
        yield from [found] if found is not None else _without_targets(own)
        return
    for look_at in (_wrong_keys, _flat_tuple, _wrong_order, _wrong_count):
        found = look_at(own)
        if found is not None:
            yield found
            return


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
        if value is None or value == 0.0 or node is None:
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
        return _report(
            own,
            f"{name} is passed beside x, and x is a {own.source}: {why}.\nLeave {name} out.",
            known([fix]),
            [own.place],
            0.95,
            None,
        )
    return None


def _names(own: Handover) -> list[str]:
    return [each.layer_name or each.name for each in own.declared]


def _wrong_keys(own: Handover) -> Diagnosis | None:
    """Say which key of a dictionary is no input's name."""
    if not isinstance(own.structure, Mapping) or not own.declared:
        return None
    keys = [str(each) for each in own.structure]
    names = [each.name for each in own.declared]
    lacking = [each for each in names if each not in keys]
    surplus = [each for each in keys if each not in names]
    if not lacking:
        return None
    pairs = _paired(own, lacking, surplus)
    fixes: list[Fix | None] = []
    places: list[Place | None] = []
    for missing, found in pairs.items():
        written = with_keys(own, [found])
        if written is not None:
            fixes.append(rename_key(written, found, missing))
            places.append(key_place(written, found))
        declared = next(each for each in own.declared if each.name == missing)
        fixes.append(named_input(own.case, declared.layer, found))
        places.append(declared.place(own.case))
    told = "; ".join(
        f"input named {missing!r} is missing, the dict has {found!r} instead"
        for missing, found in pairs.items()
    )
    rest = [each for each in lacking if each not in pairs]
    if rest:
        told += f"{'; ' if told else ''}no entry for the input {', '.join(map(repr, rest))}"
    return _report(
        own,
        f"the data is a dictionary with the keys {', '.join(keys)}, and the model inputs are "
        f"{', '.join(names)}: {told}.\nThe keys of a dictionary must equal the Input names: rename "
        "one of the two.",
        known(fixes),
        places,
        0.96,
        str(own.model.name),
    )


def _paired(own: Handover, lacking: list[str], surplus: list[str]) -> dict[str, str]:
    """Return which surplus key is meant for which input: by its name, and by its shape."""
    pairs: dict[str, str] = {}
    left = list(surplus)
    for name in lacking:
        declared = next(each for each in own.declared if each.name == name)
        fitting = [
            each for each in left
            if not isinstance(own.structure[each], DataSummary)
            or own.structure[each].spec.shape is None
            or fits(declared.shape, own.structure[each].spec.shape)
        ]  # fmt: skip
        close = difflib.get_close_matches(name, fitting, 1, 0.0 if len(fitting) == 1 else 0.4)
        close = close or [each for each in fitting if name in each or each in name][:1]
        if close:
            pairs[name] = close[0]
            left.remove(close[0])
    return pairs


def _flat_tuple(own: Handover) -> Diagnosis | None:
    """Say that several inputs of a flat tuple are taken for targets and weights."""
    count, given = len(own.declared), own.everything
    if count < 2 or not own.is_packed or not isinstance(given, tuple):
        return None
    if isinstance(given[0], tuple | list | Mapping) or len(given) not in (count, count + 1):
        return None
    written = of_length(own, len(given))
    fixes = known([nest(written, count, 0.95)] if written is not None else [])
    parts = [f"the {_ORDINALS[i]} for {r}" for i, r in enumerate(_ROLES[: len(given)])]
    texts = (
        ", ".join(written.file.segment(each) for each in written.node.elts)  # type: ignore[union-attr]
        if written is not None
        else ""
    )
    return _report(
        own,
        f"the model expects {count} inputs ({', '.join(_names(own))}), and each element is a flat "
        f"tuple of {len(given)}{f', ({texts})' if texts else ''}. Keras reads a flat tuple as "
        f"(x, y, sample_weight): {', '.join(parts)}. So there is 1 input, the second is taken for "
        f"the targets, and the third for sample weights.\nNest the inputs in a tuple of their own, "
        f"((a, b), y).",
        fixes,
        [written.place if written is not None else None],
        0.96,
        None,
    )


_ROLES = ("x", "y", "sample_weight")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def _wrong_order(own: Handover) -> Diagnosis | None:
    """Say that the inputs fit in another order."""
    parts, declared = own.parts, own.declared
    if not isinstance(own.structure, list | tuple) or not 2 <= len(parts) <= 5:
        return None
    if len(parts) != len(declared) or not any(each.mismatch for each in parts):
        return None
    shapes = [each.shape for each in parts]
    if None in shapes:
        return None
    right = next(
        (
            order
            for order in permutations(range(len(parts)))
            if all(fits(declared[i].shape, shapes[j]) for i, j in enumerate(order))  # type: ignore[arg-type]
        ),
        None,
    )
    if right is None:
        return None
    written = of_length(own, len(parts))
    wrong = [part for part in parts if part.mismatch is not None]
    fixes = known([
        reorder(written, right, "Swap the inputs, into the order of the model", 0.95)
        if written is not None else None,
        reorder_model(own.case, own, right),
    ])  # fmt: skip
    told = ", ".join(
        f"{part.declared.layer_name!r} expects {shape(part.declared.shape)} and gets {part.text}, "
        f"{shape(part.spec)}"
        for part in wrong
        if part.declared is not None
    )
    return _report(
        own,
        f"the inputs are passed in the wrong order: {told}.\nThe model takes them in the order "
        f"{', '.join(_names(own))}, as in its list of inputs. Swap the arrays, or pass a "
        "dictionary with the names of the inputs.",
        fixes,
        [own.place, *(each.declared.place(own.case) for each in wrong if each.declared)],
        0.97,
        wrong[0].declared.layer_name if wrong[0].declared else None,
    )


def _wrong_count(own: Handover) -> Diagnosis | None:
    """Say that there are too many or too few inputs."""
    wanted, parts = len(own.declared), own.parts
    if not wanted or len(parts) == wanted or isinstance(own.structure, Mapping):
        return None
    names = ", ".join(f"{e.layer_name} {shape(e.shape)}" for e in own.declared)
    given = ", ".join(f"{each.text} {shape(each.spec)}" for each in parts[:4])
    return _report(
        own,
        f"the model expects {plural(wanted, 'input')} ({names}), and received "
        f"{plural(len(parts), 'input')}: {given}.\nGive one array for each input, in a list in "
        "their order, or in a dictionary with their names.",
        (),
        [own.place],
        0.85,
        str(own.model.name),
    )


def _without_targets(own: Handover) -> Iterator[Diagnosis]:
    """Say that a model that learns from targets is given none."""
    boundary = own.boundary
    if own.method not in _LEARNING or boundary is None or own.role != "x":
        return
    if boundary.arguments.get("y") is not None or isinstance(own.everything, tuple):
        if own.is_packed and isinstance(own.everything, tuple) and len(own.everything) == 1:
            yield _no_targets(own, None)
        return
    if getattr(own.model, "_compile_loss", None) is None or own.structure is None:
        return
    if own.case.failure is not None and "None" not in own.case.failure.message:
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
    return _report(
        own,
        f"{told}\nReturn a tuple (inputs, targets), or pass the targets as y.",
        known(fixes),
        places,
        0.95,
        None,
    )


def _report(
    own: Handover,
    told: str,
    fixes: tuple[Fix, ...],
    places: list[Place | None],
    confidence: float,
    layer: str | None,
) -> Diagnosis:
    evidence = [
        Evidence("shape", f"input {e.layer_name!r} expects {shape(e.shape)}", e.place(own.case))
        for e in own.declared
    ]
    evidence += [
        Evidence("data", f"{part.text} is {shape(part.spec)} {part.spec.dtype}", own.place)
        for part in own.parts[:6]
    ]
    return Diagnosis(
        ID,
        Severity.ERROR,
        confidence,
        f"{called(own)} failed for {label(own.model)}{at(own.case, None)}: {told}",
        places=best_places(fixes, *places, own.place),
        layer=layer,
        evidence=tuple(evidence),
        fixes=fixes,
    )
