"""The structure of what a model is given: order, keys and number of inputs, targets, weights."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from itertools import permutations

from graphscope.doctor.case import Case
from graphscope.doctor.facts.handed import Handover
from graphscope.doctor.facts.handover import handover
from graphscope.doctor.facts.mismatch import fits
from graphscope.doctor.facts.stacked_inputs import stacked_axis, take_apart
from graphscope.doctor.facts.structure_telling import report
from graphscope.doctor.findings import Diagnosis, Fix, Place
from graphscope.doctor.fixes.data_edits import known
from graphscope.doctor.fixes.structure_edits import (
    key_place,
    named_input,
    nest,
    of_length,
    rename_key,
    reorder,
    reorder_model,
    with_keys,
)
from graphscope.doctor.records import DataSummary
from graphscope.doctor.wording import plural, shape

ID = "data-structure"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the structure of what is given with the model's inputs."""
    own = handover(case)
    if own is None or case.failure is None:
        return
    if case.failure.layer_call is None:
        many = isinstance(own.everything, tuple) and len(own.everything) > len(_ROLES)
        found = _flat_tuple(own) if many else None
        yield from [found] if found is not None else []
        return
    for look_at in (_wrong_keys, _flat_tuple, _wrong_order, _wrong_count):
        found = look_at(own)
        if found is not None:
            yield found
            return


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
    return report(
        ID,
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
    return report(
        ID,
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
    return report(
        ID,
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
    axis = stacked_axis(own)
    fixes = known([take_apart(own, axis)]) if axis is not None else ()
    stacked = (
        f" Axis {axis} of it holds the {wanted} inputs: take them apart, "
        f"{fixes[0].title.rpartition(': ')[2] if fixes else ''}."
        if axis is not None
        else ""
    )
    return report(
        ID,
        own,
        f"the model expects {plural(wanted, 'input')} ({names}), and received "
        f"{plural(len(parts), 'input')}: {given}.{stacked}\nGive one array for each input, in a "
        "list in their order, or in a dictionary with their names.",
        fixes,
        [own.place],
        0.85,
        str(own.model.name),
    )
