"""Where in the program something lies, when the program is at hand, and edits there."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_call, boundary_place
from graphscope.doctor.checks._trained import compile_of
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import fix_creation, make_fix
from graphscope.doctor.fixes.layers import insert_before
from graphscope.doctor.health.rates import rate_place
from graphscope.doctor.health.training import Training
from graphscope.doctor.source import Editor
from graphscope.doctor.source.naming import refer_to
from graphscope.doctor.wording import label, place_of
from graphscope.runs import LayerInfo


def instance_of(training: Training, info: LayerInfo) -> Any:
    """Return the layer that statistics are of; None when only the log is at hand."""
    if training.fit is None:
        return None
    layers = training.fit.model._flatten_layers()
    return next(
        (each for each in layers if info.key in (each.path, each.name)),
        None,
    )


def label_of(training: Training, info: LayerInfo) -> str:
    """Return what a layer is called in a sentence."""
    layer = instance_of(training, info)
    return label(layer) if layer is not None else f"{info.class_name} {info.name!r}"


def layer_place(training: Training, info: LayerInfo) -> Place | None:
    """Return the line that made a layer."""
    layer = instance_of(training, info)
    if training.case is not None and layer is not None:
        return place_of(training.case, layer)
    return Place(info.file, info.line) if info.file and info.line else None


def fit_place(training: Training) -> Place | None:
    """Return the line that trains."""
    if training.case is None or training.fit is None:
        return None
    return boundary_place(training.case, training.fit)


def optimizer_place(training: Training) -> Place | None:
    """Return the line that gives the learning rate, makes the optimizer, or compiles the model."""
    case, fit = training.case, training.fit
    if case is None or fit is None:
        return None
    optimizer = getattr(fit.model, "optimizer", None)
    made = rate_place(case, optimizer) or place_of(case, optimizer)
    if made is not None:
        return made
    compiled = compile_of(case, fit)
    return boundary_place(case, compiled) if compiled is not None else None


def early_stopping_fix(training: Training, *, likelihood: float) -> Fix | None:
    """Return the edit that ends training when validation stops getting better."""
    case = training.case
    found = boundary_call(case, training.fit) if case is not None and training.fit else None
    if found is None:
        return None
    file, call, _ = found
    editor = Editor(file)
    stopping = refer_to(file, "keras.callbacks.EarlyStopping")
    code = f"{stopping.text}(patience=3, restore_best_weights=True)"
    given = next((each for each in call.keywords if each.arg == "callbacks"), None)
    if given is None:
        editor.set_keyword(call, "callbacks", f"[{code}]")
    elif isinstance(given.value, ast.List) and given.value.elts:
        editor.insert_element_after(given.value.elts[-1], code)
    elif isinstance(given.value, ast.List):
        editor.replace(given.value, f"[{code}]")
    else:
        return None
    stopping.imported(editor)
    title = "Stop early, and keep the best weights"
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=likelihood)


def dropout_fix(training: Training, *, likelihood: float) -> Fix | None:
    """Return the edit that puts dropout in front of the head of a model that has none.

    Half of the units of fully connected layers is what Srivastava et al. (2014, appendix A.4)
    found to serve most models.
    """
    layers = training.run.layers
    weighted = [each for each in layers if each.trainable_parameters]
    if training.case is None or len(weighted) < 2 or _drops(layers):
        return None
    head = instance_of(training, weighted[-1])
    if head is None or weighted[-1].class_name != "Dense":
        return None
    return insert_before(
        training.case,
        head,
        "Dropout",
        "0.5",
        title=f"Drop half of what {label(head)} receives while training",
        likelihood=likelihood,
    )


def _drops(layers: Iterable[LayerInfo]) -> bool:
    return any("Dropout" in each.class_name for each in layers)


def layer_fix(
    training: Training, info: LayerInfo, name: str, text: str | None, title: str, likelihood: float
) -> Fix | None:
    """Return the edit that makes a layer with another argument; None takes the argument away."""
    layer = instance_of(training, info)
    if training.case is None or layer is None:
        return None
    return fix_creation(training.case, layer, name, text, title=title, likelihood=likelihood)


def step_place(training: Training) -> Place | None:
    """Return where the user's own `train_step` returns; None where it is Keras's."""
    case, fit = training.case, training.fit
    step = getattr(type(fit.model), "train_step", None) if fit is not None else None
    return _last_line(case, step) if case is not None else None


def computing_place(training: Training, info: LayerInfo) -> Place | None:
    """Return where a layer of the user's own computes what it returns; None for one of Keras."""
    layer = instance_of(training, info)
    if training.case is None or layer is None:
        return None
    return _last_line(training.case, getattr(type(layer), "call", None))


def _last_line(case: Case, function: Any) -> Place | None:
    """Return the last `return` of a function of the program."""
    code = getattr(function, "__code__", None)
    if code is None or not case.program.is_own(code.co_filename):
        return None
    file = case.program.file(code.co_filename)
    functions = [n for n in ast.walk(file.tree) if isinstance(n, ast.FunctionDef)] if file else []
    made = next((n for n in functions if n.lineno == code.co_firstlineno), None)
    returns = [n for n in ast.walk(made) if isinstance(n, ast.Return)] if made else []
    return Place(code.co_filename, returns[-1].lineno if returns else code.co_firstlineno)


def known(*fixes: Fix | None) -> tuple[Fix, ...]:
    """Return the fixes that could be made."""
    return tuple(fix for fix in fixes if fix is not None)
