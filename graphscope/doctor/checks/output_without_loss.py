"""An output of a trained model that no loss looks at, with weights that only lead there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import GivenArgument, given_argument
from graphscope.doctor.checks._reaching import ancestors
from graphscope.doctor.checks._trained import (
    activation_of,
    compile_of,
    head_call,
    outputs_of,
    targets_of,
    trainings,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Boundary
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, label, place_of

ID = "output-without-loss"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the outputs of each trained model with the losses it was compiled with."""
    for fit in trainings(case):
        compiled = compile_of(case, fit)
        given = compiled.arguments.get("loss") if compiled is not None else None
        if compiled is None or not isinstance(given, Mapping | list | tuple):
            continue
        tensors, names = outputs_of(case, fit.model)
        if len(tensors) != len(names) or not hasattr(fit.model, "_outputs_struct"):
            continue
        forgotten = list(_forgotten(given, names))
        trained = [t for t, n in zip(tensors, names, strict=True) if n not in forgotten]
        for tensor, name in zip(tensors, names, strict=True):
            if name in forgotten and _has_weights(tensor, trained) and not _adds_loss(fit.model):
                yield _tell(case, fit, compiled, tensor, name, names, given)


def _forgotten(given: Any, names: list[str]) -> Iterator[str]:
    """Yield the outputs that are not mentioned; None for an output says that it is meant."""
    if isinstance(given, Mapping):
        yield from (name for name in names if name not in given)
    elif len(given) < len(names):
        yield from names[len(given) :]


def _has_weights(tensor: Any, trained: list[Any]) -> bool:
    """Whether weights lead to a tensor that lead to no trained output."""
    rest = ancestors(trained)
    return any(
        each._keras_history.operation.trainable_weights
        for identity, each in ancestors([tensor]).items()
        if identity not in rest and hasattr(each._keras_history.operation, "trainable_weights")
    )


def _adds_loss(model: Any) -> bool:
    method = getattr(type(model), "train_step", None)
    return not str(getattr(method, "__module__", "keras.")).startswith("keras.") or bool(
        getattr(model, "_losses", None)
    )


def _tell(
    case: Case,
    fit: Boundary,
    compiled: Boundary,
    tensor: Any,
    name: str,
    names: list[str],
    given: Any,
) -> Diagnosis:
    argument = given_argument(case, compiled, "loss", 1)
    head = head_call(case, tensor)
    layer = head.operation if head is not None else tensor._keras_history.operation
    place = argument.place if argument else None
    losses = f"losses only for {', '.join(given)}" if isinstance(given, Mapping) else _count(given)
    has_target = _has_target(fit, name)
    return Diagnosis(
        ID,
        Severity.ERROR if has_target else Severity.WARNING,
        0.93 if has_target else 0.8,
        f"The model has {len(names)} outputs ({', '.join(names)}), and compile{at(case, place)} "
        f"was given {losses}: output {name!r} has no loss.\n"
        f"{label(layer)}, the {name} head, gets no gradient: its weights are never trained and "
        "stay as they were initialised.\n"
        f"Give one loss per output; add a loss for {name} (None to skip it on purpose).",
        places=distinct([place, place_of(case, layer)]),
        layer=layer.name,
        evidence=(
            Evidence(
                "value", f"{_count(given)} were given, the model has {len(names)} outputs", place
            ),
            Evidence(
                "call", f"{name} ({label(layer)}) is not part of the loss", place_of(case, layer)
            ),
        ),
        fixes=tuple(_fixes(case, argument, head, name, given)),
    )  # fmt: skip


def _count(given: Any) -> str:
    return f"{len(given)} loss" if len(given) == 1 else f"{len(given)} losses"


def _has_target(fit: Boundary, name: str) -> bool:
    targets = targets_of(fit)
    if isinstance(targets, Mapping):
        return name in targets
    return isinstance(targets, list | tuple)


def _fixes(
    case: Case,
    argument: GivenArgument | None,
    head: Any,
    name: str,
    given: Any,
) -> Iterator[Fix]:
    if argument is None or not case.program.is_own(argument.file.path):
        return
    for rank, loss in enumerate(_likely(given, head)):
        editor = _added(argument, name, loss)
        if editor is None:
            continue
        fix = make_fix(
            editor,
            f"Add a loss for {name}: {loss}",
            repair_class=RepairClass.B,
            likelihood=0.85 - 0.1 * rank,
        )
        if fix is not None:
            yield fix


def _likely(given: Any, head: Any) -> list[str]:
    """Return losses that fit the head; of regressions those of the other outputs first."""
    others = [x for x in (given.values() if isinstance(given, Mapping) else given) if x]
    texts = [each for each in others if isinstance(each, str) and "crossentropy" not in each]
    activation = activation_of(head) if head is not None else None
    if activation == "softmax":
        known = [each for each in others if isinstance(each, str) and "categorical" in each]
        return list(dict.fromkeys([*known, "sparse_categorical_crossentropy"]))
    if activation == "sigmoid" and not texts:
        return ["binary_crossentropy", "mse"]
    return list(dict.fromkeys([*texts, "mse", "mae"]))[:2]


def _added(argument: GivenArgument, name: str, loss: str) -> Editor | None:
    editor, node = Editor(argument.file), argument.node
    if isinstance(node, ast.List | ast.Tuple) and node.elts:
        return editor.insert_element_after(node.elts[-1], f'"{loss}"')
    if isinstance(node, ast.Dict) and node.values:
        return editor.insert_element_after(node.values[-1], f'"{name}": "{loss}"')
    return None
