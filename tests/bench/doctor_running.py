"""A specimen is run, as it is or edited, and judged by what its collection declares."""

from __future__ import annotations

import math
import sys
import tempfile
import types
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.doctor_corpus import Edits, Specimen
from tests.bench.doctor_forks import in_fork

CPU_SECONDS = {"shape": 30, "training": 90}
CPU_SECONDS_OF_PROGRAMS = 180


def run(
    specimen: Specimen, folder: Path, *, edits: Edits = (), name: str = "run"
) -> dict[str, Any]:
    """Run a specimen in a fork.

    Returns:
        `exception` (names of its classes, most special first, or None), `message`, `line` (the
        script's deepest frame), `checks`, `finite` (whether every logged number is), `seconds`.
        A run that was ended from outside has the exception `["CRASH"]`.
    """
    private = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder))
    main = specimen.copy_to(private, edits)
    cwd = private if specimen.collection not in ("shape", "training") else private / "cwd"
    cwd.mkdir(exist_ok=True)
    answer = in_fork(
        lambda: _execute(specimen, main),
        folder,
        cwd=cwd,
        name=name,
        seconds=CPU_SECONDS.get(specimen.collection, CPU_SECONDS_OF_PROGRAMS),
    )
    if "crash" in answer:
        return {"exception": ["CRASH"], "message": answer["crash"], "checks": {}, **answer}
    return {**answer["value"], "wall": answer["seconds"]}


def fails_as_declared(specimen: Specimen, result: Mapping[str, Any]) -> bool:
    """Say whether an unedited specimen did what its collection says."""
    raised, checks = result["exception"], result["checks"]
    if specimen.kind in ("shape", "data"):
        return bool(set(raised or ()) & set(specimen.exceptions))
    if raised:
        return False
    if specimen.is_healthy:
        return checks.get("health") is True
    return checks.get("symptom") is True and checks.get("cure") is not True


def is_cured(specimen: Specimen, result: Mapping[str, Any]) -> bool:
    """Say whether an edited specimen runs clean, by the rule of its collection."""
    checks = result["checks"]
    if result["exception"]:
        return False
    if specimen.is_healthy:
        return checks.get("health") is True
    if not specimen.is_silent:
        return specimen.collection in ("shape", "training") or bool(result["finite"])
    if specimen.collection == "shape":
        return not checks.get("symptom")
    if specimen.collection == "training":
        return checks.get("cure") is True
    return checks.get("cure") is True and checks.get("symptom") is not True


def _execute(specimen: Specimen, main: Path) -> dict[str, Any]:
    """Run the script in this process, which ends afterwards: nothing is put back."""
    import time

    seen = _watch_training()
    module = types.ModuleType("__main__")
    module.__file__ = str(main)
    sys.modules["__main__"] = module
    sys.argv = [str(main)]
    sys.path.insert(0, str(main.parent))
    warnings.simplefilter("always")
    raised: BaseException | None = None
    started = time.perf_counter()
    try:
        exec(compile(main.read_text(), str(main), "exec"), module.__dict__)
    except BaseException as error:  # noqa: BLE001 - whatever ends a script is its result
        import traceback

        traceback.print_exc()
        if not (isinstance(error, SystemExit) and specimen.collection == "training"):
            raised = error
    seconds = time.perf_counter() - started
    checks = {"symptom": specimen.symptom, "cure": specimen.cure, "health": specimen.health}
    names = (_names_for_training if specimen.collection == "training" else _names)(
        module.__dict__, seen
    )
    return {
        "exception": raised and [each.__name__ for each in type(raised).__mro__],
        "message": str(raised) if raised else None,
        "line": raised and _deepest_line(raised, main.parent),
        "seconds": seconds,
        "finite": all(
            math.isfinite(_plain(number, math.nan))
            for history in seen["histories"]
            for numbers in history.history.values()
            for number in numbers
        ),
        "checks": {key: _holds(text, names) for key, text in checks.items() if text},
    }


def _watch_training() -> dict[str, list[Any]]:
    """Keep the history of each fit and the results of each evaluation the user calls."""
    import keras

    seen: dict[str, list[Any]] = {"histories": [], "evaluations": []}
    begin, evaluate = keras.callbacks.History.on_train_begin, keras.Model.evaluate

    def on_train_begin(self: Any, logs: Any = None) -> Any:
        seen["histories"].append(self)
        return begin(self, logs)

    def evaluating(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = evaluate(self, *args, **kwargs)
        if "_use_cached_eval_dataset" not in kwargs:  # validation within a fit
            seen["evaluations"].append(result)
        return result

    keras.callbacks.History.on_train_begin = on_train_begin
    keras.Model.evaluate = evaluating
    return seen


def _names(variables: Mapping[str, Any], seen: Mapping[str, list[Any]]) -> dict[str, Any]:
    import keras
    import numpy as np

    logs = [history.history for history in seen["histories"]]
    mine = {"HISTORY": logs[-1] if logs else {}, "HISTORIES": logs}
    return {**variables, "np": np, "keras": keras, "ops": keras.ops, **mine}


def _names_for_training(
    variables: Mapping[str, Any], seen: Mapping[str, list[Any]]
) -> dict[str, Any]:
    """The training collection sees logs by name, the script's numbers as `g`, and `ev`."""
    logs = {
        key: [_plain(number, math.nan) for number in numbers]
        for history in seen["histories"]
        for key, numbers in history.history.items()
    }
    numbers = {
        key: number
        for key, value in variables.items()
        if not key.startswith("_")
        and (isinstance(value, (int, float)) or getattr(value, "ndim", 1) == 0)
        and (number := _plain(value, None)) is not None
    }
    evaluations = [
        {key: _plain(value, math.nan) for key, value in result.items()}
        if isinstance(result, dict)
        else {str(i): _plain(value, math.nan) for i, value in enumerate(_listed(result))}
        for result in seen["evaluations"]
    ]
    return {**logs, "g": numbers, "ev": evaluations, "isnan": math.isnan}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _plain(value: Any, otherwise: Any) -> Any:
    """Return a number as a float; several as their mean, as the collections do."""
    import numpy as np

    try:
        return float(np.asarray(value).mean())
    except (TypeError, ValueError):
        return otherwise


def _holds(expression: str, names: dict[str, Any]) -> bool | str:
    try:
        return bool(eval(expression, dict(names)))
    except Exception as error:  # noqa: BLE001 - an expression over a program that did not finish
        return f"{type(error).__name__}: {error}"


def _deepest_line(error: BaseException, folder: Path) -> str | None:
    import traceback

    frames = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).parent == folder
    ]
    return frames[-1] if frames else None
