"""The child of `request`: makes a model from its config, and answers with its graph."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
import warnings
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from graphscope.errors import GraphscopeError
from graphscope.graph import Graph, GraphBuilder
from graphscope.session.children.answers import Answer, tell_error, tell_graph
from graphscope.session.children.limits import limit_allocation, limit_clock, limit_files
from graphscope.session.children.parent import Parent
from graphscope.session.reading.landlock import confine
from graphscope.session.reading.lock import Lock, RefusedError
from graphscope.session.rebuilding.allowed import prepare
from graphscope.session.rebuilding.failures import NotAllowedError, NotRebuiltError
from graphscope.session.rebuilding.merge import PLACES
from graphscope.tracers.messages import describe_error

_OPENED = 256
_WRITTEN = 1 << 20
"""Bytes of the file that standard error leads to; no other can be opened for writing."""

_SYSTEM_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/proc", "/sys")
_DEVICES = ("/dev/null", "/dev/random", "/dev/urandom")
"""Where native libraries find others, what the machine has, and numbers to start from."""

_OF_IMPORTS = frozenset({"compile", "exec", "import", "marshal.loads", "object.__setattr__"})
"""What happens when a library imports more of itself, or finishes a class."""


def main(task: dict[str, Any], parent: Parent) -> None:
    """Do the task, and answer it.

    Args:
        task: as `request` describes it.
        parent: gets the answer.
    """
    limit_clock(task["seconds"])
    limit_allocation(task["memory"])
    parent.tell(*_answer(task, parent))
    os._exit(0)  # Closing down would do what is refused, and nothing is left to do.


def _answer(task: dict[str, Any], parent: Parent) -> Answer:
    try:
        document = prepare(task["document"])
        document = _import(document, task["libraries"])
        lock = _close_up(parent)
        graph = _rebuild(document, ops=task["ops"], in_order=task["in_order"])
        if lock.refused:  # A library may have kept the error to itself.
            raise lock.refused[0]
        return tell_graph(graph)
    except RefusedError as error:
        return tell_error(NotAllowedError(f"it would {error}"), error)
    except GraphscopeError as error:
        return tell_error(error)
    except MemoryError:
        return tell_error(NotRebuiltError("it needs more memory than it may use"))
    except Exception as error:  # noqa: BLE001 - the parent tells it to the user
        return tell_error(NotRebuiltError(describe_error(error)), error)


def _import(document: dict[str, Any], libraries: list[str]) -> dict[str, Any]:
    """Import all that making and tracing a model needs, and look at every class by name.

    Returns the config with the modules of its operations.
    """
    import keras

    for library in libraries:
        import_module(library)
    from graphscope import plugins
    from graphscope.session import open  # noqa: A004, F401
    from graphscope.session.rebuilding.resolve import check_classes, find_operations

    plugins.find("tracers", keras.config.backend())
    document = find_operations(document)
    check_classes(document)
    return document


def _close_up(parent: Parent) -> Lock:
    """Give up everything but the files of installed libraries."""
    warnings.simplefilter("ignore")
    sys.dont_write_bytecode = True
    folders = _library_folders()
    limit_files(opened=_OPENED, written=_WRITTEN)
    lock = Lock((), folders, _OF_IMPORTS)
    confine(_DEVICES, (*folders, *_SYSTEM_FOLDERS))
    parent.follow()
    lock.close()
    return lock


def _library_folders() -> list[str]:
    package = str(Path(__file__).parents[3])
    places = sysconfig.get_paths()
    named = (places["stdlib"], places["platstdlib"], places["purelib"], places["platlib"])
    found = dict.fromkeys([*named, *site.getsitepackages(), *sys.path, package])
    return [folder for folder in found if Path(folder).is_dir()]


def _rebuild(document: dict[str, Any], *, ops: bool, in_order: bool = False) -> Graph:
    import keras

    from graphscope.session.open import trace_model
    from graphscope.tracers import record_creation
    from graphscope.tracers.abstract import values_on_demand

    with record_creation(), values_on_demand():
        model = keras.saving.deserialize_keras_object(document, safe_mode=True)
        graph = trace_model(model, ops=ops)
        places = _locate_weights(model, in_order=in_order)
        return replace(graph, metadata={**graph.metadata, PLACES: places})


def _locate_weights(model: Any, *, in_order: bool) -> dict[str, str]:
    """Return the ids of the weights by the places where Keras would store them."""
    from graphscope.session.rebuilding.layout import find_places, find_positions
    from graphscope.tracers.ownership import Ownership

    variables = Ownership(GraphBuilder("model"), model).variables()
    ids = {id(variable): weight for weight, variable in variables.items()}
    places = (find_positions if in_order else find_places)(model).items()
    return {place: ids[id(variable)] for place, variable in places if id(variable) in ids}
