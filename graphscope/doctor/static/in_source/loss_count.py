"""A list of losses that is longer or shorter than the outputs of the model."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.source import SourceFile
from graphscope.doctor.static.models_in_source import compiled_models, loss_argument
from graphscope.doctor.static.telling_source import diagnose

ID = "loss-count"


def check(file: SourceFile) -> Iterator[Diagnosis]:
    """Count the elements of literal lists of losses and outputs."""
    for model in compiled_models(file):
        given = loss_argument(model)
        if not isinstance(given, ast.List | ast.Tuple):
            continue
        losses, outputs = len(given.elts), len(model.heads)
        if losses == outputs or any(isinstance(each, ast.Starred) for each in given.elts):
            continue
        yield diagnose(
            ID,
            file,
            given,
            severity=Severity.ERROR,
            confidence=0.9,
            problem=f"compile gets {losses} losses, and the model has {outputs} outputs"
            + (": the last ones are not trained." if losses < outputs else "."),
            remedy="Give one loss per output, in the order of the outputs; None for an output "
            "that is not to be trained.",
            also=(model.compile,),
        )
