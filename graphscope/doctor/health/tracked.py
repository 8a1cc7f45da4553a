"""Edits of a `train_step` whose reported values come from trackers that it never updates."""

from __future__ import annotations

import ast
from typing import Any

from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.health.training import Training
from graphscope.doctor.source import Editor, SourceFile


def tracker_fix(training: Training) -> Fix | None:
    """Return the edit that updates a model's own metrics with what its step returns by their names.

    The step ends in `return {"loss": loss}`; a metric of that name is an attribute of the model.
    """
    found = _returned(training)
    model = training.fit.model if training.fit is not None else None
    if found is None or model is None:
        return None
    file, statement, logs = found
    trackers = {each.name: attribute for attribute, each in _own_metrics(model).items()}
    editor, updates = Editor(file), []
    for key, value in zip(logs.keys, logs.values, strict=True):
        name = key.value if isinstance(key, ast.Constant) else None
        if name not in trackers or "result()" in file.segment(value):
            continue
        tracker = f"self.{trackers[name]}"
        updates.append(f"{tracker}.update_state({file.segment(value)})")
        editor.replace(value, f"{tracker}.result()")
    if not updates:
        return None
    editor.insert_before(statement, "\n".join(updates))
    title = f"Update {'the trackers' if len(updates) > 1 else 'the tracker'} in train_step"
    return make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.9)


def _own_metrics(model: Any) -> dict[str, Any]:
    """Return the metrics that are attributes of a model, by the attribute's name."""
    import keras

    return {
        name: value
        for name, value in vars(model).items()
        if isinstance(value, keras.metrics.Metric) and not name.startswith("_")
    }


def _returned(training: Training) -> tuple[SourceFile, ast.Return, ast.Dict] | None:
    """Return the last `return {...}` of the model's own training step."""
    case, fit = training.case, training.fit
    step = getattr(type(fit.model), "train_step", None) if fit is not None else None
    code = getattr(step, "__code__", None)
    if case is None or code is None or not case.program.is_own(code.co_filename):
        return None
    file = case.program.file(code.co_filename)
    functions = file.functions(code.co_name) if file is not None else []
    made = next((each for each in functions if each.lineno == code.co_firstlineno), None)
    returns = [each for each in ast.walk(made) if isinstance(each, ast.Return)] if made else []
    last = returns[-1] if returns else None
    if file is None or last is None or not isinstance(last.value, ast.Dict):
        return None
    return file, last, last.value
