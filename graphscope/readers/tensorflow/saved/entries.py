"""Which entry point of a SavedModel is shown, and what is said of the others.

An entry point is a signature, or a function of a saved object, which is named by its path in the
tree of objects. Of a function that was called with several kinds of arguments, each is one.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphscope.readers.tensorflow.document import Entry
from graphscope.readers.tensorflow.known_variables import KnownVariables
from graphscope.readers.tensorflow.saved.meta_graph import MetaGraph
from graphscope.readers.tensorflow.saved.signatures import Signature, entry_points
from graphscope.readers.tensorflow.unfolding.order import find_sinks
from graphscope.readers.tensorflow.unfolding.program import Variable
from graphscope.readers.tensorflow.unfolding.references import referred_node
from graphscope.readers.text import quote

_METHODS = ("serve", "call", "__call__", "call_and_return_conditional_losses")
"""Methods that are a model's own computation, the one that is meant first."""
_LISTED = 5
_CHOICE = "--entry NAME shows another one"


def list_entries(meta: MetaGraph) -> list[str]:
    """Return the names of the entry points, those that are meant first before others."""
    signatures = [each.name for each in entry_points(meta.signatures)]
    return list(dict.fromkeys([*signatures, *_list_functions(meta)]))


def find_entry(
    meta: MetaGraph, known: KnownVariables, notes: list[tuple[str, str]], wanted: str = ""
) -> Entry | None:
    """Return an entry point; None where there is none, or none of the name that is wanted.

    Args:
        meta: the graph with its entry points.
        known: what is known of variables; learns those that a function takes.
        notes: get a note on the entry points that are not shown.
        wanted: the name of the one to show; empty for the one that is meant.
    """
    signatures = entry_points(meta.signatures)
    names = [each.name for each in signatures]
    functions = _list_functions(meta)
    if wanted in names or (signatures and not wanted):
        chosen = signatures[names.index(wanted) if wanted else 0]
        if len(names) > 1:
            notes.append(_tell_signatures(names, chosen.name))
        return _open_signature(chosen)
    if wanted in functions or (functions and not wanted):
        path = wanted or functions[0]
        notes.append(_tell_functions(names, functions, path))
        return _open_function(meta, path, known)
    if wanted:
        return None
    if meta.objects.variables:
        notes.append(
            (
                "weights-only",
                "The SavedModel holds variables and no function, so there is no data flow to show.",
            )
        )
        return Entry()
    sinks = find_sinks(meta.graph.by_name)
    return Entry(sinks, names=sinks) if sinks else None


def _list_functions(meta: MetaGraph) -> list[str]:
    """Return the paths of functions, a model's own computation first, then outer ones."""
    functions = meta.objects.functions
    found = [path for path, name in functions.items() if name in meta.graph.functions]
    return sorted(found, key=_rank)


def _rank(path: str) -> tuple[int, int]:
    return _METHODS.index(path) if path in _METHODS else len(_METHODS), path.count("/")


def _open_signature(signature: Signature) -> Entry:
    return Entry(
        list(signature.outputs.values()),
        {referred_node(tensor): name for name, tensor in signature.inputs.items()},
        names=list(signature.outputs),
    )


def _open_function(meta: MetaGraph, path: str, known: KnownVariables) -> Entry:
    function = meta.graph.functions[meta.objects.functions[path]]
    captures: list[Variable | None] = []
    for number in meta.objects.captures.get(function.name, ()):
        saved = meta.objects.variables.get(number)
        variable = None if saved is None else Variable(saved.name, saved.shape, saved.dtype)
        if saved is not None and variable is not None:
            known.captured[variable] = saved
        captures.append(variable)
    return Entry(function=function, captures=captures)


def _tell_signatures(names: Sequence[str], shown: str) -> tuple[str, str]:
    others = [name for name in names if name != shown]
    return (
        "more-entry-points",
        f"The SavedModel has {len(names)} entry points; shown is {quote(shown)}. "
        f"{_name_others(others)}",
    )


def _tell_functions(names: Sequence[str], paths: Sequence[str], shown: str) -> tuple[str, str]:
    others = [*names, *(path for path in paths if path != shown)]
    begin = "Of the SavedModel" if names else "The SavedModel has no entry point;"
    more = f" {_name_others(others)}" if others else ""
    code = "more-entry-points" if names else "no-entry-point"
    return code, f"{begin} the function {quote(shown)} is shown.{more}"


def _name_others(others: Sequence[str]) -> str:
    named = ", ".join(quote(name, 80) for name in others[:_LISTED])
    more = f" and {len(others) - _LISTED:,} more" if len(others) > _LISTED else ""
    return f"The others are {named}{more}; {_CHOICE}."
