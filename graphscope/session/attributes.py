"""Under which attributes the layers of a live model are kept, and where those are set."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

from graphscope.doctor.findings import Place
from graphscope.doctor.source import Program, SourceFile
from graphscope.doctor.static.model import Attribute
from graphscope.session.models import is_model


def find_attributes(model: Any) -> dict[tuple[str, str], Attribute]:
    """Return the attributes of all layers of a model, by the names of owner and layer."""
    owners = model._flatten_layers() if hasattr(model, "_flatten_layers") else [model]
    return {
        (owner.name, value.name): Attribute(name, _place(type(owner), name))
        for owner in owners
        if not type(owner).__module__.startswith("keras.")
        for name, value in vars(owner).items()
        if is_model(value) and not name.startswith("_")
    }


def _place(cls: type, name: str) -> Place | None:
    """Return the line that sets `self.name` in the class; None where its source is unknown."""
    file = _source(cls)
    if file is None:
        return None
    for node in (each for found in file.classes(cls.__name__) for each in ast.walk(found)):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and node.attr == name
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
        ):
            return Place(file.path, node.lineno)
    return None


def _source(cls: type) -> SourceFile | None:
    try:
        path = inspect.getsourcefile(cls)
    except TypeError:
        return None  # A class that was made in no file, as in a notebook.
    return Program(Path(path)).file(str(Path(path).resolve())) if path else None
