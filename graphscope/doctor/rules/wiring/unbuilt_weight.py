"""`call` uses a weight that no method which Keras calls has made."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.attributes import missing_attribute
from graphscope.doctor.facts.classes import (
    line_of,
    methods_of,
    own_class,
    own_nodes,
    rename_method,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Severity
from graphscope.doctor.wording import at, code, distinct

ID = "attribute-set-in-uncalled-method"

PROTOCOL = ("__init__", "build", "call", "compile", "train_step", "test_step", "predict_step")
"""Methods that Keras itself calls."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the method that would have set the missing attribute, and why it did not run."""
    found = missing_attribute(case)
    source = own_class(case, found[2]) if found else None
    if found is None or source is None:
        return
    _, node, owner, _ = found
    file, cls = source
    for method in methods_of(cls):
        sets = any(
            isinstance(each, ast.Attribute)
            and each.attr == node.attr
            and isinstance(each.ctx, ast.Store)
            for each in own_nodes(method)
        )
        close = difflib.get_close_matches(method.name, PROTOCOL, 1, 0.6)
        if not sets or method.name in PROTOCOL or not close:
            continue
        line = line_of(file, method)
        fix = rename_method(file, method, close[0])
        yield Diagnosis(
            ID,
            Severity.ERROR,
            0.95,
            f"{cls.name}.{node.attr} is set in `{method.name}`{at(case, line)}, which nothing "
            f"calls, and used{at(case, line_of(found[0], node))}.\n"
            f"Keras calls {close[0]}; the method has another name, so that it never runs.\n"
            f"Rename {method.name} to {close[0]}.",
            places=distinct([line, line_of(found[0], node)]),
            layer=getattr(owner, "name", None) or cls.name,
            evidence=(
                code(case, line),
                Evidence("note", f"Keras calls {', '.join(PROTOCOL[:3])}; not {method.name}"),
            ),
            fixes=(fix,),
        )
        return
