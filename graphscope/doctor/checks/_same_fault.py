"""One fault in several layers: told once, and mended by one edit of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Fix
from graphscope.doctor.fixes.arguments import make_fix, names_class, set_argument
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import distinct


def told_once(found: Sequence[Diagnosis], *fixes: Fix | None) -> Iterator[Diagnosis]:
    """Yield the first of some diagnoses of one rule, with the places and evidence of all.

    Args:
        found: about layers of one model.
        fixes: that mend all of them.
    """
    if not found:
        return
    first, *others = found
    also = [each.layer for each in others if each.layer]
    message = f"{first.message}\nThe same is so of {', '.join(also)}." if also else first.message
    yield replace(
        first,
        message=message,
        places=distinct(place for each in found for place in each.places),
        evidence=tuple(fact for each in found for fact in each.evidence),
        fixes=(*first.fixes, *(fix for fix in fixes if fix is not None)),
    )


def set_in_all(
    case: Case, layers: Iterable[Any], name: str, text: str, title: str, *, likelihood: float
) -> Fix | None:
    """Return the fix that makes layers with another argument; all are made in one file, or None.

    A line that makes several of them is edited once.
    """
    editors: dict[str, Editor] = {}
    seen: set[int] = set()
    for layer in layers:
        made = creation_call(case, layer) if layer is not None else None
        if made is None or not case.program.is_own(made[0].path):
            continue
        if id(made[1]) not in seen and names_class(made[0], made[1], type(layer)):
            seen.add(id(made[1]))
            editor = editors.setdefault(made[0].path, Editor(made[0]))
            set_argument(editor, made[1], type(layer), name, text)
    if len(editors) != 1:
        return None
    return make_fix(next(iter(editors.values())), title, likelihood=likelihood)
