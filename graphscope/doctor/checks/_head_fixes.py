"""Edits of the last activation and of the loss."""

from __future__ import annotations

import ast

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import (
    GivenArgument,
    given_argument,
    literal_origin,
    only_text,
)
from graphscope.doctor.checks._trained import TrainedOutput
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import fix_creation, make_fix
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import label, place_of

_CLASSES = {
    "binary_crossentropy": "BinaryCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
}


def loss_argument(case: Case, output: TrainedOutput) -> GivenArgument | None:
    """Return how `compile` is given its losses."""
    return given_argument(case, output.compiled, "loss", 1)


def loss_place(case: Case, output: TrainedOutput) -> Place | None:
    """Return the line on which the loss is chosen."""
    given, found = loss_argument(case, output), _named(case, output)
    if found is not None:
        return Place(found[0].path, found[1].lineno)
    made = place_of(case, output.given) if output.given is not None else None
    return made or (given.place if given else None)


def _named(case: Case, output: TrainedOutput) -> tuple[SourceFile, ast.expr] | None:
    """Return the text that names a loss, also where `compile` gets it in a dict of settings."""
    if not isinstance(output.given, str) or output.compiled is None:
        return None
    given = loss_argument(case, output)
    if given is None:
        return only_text(case, output.given)
    return literal_origin(case, given, output.given)


def set_activation(
    case: Case, output: TrainedOutput, name: str | None, *, likelihood: float, title: str = ""
) -> Fix | None:
    """Return the fix that gives the last layer another activation, or none."""
    call = output.call
    if call is None or not call.is_layer:
        return None
    layer = getattr(call.operation, "layer", call.operation)
    told = f'activation="{name}"' if name else "no activation"
    return fix_creation(
        case,
        layer,
        "activation",
        f'"{name}"' if name else None,
        title=title or f"Give {label(layer)} {told}",
        repair_class=RepairClass.B,
        likelihood=likelihood,
    )


def take_logits(case: Case, output: TrainedOutput, *, likelihood: float) -> Fix | None:
    """Return the fix that tells the loss that the output is not activated."""
    if output.loss is None or output.loss.name not in _CLASSES:
        return None
    if not isinstance(output.given, str):
        return fix_creation(
            case,
            output.given,
            "from_logits",
            "True",
            title="Pass from_logits=True to the loss",
            likelihood=likelihood,
        )
    given = loss_argument(case, output)
    found = literal_origin(case, given, output.given) if given is not None else None
    if found is None:
        return None
    file, node = found
    reference = refer_to(file, f"keras.losses.{_CLASSES[output.loss.name]}")
    editor = reference.imported(Editor(file)).replace(node, f"{reference.text}(from_logits=True)")
    title = f"Use {_CLASSES[output.loss.name]}(from_logits=True), for the output has no activation"
    return make_fix(editor, title, likelihood=likelihood)


def set_loss(case: Case, output: TrainedOutput, name: str, *, likelihood: float) -> Fix | None:
    """Return the fix that trains with another loss, where the loss is given by its name."""
    found = _named(case, output)
    if found is None:
        return None
    editor = Editor(found[0]).replace(found[1], f'"{name}"')
    return make_fix(editor, f"Use the loss {name}", likelihood=likelihood)


def both(first: Fix | None, second: Fix | None, title: str, likelihood: float) -> Fix | None:
    """Return two fixes as one, if they touch different lines."""
    if first is None or second is None:
        return None
    lines = {(edit.file, edit.line) for edit in first.edits}
    if lines & {(edit.file, edit.line) for edit in second.edits}:
        return None
    return Fix(title, first.edits + second.edits, RepairClass.B, likelihood=likelihood)
