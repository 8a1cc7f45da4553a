"""A name of an activation, initializer, loss, metric or optimizer that Keras does not know."""

from __future__ import annotations

import ast
import difflib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.training import fitting_losses
from graphscope.doctor.facts.user_call import UserCall, user_calls
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import as_evidence, trace_value
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, distinct

ID = "unknown-identifier"

KINDS = {
    "activations": "activation",
    "initializers": "initializer",
    "losses": "loss",
    "metrics": "metric",
    "optimizers": "optimizer",
    "regularizers": "regularizer",
    "constraints": "constraint",
}
FAMILIAR = {
    "activation": ("relu", "sigmoid", "softmax", "tanh", "linear"),
    "initializer": ("glorot_uniform", "he_normal", "zeros"),
    "loss": ("mse", "binary_crossentropy", "categorical_crossentropy"),
    "metric": ("accuracy", "mae"),
    "optimizer": ("adam", "sgd", "rmsprop"),
    "regularizer": ("l1", "l2"),
    "constraint": ("max_norm", "non_neg"),
}
OTHER_NAMES = {
    "crossentropy": "categorical_crossentropy",
    "cross_entropy": "categorical_crossentropy",
    "bce": "binary_crossentropy",
    "cce": "categorical_crossentropy",
    "nll": "sparse_categorical_crossentropy",
    "l1": "mae",
    "l2": "mse",
    "rmse": "RootMeanSquaredError",
    "logistic": "sigmoid",
    "none": "linear",
    "identity": "linear",
    "xavier": "glorot_uniform",
    "xavier_uniform": "glorot_uniform",
    "xavier_normal": "glorot_normal",
    "kaiming_normal": "he_normal",
    "kaiming_uniform": "he_uniform",
    "he": "he_normal",
    "glorot": "glorot_uniform",
    "uniform": "random_uniform",
    "normal": "random_normal",
    "momentum": "sgd",
}

ABSTRACT = {
    "optimizer", "optimizermap", "multioptimizer", "lossscaleoptimizer", "initializer",
    "regularizer", "constraint", "metric", "loss",
}  # fmt: skip
"""Names that Keras knows and nobody means."""


@dataclass(frozen=True, slots=True, eq=False)
class _Unknown:
    kind: str
    identifier: Any
    module: str


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the function that could not interpret an identifier, and where the user gave it."""
    unknown = _unknown(case)
    if unknown is None:
        return
    for call in _calls(case):
        if isinstance(call.owner, type):
            return  # a method called on its class, whose arguments are all one place off
        for name, node in call.parts():
            value = call.value(node)
            if type(value) is type(unknown.identifier) and value == unknown.identifier:
                yield _tell(call, name, node, unknown)
                return


def _unknown(case: Case) -> _Unknown | None:
    for name, file, _, variables in case.failure.keras_frames[:3] if case.failure else ():
        module = file.replace("\\", "/").removesuffix("/__init__.py").rpartition("/")[2]
        if name == "get" and module in KINDS and "identifier" in variables:
            identifier = variables["identifier"]
            if isinstance(identifier, str | int | float | bool | bytes):
                return _Unknown(KINDS[module], identifier, f"keras.src.{module}")
    return None


def _calls(case: Case) -> Iterator[UserCall]:
    """Yield the calls of the traceback, then those of `compile`, which only keeps the names."""
    yield from user_calls(case)
    for boundary in reversed(case.recording.boundaries):
        found = case.program.call(boundary.site[0]) if boundary.site else None
        if boundary.kind == "compile" and found is not None:
            yield UserCall(case, boundary.site[0], *found, boundary.model.compile)


def _tell(call: UserCall, parameter: str, node: ast.expr, unknown: _Unknown) -> Diagnosis:
    case = call.case
    origin = trace_value(case, node, call.frame)
    end = origin.end
    literal = end if isinstance(end.node, ast.Constant) and end.file else None
    line = literal.place if literal and literal.place else Place(call.file.path, node.lineno)
    used = Place(call.file.path, node.lineno)
    known = _known(unknown)
    close = _closest(unknown, known)
    boundary = case.failure.boundary if case.failure else None
    if unknown.kind == "loss" and boundary is not None and _is_metric(unknown.identifier):
        close = fitting_losses(boundary, boundary.model)
    shown = ", ".join(repr(each) for each in close[:3])
    whose = f"{parameter}=" if parameter else ""
    if isinstance(unknown.identifier, str):
        why = f"Keras has no {unknown.kind} of that name; closest: {shown}."
        if unknown.kind == "loss" and _is_metric(unknown.identifier):
            why = f"It is a metric, which cannot be trained on; a loss that fits: {shown}."
    else:
        typed = type(unknown.identifier).__name__
        why = f"{unknown.identifier!r} is of type {typed}, no name and not "
        why += f"callable: an {unknown.kind} must be a name, a function or None."
    layer = _layer(call)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{whose}{unknown.identifier!r}{at(case, line)} is no {unknown.kind} that Keras knows: "
        f"`{case.program.file(line.file).line_text(line.line)}`.\n"  # type: ignore[union-attr]
        f"{why}\n"
        f"Received {unknown.identifier!r}; needed one of {', '.join(map(repr, known[:12]))}, ... "
        f"or a function.",
        places=distinct([line, used]),
        layer=layer,
        evidence=(
            code(case, line),
            Evidence("value", f"{whose}{unknown.identifier!r}, closest valid: {shown}", line),
            *as_evidence(case, origin),
        ),
        fixes=tuple(_fixes(call, node, literal, close, unknown)),
    )


def _is_metric(identifier: Any) -> bool:
    objects = getattr(sys.modules.get("keras.src.metrics"), "ALL_OBJECTS_DICT", {})
    return identifier in {"accuracy", "acc"} or identifier in objects


def _known(unknown: _Unknown) -> list[str]:
    objects = getattr(sys.modules.get(unknown.module), "ALL_OBJECTS_DICT", {})
    names = [each for each in objects if isinstance(each, str) and each.lower() not in ABSTRACT]
    return sorted(names or FAMILIAR[unknown.kind], key=lambda each: (not each.islower(), each))


def _closest(unknown: _Unknown, known: list[str]) -> list[str]:
    familiar = list(FAMILIAR[unknown.kind])
    if not isinstance(unknown.identifier, str):
        return ["linear", *familiar] if unknown.kind == "activation" else familiar
    given = unknown.identifier.lower().strip().replace(" ", "_").replace("-", "_")
    for word in ("optimizer", "_loss", "_activation", "_initializer", "_regularizer", "_function"):
        given = given.removesuffix(word).rstrip("_") or given
    lower = {each.lower(): each for each in reversed(known)}
    found = [lower[given]] if given in lower else []
    other = OTHER_NAMES.get(given)
    found += [other] if other in known else []
    found += [lower[each] for each in difflib.get_close_matches(given, list(lower), 3, 0.6)]
    found += [each for each in known if given and each.startswith(f"{given}_")]
    return list(dict.fromkeys([*found, *familiar]))


def _layer(call: UserCall) -> str | None:
    import keras

    is_layer = isinstance(call.function, type) and issubclass(call.function, keras.layers.Layer)
    return call.function.__name__ if is_layer else None


def _fixes(
    call: UserCall, node: ast.expr, literal: Any, close: list[str], unknown: _Unknown
) -> Iterator[Fix]:
    file: SourceFile = literal.file if literal else call.file
    target: ast.expr = literal.node if literal else node
    if not call.case.program.is_own(file.path):
        return
    is_text = isinstance(unknown.identifier, str)
    quote = file.segment(target)[:1] if is_text else '"'
    quote = quote if quote in {"'", '"'} else '"'
    for rank, name in enumerate(close[:3]):
        fix = make_fix(
            Editor(file).replace(target, f"{quote}{name}{quote}"),
            f"Use the {unknown.kind} {name!r}",
            repair_class=RepairClass.A if rank == 0 and is_text else RepairClass.B,
            likelihood=0.9 - 0.3 * rank,
        )
        if fix is not None:
            yield fix
