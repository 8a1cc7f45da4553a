"""Weights that a training step of the user's never hands to an optimizer."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_place
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.checks._trained import trainings
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import distinct, label, place_of

ID = "left-out-of-training"

_WEIGHTS = ("trainable_weights", "trainable_variables")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare what all optimizers hold with what a model could train."""
    held = _trained(case)
    if not held:
        return
    for fit in trainings(case):
        model = fit.model
        method = getattr(type(model), "train_step", None)
        if str(getattr(method, "__module__", "keras.")).startswith("keras."):
            continue
        given = _given(case, model)
        # Keras shows all weights to the optimizer of a model, whichever the step hands over.
        trained = held if given is None else given
        for part in _parts(model):
            weights = part.trainable_weights
            left_out = weights and not any(id(each) in trained for each in weights)
            if left_out and _ran_in_training(case, part) and not _was_set(case, part):
                yield _tell(case, fit, model, part)


def _trained(case: Case) -> set[int]:
    """Return the variables that optimizers hold."""
    return {
        id(variable)
        for each in case.recording.creations
        for variable in getattr(each.instance, "_trainable_variables", ())
        if hasattr(each.instance, "apply_gradients") or hasattr(each.instance, "apply")
    }


def _given(case: Case, model: Any) -> set[int] | None:
    """Return the weights that `train_step` names, if it names those of parts alone."""
    found: set[int] = set()
    for file in own_files(case):
        for owner in file.classes(type(model).__name__):
            for node in ast.walk(owner):
                if not isinstance(node, ast.Attribute) or node.attr not in _WEIGHTS:
                    continue
                inner = node.value
                part = (
                    getattr(model, inner.attr, None) if isinstance(inner, ast.Attribute) else None
                )
                if part is None or not isinstance(getattr(inner, "value", None), ast.Name):
                    return None
                found |= {id(each) for each in getattr(part, node.attr, ())}
    return found or None


def _parts(model: Any) -> list[Any]:
    return [each for each in vars(model).get("_layers", []) if hasattr(each, "trainable_weights")]


def _ran_in_training(case: Case, part: Any) -> bool:
    """Whether it was called with training=True: a target network or a teacher is not."""
    return any(call.operation is part and _is_training(call) for call in case.recording.calls)


def _is_training(call: CallRecord) -> bool:
    """Whether a call, or the innermost one around it that says so, is told that it trains."""
    around: CallRecord | None = call
    while around is not None:
        told = around.kwargs.get("training")
        if told is not None:
            return bool(told is True)
        around = around.parent
    return False


def _was_set(case: Case, part: Any) -> bool:
    return any(
        each.kind in ("set_weights", "load_weights") and each.model is part
        for each in case.recording.boundaries
    )


def _tell(case: Case, fit: Any, model: Any, part: Any) -> Diagnosis:
    name = next((key for key, held in vars(model).items() if held is part), part.name)
    chosen = list(_chosen(case, type(model)))
    places = [Place(file.path, node.lineno) for file, node in chosen]
    given = ", ".join(file.segment(node) for file, node in chosen[:2]) or "other weights"
    fixes = [fix for file, node in chosen[:1] for fix in _fixes(file, node, name)]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{label(part)} (self.{name}) is never updated: train_step of {type(model).__name__} "
        f"gives the optimizer gradients only for {given}.\n"
        f"None of its {len(part.trainable_weights)} trainable weights is in any optimizer, so the "
        f"{name} stays as it was initialised while the loss falls a little.\n"
        "Use self.trainable_weights, the weights of the whole model.",
        places=distinct([*places, place_of(case, part), boundary_place(case, fit)]),
        layer=part.name,
        evidence=(
            Evidence("value", f"{name}: 0 of {len(part.trainable_weights)} weights are trained"),
            *(
                Evidence("code", file.line_text(node.lineno), Place(file.path, node.lineno))
                for file, node in chosen[:2]
            ),
        ),
        fixes=tuple(fixes),
    )


def _chosen(case: Case, cls: type) -> Iterator[tuple[SourceFile, ast.Attribute]]:
    """Yield where `train_step` takes the weights of one part."""
    for file in own_files(case):
        for owner in file.classes(cls.__name__):
            for node in ast.walk(owner):
                if (
                    isinstance(node, ast.Attribute)
                    and node.attr in _WEIGHTS
                    and isinstance(node.value, ast.Attribute)
                    and getattr(file.function_of(node), "name", "") == "train_step"
                ):
                    yield file, node


def _fixes(file: SourceFile, node: ast.Attribute, name: str) -> Iterator[Fix]:
    own = f"self.{node.attr}"
    both = f"{file.segment(node)} + self.{name}.{node.attr}"
    for text, likelihood in ((own, 0.9), (both, 0.8)):
        fix = make_fix(
            Editor(file).replace(node, text),
            f"Train the weights of both: {text}",
            repair_class=RepairClass.A,
            likelihood=likelihood,
        )
        if fix is not None:
            yield fix
