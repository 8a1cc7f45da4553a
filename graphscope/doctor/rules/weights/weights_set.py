"""Arrays that do not fit the weights they are set to: transposed, missing, in another order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import permutations

from graphscope.doctor.case import Case
from graphscope.doctor.facts.fitting_weights import axis_meaning, resized, size_origin
from graphscope.doctor.facts.loading import Misfit, keras_locals
from graphscope.doctor.facts.setting import Setting, find_setting, shape_of_value
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.set_fixes import count_fixes, matrix_fixes
from graphscope.doctor.origins import Origin, as_evidence, describe, trace_data
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, label, place_of, plural, shape

ID = "weights-set"

Sizes = tuple[int, ...]
_TORCH_KERNELS = {4: (2, 3, 1, 0), 3: (2, 1, 0), 5: (2, 3, 4, 1, 0)}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the arrays given to `set_weights` or `assign` with the weights."""
    setting = find_setting(case)
    if setting is None:
        return
    if len(setting.weights) != len(setting.given):
        yield _wrong_count(case, setting)
        return
    misfit = next(_misfits(setting), None)
    if misfit is not None:
        yield _wrong_shape(case, setting, misfit)


def _misfits(setting: Setting) -> Iterator[Misfit]:
    for index, (variable, value) in enumerate(zip(setting.weights, setting.given, strict=True)):
        needed, given = tuple(variable.shape), shape_of_value(value)
        if given is not None and needed != given:
            yield Misfit(setting.layer, variable, needed, given, index)


def _place(case: Case, setting: Setting, index: int = 0) -> Place | None:
    element = setting.element(index)
    if setting.call is None:
        return place_of(case, setting.layer)
    return Place(setting.call.file.path, element.lineno) if element else setting.call.place


def _wrong_count(case: Case, setting: Setting) -> Diagnosis:
    layer = setting.layer
    own = ", ".join(f"{each.name} {shape(tuple(each.shape))}" for each in setting.weights)
    given = ", ".join(shape(shape_of_value(each)) for each in setting.given[:4])
    is_matrix = shape_of_value(keras_locals(case, "set_weights")["weights"]) is not None  # type: ignore[index]
    more = ", ..." if len(setting.given) > 4 else ""
    reason = (
        "set_weights takes a list with one array for each weight; here an array was given, whose "
        "rows count as entries: put it in a list, [matrix]."
        if is_matrix
        else _count_reason(setting)
    )
    call = setting.call if not setting.is_made else None
    fixes = count_fixes(case, call, setting.weights, setting.given) if call else []
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"set_weights{at(case, _place(case, setting))}: {label(layer)} has "
        f"{plural(len(setting.weights), 'weight')} ({own}) and received "
        f"{plural(len(setting.given), 'array')} "
        f"({given}{more}).\n{reason}",
        places=distinct([_place(case, setting), place_of(case, layer)]),
        layer=layer.name,
        evidence=(Evidence("shape", f"{label(layer)} expects {own}", place_of(case, layer)),),
        fixes=tuple(fixes),
    )


def _count_reason(setting: Setting) -> str:
    missing = [each.name for each in setting.weights[len(setting.given) :]]
    if missing:
        return (
            f"The {', '.join(missing)} is missing: give an array for it, or make the layer without "
            "it (use_bias=False)."
        )
    return "There are more arrays than weights: the layer was made without some (use_bias=False?)."


def _wrong_shape(case: Case, setting: Setting, misfit: Misfit) -> Diagnosis:
    fixes = [*_reordered(setting, misfit), *_transposed(setting, misfit)]
    origin: Origin | None = None
    source = _source(case, setting, misfit)
    if not fixes and misfit.axes:
        axis = misfit.axes[-1]
        origin = size_origin(case, misfit, axis)
        fixes = [
            *resized(
                case,
                origin,
                misfit.needed[axis],
                misfit.given[axis],
                purpose=f"as the array of shape {shape(misfit.given)} has",
                likelihood=0.8,
            ),
            *matrix_fixes(case, source, misfit.given[axis], misfit.needed[axis]),
        ]
    place = _place(case, setting, misfit.index)
    fixes.sort(key=lambda fix: -fix.likelihood)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        _message(case, setting, misfit, origin),
        places=distinct(
            [
                fixes[0].places[0] if fixes else place,
                place,
                source.place if source else None,
                place_of(case, setting.layer),
            ]
        ),
        layer=setting.layer.name,
        evidence=tuple(_facts(case, misfit, origin, source)),
        fixes=tuple(fixes[:5]),
    )


def _message(case: Case, setting: Setting, misfit: Misfit, origin: Origin | None) -> str:
    layer, name, kind = setting.layer, misfit.weight_name, type(setting.layer).__name__
    lines = [
        f"{_how(setting)}{at(case, _place(case, setting, misfit.index))}: {kind} {name} of "
        f"'{layer.name}' is {shape(misfit.needed)}, received {shape(misfit.given)}."
    ]
    if _is_transposed(misfit):
        lines.append(
            "The axes are the same in another order. PyTorch stores (out, in), Keras (in, out): "
            "transpose the matrix, .T."
            if len(misfit.needed) == 2
            else "The axes are the same in another order: PyTorch stores kernels as (out, in, "
            "...), Keras as (..., in, out); transpose them."
        )
        return "\n".join(lines)
    for axis in misfit.axes:
        meaning = axis_meaning(layer, misfit.variable, axis)
        word = "columns" if axis == 1 and len(misfit.needed) == 2 else f"on axis {axis}"
        word = "rows" if axis == 0 and len(misfit.needed) == 2 else word
        lines.append(
            f"The matrix has {misfit.given[axis]} {word}; {meaning} of the layer is "
            f"{misfit.needed[axis]}."
        )
        if kind == "Embedding" and axis == 0 and abs(misfit.given[axis] - misfit.needed[axis]) == 1:
            lines.append("They differ by one: the row of the padding index 0 counts too (+ 1).")
    if origin is not None and origin.kind != "unknown":
        lines.append(f"The layer's size: {describe(case, origin)}.")
        named = (step.text for step in reversed(origin.chain()) if " = " in step.text)
        name, sign, _ = next(named, "").partition(" = ")
        axis = misfit.axes[-1]
        what = name if sign and name.isidentifier() else axis_meaning(layer, misfit.variable, axis)
        needed = misfit.needed[axis]
        other = f"load {needed}-d vectors" if axis == 1 else f"make the array with {needed} rows"
        lines.append(f"Set {what} to {misfit.given[axis]}, or {other} instead.")
    return "\n".join(lines)


def _how(setting: Setting) -> str:
    if setting.call is None or setting.is_made:
        return "weights="
    return str(getattr(setting.call.node.func, "attr", "set_weights"))


def _is_transposed(misfit: Misfit) -> bool:
    same = sorted(misfit.needed) == sorted(misfit.given)
    return same and len(misfit.needed) == len(misfit.given) > 1


def _transposed(setting: Setting, misfit: Misfit) -> Iterator[Fix]:
    element = setting.element(misfit.index)
    if element is None or setting.call is None or not _is_transposed(misfit):
        return
    rank = len(misfit.needed)
    usual = _TORCH_KERNELS.get(rank)
    orders = [usual] if usual else []
    orders += [each for each in permutations(range(rank)) if each != usual]
    fitting = [o for o in orders if tuple(misfit.given[axis] for axis in o) == misfit.needed]
    for rank_, order in enumerate(fitting[:2]):
        text = ".T" if rank == 2 else f".transpose({', '.join(map(str, order))})"
        editor = Editor(setting.call.file)
        is_simple = isinstance(element, ast.Name | ast.Attribute | ast.Subscript | ast.Call)
        editor.wrap(element, "" if is_simple else "(", text if is_simple else f"){text}")
        title = f"Transpose the array with {text}: {shape(misfit.given)} becomes {misfit.needed}"
        fix = make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.95 - 0.3 * rank_)
        if fix is not None:
            yield fix


def _reordered(setting: Setting, misfit: Misfit) -> Iterator[Fix]:
    """The right arrays in the wrong order."""
    needed = [tuple(each.shape) for each in setting.weights]
    given = [shape_of_value(each) for each in setting.given]
    argument = setting.call.node.args[0] if setting.call and setting.call.node.args else None
    if not isinstance(argument, ast.List) or len(argument.elts) != len(given) or needed == given:
        return
    if sorted(map(str, needed)) != sorted(map(str, given)) or len(set(needed)) != len(needed):
        return
    del misfit
    assert setting.call is not None
    order = [given.index(each) for each in needed]
    text = ", ".join(setting.call.file.segment(argument.elts[index]) for index in order)
    names = ", ".join(str(each.name) for each in setting.weights)
    editor = Editor(setting.call.file).replace(argument, f"[{text}]")
    title = f"Give the arrays in the layer's order: {names}"
    fix = make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.95)
    if fix is not None:
        yield fix


def _source(case: Case, setting: Setting, misfit: Misfit) -> Origin | None:
    element = setting.element(misfit.index)
    if element is None or setting.call is None:
        return None
    origin = trace_data(case, element, setting.call.frame)
    return None if origin.kind == "unknown" else origin


def _facts(
    case: Case, misfit: Misfit, origin: Origin | None, source: Origin | None
) -> Iterator[Evidence]:
    yield Evidence(
        "shape",
        f"{misfit.weight_name} of {label(misfit.layer)}: expected {shape(misfit.needed)}, received "
        f"{shape(misfit.given)}",
        place_of(case, misfit.layer),
    )
    if origin is not None:
        yield from as_evidence(case, origin)[:4]
    if source is not None:
        yield from as_evidence(case, source)[:4]
