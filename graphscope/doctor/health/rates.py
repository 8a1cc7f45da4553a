"""Learning rates in the program's source: where the number is written, and other numbers there."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import given_argument
from graphscope.doctor.checks._trained import compile_of
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import find_argument, fix_creation, make_fix, set_argument
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.health.training import Training
from graphscope.doctor.origins import trace_value
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.source.naming import refer_to
from graphscope.monitor.readings import as_number

USUAL_ADAM = ("Adam(learning_rate=0.001)", "Use Adam at its usual rate")
"""What makes the optimizer that minds scales least, and what a fix is called that uses it."""

_USUAL = {"SGD": 0.01, "Adadelta": 1.0}
"""Rates that Keras itself has as the default where it is not 0.001."""


def usual_rate(training: Training) -> float:
    """Return the rate at which most people start with this optimizer: Keras's own default."""
    model = training.fit.model if training.fit is not None else None
    return _USUAL.get(type(getattr(model, "optimizer", None)).__name__, 0.001)


def written_rate(case: Case, optimizer: Any) -> tuple[SourceFile, ast.Constant] | None:
    """Return the number that an optimizer's learning rate is written as, wherever that is."""
    made = creation_call(case, optimizer)
    given = find_argument(made[1], type(optimizer), "learning_rate") if made is not None else None
    if made is None or given is None:
        return None
    for step in trace_value(case, given, made[2], file=made[0]).walk():
        node, file = step.node, step.file
        if file is None or not isinstance(node, ast.Constant) or not case.program.is_own(file.path):
            continue
        if isinstance(node.value, int | float) and _is_rate(optimizer, node.value):
            return file, node
    return None


def _is_rate(optimizer: Any, value: float) -> bool:
    # Of a schedule it cannot be told which of its numbers it is.
    rate = as_number(getattr(optimizer, "_learning_rate", None))
    return rate is not None and math.isclose(rate, value, rel_tol=1e-4)


def rate_place(case: Case, optimizer: Any) -> Place | None:
    """Return the line that gives the learning rate its number."""
    found = written_rate(case, optimizer)
    return Place(found[0].path, found[1].lineno) if found is not None else None


def optimizer_rate_fix(case: Case, optimizer: Any, rate: float, *, likelihood: float) -> Fix | None:
    """Return the edit that makes an optimizer with another learning rate."""
    title = f"Set the learning rate to {rate:g}"
    written = written_rate(case, optimizer)
    if written is not None:
        editor = Editor(written[0]).replace(written[1], f"{rate:g}")
        return make_fix(editor, title, repair_class=RepairClass.B, likelihood=likelihood)
    return fix_creation(
        case, optimizer, "learning_rate", f"{rate:g}", title=title, likelihood=likelihood
    )


def rates_fix(
    case: Case, rates: Mapping[Any, float], title: str, *, likelihood: float
) -> Fix | None:
    """Return the edit that makes several optimizers of one file with other learning rates."""
    editor: Editor | None = None
    for optimizer, rate in rates.items():
        written, made = written_rate(case, optimizer), creation_call(case, optimizer)
        file = written[0] if written is not None else made[0] if made is not None else None
        if file is None or not case.program.is_own(file.path):
            return None
        editor = editor or Editor(file)
        if file is not editor.file:
            return None
        if written is not None:
            editor.replace(written[1], f"{rate:g}")
        elif made is not None:
            set_argument(editor, made[1], type(optimizer), "learning_rate", f"{rate:g}")
    if editor is None:
        return None
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=likelihood)


def learning_rate_fix(training: Training, rate: float, *, likelihood: float) -> Fix | None:
    """Return the edit that gives the optimizer another learning rate."""
    case, fit = training.case, training.fit
    optimizer = getattr(fit.model, "optimizer", None) if fit is not None else None
    if case is None or optimizer is None:
        return None
    title = f"Set the learning rate to {rate:g}"
    return optimizer_rate_fix(case, optimizer, rate, likelihood=likelihood) or optimizer_fix(
        training, f"{type(optimizer).__name__}(learning_rate={rate:g})", title, likelihood
    )


def rate_fixes(training: Training, rates: Iterable[float], *, likelihood: float) -> tuple[Fix, ...]:
    """Return edits to several rates, the likeliest first; which is best is found by trying them.

    Args:
        training: with a case, or there are none.
        rates: from the likeliest on; rates within a factor of two of an earlier one are left out.
        likelihood: of the first.
    """
    chosen: list[float] = []
    for rate in rates:
        if 0 < rate < math.inf and all(abs(math.log2(rate / each)) > 1 for each in chosen):
            chosen.append(rate)
    made = (
        learning_rate_fix(training, rate, likelihood=likelihood - 0.05 * index)
        for index, rate in enumerate(chosen)
    )
    return tuple(fix for fix in made if fix is not None)


def calmer_fixes(training: Training, *, likelihood: float) -> tuple[Fix, ...]:
    """Return edits that make updates smaller: lower rates, the likeliest first, and Adam.

    Args:
        training: whose steps were too large.
        likelihood: of the first.
    """
    rates = training.run.steps.get("learning_rate")
    if training.fit is None or rates is None or not len(rates):
        return ()
    rate, usual = float(max(rates.values)), usual_rate(training)
    lower = [usual] if usual < rate / 2 else []
    fixes = rate_fixes(training, [*lower, rate / 10, rate / 100], likelihood=likelihood)
    if "Adam" in type(training.fit.model.optimizer).__name__:
        return fixes
    calm = optimizer_fix(training, *USUAL_ADAM, likelihood - 0.1)
    return (*fixes, calm) if calm is not None else fixes


def optimizer_fix(training: Training, made: str, title: str, likelihood: float) -> Fix | None:
    """Return the edit that compiles the model with another optimizer.

    Args:
        training: with a case.
        made: what makes it, without its module: `Adam(learning_rate=0.001)`.
        title: of the fix.
        likelihood: of the fix.
    """
    case, fit = training.case, training.fit
    compiled = compile_of(case, fit) if case is not None and fit is not None else None
    if case is None or compiled is None:
        return None
    given = given_argument(case, compiled, "optimizer", 0)
    if given is None or not case.program.is_own(given.file.path):
        return None
    if not isinstance(given.node, ast.Constant | ast.Call):
        return None
    name, _, arguments = made.partition("(")
    reference = refer_to(given.file, f"keras.optimizers.{name}")
    editor = Editor(given.file)
    editor.replace(given.node, f"{reference.text}({arguments}")
    reference.imported(editor)
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=likelihood)
