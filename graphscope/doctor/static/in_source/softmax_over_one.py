"""A Dense layer of 1 unit with softmax, which always gives 1."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, RepairClass, Severity
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.editing import Editor
from graphscope.doctor.static.models_in_source import head_of
from graphscope.doctor.static.names import argument, layer_class
from graphscope.doctor.static.telling_source import diagnose, make_fix

ID = "softmax-over-one"


def check(file: SourceFile) -> Iterator[Diagnosis]:
    """Look at every Dense layer with literal units and activation."""
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.Call) or layer_class(file, node) != "Dense":
            continue
        head, activation = head_of(file, node), argument(node, "activation", 1)
        if head is None or activation is None or (head.units, head.activation) != (1, "softmax"):
            continue
        yield diagnose(
            ID,
            file,
            node,
            severity=Severity.ERROR,
            confidence=0.97,
            problem="Dense(1) with softmax gives 1.0 for every input, exp(x) / exp(x) = 1, and "
            "nothing is learned.",
            remedy='Use activation="sigmoid" with 1 unit, or softmax with one unit per class.',
            layer="Dense",
            fixes=(
                make_fix(
                    'Use activation="sigmoid"',
                    Editor(file).replace(activation, '"sigmoid"'),
                    repair_class=RepairClass.B,
                ),
            ),
        )
