"""A symbolic tensor is used as if it had a value: NumPy, `.numpy()`, `float`, `if`, tf."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.attributes import missing_attribute
from graphscope.doctor.facts.classes import Method
from graphscope.doctor.facts.live import live_value
from graphscope.doctor.facts.operands import conflict_of, differing_axes
from graphscope.doctor.facts.tensors import is_tensor
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, Severity
from graphscope.doctor.fixes.symbolic_fixes import fixes_for
from graphscope.doctor.origins import UNKNOWN
from graphscope.doctor.records import Frame
from graphscope.doctor.source import SourceFile
from graphscope.doctor.wording import at, code

ID = "symbolic-value"

ARRAY = ("__array__", "__array_ufunc__", "__array_function__")
ENDINGS = {
    **dict.fromkeys(ARRAY, "numpy"),
    "__tf_tensor__": "tf",
    "__bool__": "bool",
    "_disallow_bool_casting": "bool",
    "__int__": "int",
    "__float__": "float",
    "__index__": "int",
    "__iter__": "iter",
    "__len__": "len",
    "_disallow_iteration": "iter",
    "__jax_array__": "jax",
}
"""Methods of symbolic tensors that raise, and what they were asked for."""
NO_LENGTH = re.compile(r"object of type '(SymbolicTensor|KerasTensor)' has no len")
BUILT_IN = re.compile(r"(float|int)\(\) argument must be .* not '(SymbolicTensor|KerasTensor)'")


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A use of a symbolic tensor as a value.

    Attributes:
        kind: `numpy`, `tf`, `bool`, `int`, `float`, `iter`, `len`, `attribute`.
        tensor: the tensor, where it is known.
        file: of the expression.
        node: the expression.
        frame: the user's frame.
        function: the function around it, where there is one.
    """

    kind: str
    tensor: Any
    file: SourceFile
    node: ast.AST
    frame: Frame
    function: Method | None


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find out what a symbolic tensor was asked for, and by which expression."""
    use = _use(case)
    if use is not None:
        yield _tell(case, use)


def _use(case: Case) -> Use | None:
    failure = case.failure
    if failure is None or not failure.site:
        return None
    kind, tensor = _asked(case)
    found = case.program.node(failure.site[0])
    if kind is None or found is None or not case.program.is_own(found[0].path):
        return None
    if kind == "numpy" and _is_misfit(case):
        return None
    function = found[0].function_of(found[1])
    if kind == "iter" and getattr(function, "name", "").endswith("_step"):
        return None  # data of other parts than the step takes: another rule's subject
    method = function if isinstance(function, Method) else None
    return Use(kind, tensor, found[0], found[1], failure.site[0], method)


def _is_misfit(case: Case) -> bool:
    """Whether NumPy was asked only because the tensor had refused an array of another shape."""
    conflict = conflict_of(case)
    if conflict is None or conflict.joining != "elementwise":
        return False
    first, second = conflict.operands[:2]
    return bool(differing_axes(first.shape, second.shape))


def _asked(case: Case) -> tuple[str | None, Any]:
    failure = case.failure
    assert failure is not None
    for name, _, _, variables in failure.keras_frames[:2]:
        held = dict(variables)
        kind = ENDINGS.get(name.rpartition(".")[2])
        if kind is not None and _is_symbolic(held.get("self")) and _is_direct(case):
            return kind, held["self"]
    if NO_LENGTH.search(failure.message):
        return "len", None
    built_in = BUILT_IN.search(failure.message)
    if built_in:
        return built_in[1], None
    missing = missing_attribute(case)
    if missing is not None and _is_symbolic(missing[2]) and missing[1].attr in {"numpy", "eval"}:
        return "attribute", missing[2]
    return None, None


def _is_direct(case: Case) -> bool:
    """Whether the user's own expression asked, and not the inside of a layer's constructor."""
    failure = case.failure
    assert failure is not None
    return failure.creating is None or failure.layer_call is not None


def _is_symbolic(thing: Any) -> bool:
    if is_tensor(thing):
        return True
    return type(thing).__module__.startswith("tensorflow") and "Symbolic" in type(thing).__name__


SAID = {
    "numpy": "gives it to NumPy, which needs numbers",
    "tf": "gives it to a TensorFlow function, which cannot take a KerasTensor",
    "bool": "asks whether it is true",
    "int": "turns it into a Python int",
    "float": "turns it into a Python float",
    "iter": "iterates over it",
    "len": "asks for its length",
    "attribute": "asks for its numbers",
    "jax": "gives it to JAX",
}


def _tell(case: Case, use: Use) -> Diagnosis:
    failure = case.failure
    assert failure is not None
    line = Place(use.file.path, int(getattr(use.node, "lineno", 1)))
    text = _text(use)
    fixes: tuple[Fix, ...] = tuple(fixes_for(use))
    inside = _inside(case, use)
    shape = getattr(use.tensor, "shape", None)
    shaped = f" of shape {tuple(shape)}" if shape is not None and shape.__class__ is tuple else ""
    advice = fixes[0].title if fixes else "Use a function of keras.ops, or wrap it in a layer"
    loss = ""
    if _in_loss(case, use) and any("Loss" in name for name, _, _, _ in failure.keras_frames):
        loss = " A loss must stay differentiable: NumPy would cut the gradient."
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"`{text}`{at(case, line)}{inside} uses a symbolic tensor{shaped} as a value: it "
        f"{SAID[use.kind]}.\n"
        f"While the model is built or its graph is traced, tensors are symbolic: they have a shape "
        f"and a dtype and no numbers yet.{loss}\n{advice}.",
        places=(line,),
        layer=failure.layer_call.name if failure.layer_call is not None else None,
        evidence=(
            code(case, line),
            Evidence("value", f"{type(use.tensor).__name__}{shaped} is symbolic", line),
            Evidence("note", "use keras.ops.* (symbolic and eager), or x.shape for static sizes"),
        ),
        fixes=fixes,
    )


def _text(use: Use) -> str:
    node = use.node
    if isinstance(node, ast.If | ast.While):
        return f"if {use.file.segment(node.test)}"
    if isinstance(node, ast.For):
        return f"for ... in {use.file.segment(node.iter)}"
    return use.file.segment(node).split("\n")[0]


def _inside(case: Case, use: Use) -> str:
    if use.function is None:
        return ""
    return f" in {use.function.name}{' (a loss or metric)' if _in_loss(case, use) else ''}"


def _in_loss(case: Case, use: Use) -> bool:
    failure = case.failure
    assert failure is not None
    names = [name for name, _, _, _ in failure.keras_frames]
    is_loss = any("Loss" in name or "CompileMetrics" in name for name in names)
    return use.function is not None and is_loss and live_value(case, use.node, use.frame) is UNKNOWN
