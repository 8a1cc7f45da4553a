"""Something is asked of Keras that it does not have: removed, moved or misspelt."""

from __future__ import annotations

import ast
import difflib
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts import moved as _moved
from graphscope.doctor.facts.attributes import missing_attribute
from graphscope.doctor.facts.classes import own_class
from graphscope.doctor.facts.live import live_value
from graphscope.doctor.facts.tensors import is_layer, loaded_keras
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, code

ID = "removed-attribute"

ADVICE = {
    "minimize": "Compute the gradients inside `with tf.GradientTape() as tape:` and call "
    "optimizer.apply(gradients, variables)",
    "get_gradients": "Use tf.GradientTape: tape.gradient(loss, variables)",
    "compiled_loss": "Use self.compute_loss(x, y, y_pred)",
    "compiled_metrics": "Update the metrics of self.metrics",
}
"""What to do where one name is not enough."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the object and the name that an AttributeError is about."""
    found = missing_attribute(case)
    if found is None or case.failure is None:
        return
    file, node, owner, frame = found
    if inspect.getattr_static(owner, node.attr, None) is not None:
        return  # it is there, and raised when it was read
    if isinstance(owner, ModuleType) and _is_keras_module(owner):
        fixes = list(_of_module(file, node, owner, frame, case))
        yield _tell(case, file, node, _title(owner), fixes)
    elif _is_keras_thing(owner):
        fixes = list(_of_object(case, file, node, owner))
        if fixes or node.attr in ADVICE:
            yield _tell(case, file, node, type(owner).__name__, fixes, owner)


def _is_keras_module(module: ModuleType) -> bool:
    return module.__name__.split(".")[0] in {"keras", "tensorflow"} and "keras" in module.__name__


def _is_keras_thing(owner: Any) -> bool:
    keras = loaded_keras()
    if keras is None:
        return False
    kinds = (keras.layers.Layer, keras.Optimizer, keras.Loss, keras.Metric, keras.KerasTensor)
    return isinstance(owner, kinds)


def _title(module: ModuleType) -> str:
    return module.__name__.replace("keras.api.", "keras.").replace("_tf_keras.keras", "keras")


def _tell(
    case: Case,
    file: SourceFile,
    node: ast.Attribute,
    title: str,
    fixes: list[tuple[str, Fix]],
    owner: Any = None,
) -> Diagnosis:
    line = Place(file.path, node.lineno)
    is_own = owner is not None and own_class(case, owner) is not None
    why = "It was removed, has another name, or is misspelt"
    if is_own:
        own = [each for each in vars(owner) if is_layer(vars(owner)[each])]
        why = f"{title} has the layers {', '.join(own[:8])}; this is misspelt or never set"
    nothing = ADVICE.get(node.attr, f"Keras 3 has nothing like it in {title}")
    advice = fixes[0][0] if fixes else nothing
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92 if fixes else 0.6,
        f"{title} has no attribute `{node.attr}`{' in Keras 3' * (not is_own)}{at(case, line)}: "
        f"`{file.line_text(line.line)}`.\n{why}. {advice}.",
        places=(line,),
        layer=owner.name if is_layer(owner) else None,
        evidence=(
            code(case, line),
            Evidence("value", f"{file.segment(node.value)} is {_what(owner, title)}", line),
            Evidence("note", f"{advice}", line),
        ),
        fixes=tuple(fix for _, fix in fixes),
    )


def _what(owner: Any, title: str) -> str:
    return f"an object of {title}" if owner is not None else f"the module {title}"


def _of_module(
    file: SourceFile, node: ast.Attribute, owner: ModuleType, frame: Frame, case: Case
) -> Iterator[tuple[str, Fix]]:
    """Write the name under which it is to be found, wherever the file uses names that are gone."""
    module = _title(owner)
    editor, said = Editor(file), ""
    for other in _same_owner(case, file, node, owner, frame):
        whole = file.parent(other)
        gone = _moved.module_of(f"{module}.{other.attr}")
        if gone is not None and isinstance(whole, ast.Attribute):
            new, target = f"{gone}.{whole.attr}", whole
        else:
            new, target = _moved.find(other.attr, module) or "", other
        if not new:
            continue
        reference = refer_to(file, new)
        # K.pow is written ops.power where the file has keras.ops; else it is imported.
        reference.imported(editor).replace(target, reference.text)
        if other is node:
            said = f"Use {new}"
    fix = make_fix(editor, f"{said}", repair_class=RepairClass.A, likelihood=0.9)
    if said and fix is not None:
        yield said, fix
    yield from _legacy(file, node, module)


def _same_owner(
    case: Case, file: SourceFile, node: ast.Attribute, owner: ModuleType, frame: Frame
) -> Iterator[ast.Attribute]:
    yield node
    text = file.segment(node.value)
    for other in ast.walk(file.tree):
        if not isinstance(other, ast.Attribute) or other is node or hasattr(owner, other.attr):
            continue
        if file.segment(other.value) == text and live_value(case, other.value, frame) is owner:
            yield other


def _legacy(file: SourceFile, node: ast.Attribute, module: str) -> Iterator[tuple[str, Fix]]:
    """Import the module from TensorFlow, which keeps the functions of before."""
    old = _moved.legacy(module, [node.attr])
    if old is None or not isinstance(node.value, ast.Name):
        return
    for statement in file.tree.body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        bound = [
            alias for alias in statement.names if (alias.asname or alias.name) == node.value.id
        ]
        if bound and len(statement.names) == 1:
            parent, _, last = old.rpartition(".")
            alias = "" if last == node.value.id else f" as {node.value.id}"
            said = f"TensorFlow still has it as {old}.{node.attr}"
            editor = Editor(file).replace(statement, f"from {parent} import {last}{alias}")
            fix = make_fix(editor, said, repair_class=RepairClass.B, likelihood=0.5)
            if fix is not None:
                yield said, fix


def _of_object(
    case: Case, file: SourceFile, node: ast.Attribute, owner: Any
) -> Iterator[tuple[str, Fix]]:
    call = file.parent(node)
    is_called = isinstance(call, ast.Call) and call.func is node
    if is_called and node.attr == "predict_classes":
        assert isinstance(call, ast.Call)
        yield from _classes(file, call, owner)
    elif is_called and node.attr in _moved.METHODS:
        assert isinstance(call, ast.Call)
        yield from _method(file, call, node, owner)
    elif node.attr in _moved.PROPERTIES and not is_called:
        new = _moved.PROPERTIES[node.attr]
        yield from _renamed(file, node, new, RepairClass.A)
    elif case.program.is_own(file.path):
        known = [each for each in _names(owner) if each != node.attr]
        near = difflib.get_close_matches(node.attr, known, 2, 0.75)
        longer = [each for each in known if len(node.attr) > 2 and each.startswith(node.attr)]
        for close in dict.fromkeys([*near, *longer[:1]]):
            yield from _renamed(file, node, close, RepairClass.A)


def _names(owner: Any) -> list[str]:
    """Return the names of what an object has: what the user gave it first."""
    own = [each for each in vars(owner) if not each.startswith("_")]
    of_class = [
        each for cls in type(owner).__mro__ for each in vars(cls) if not each.startswith("_")
    ]
    return list(dict.fromkeys([*own, *of_class]))


def _renamed(
    file: SourceFile, node: ast.Attribute, new: str, repair_class: RepairClass
) -> Iterator[tuple[str, Fix]]:
    text = f"{file.segment(node.value)}.{new}"
    said = f"Write {text}"
    fix = make_fix(
        Editor(file).replace(node, text), said, repair_class=repair_class, likelihood=0.85
    )
    if fix is not None:
        yield said, fix


def _method(
    file: SourceFile, call: ast.Call, node: ast.Attribute, owner: Any
) -> Iterator[tuple[str, Fix]]:
    new, arguments = _moved.METHODS[node.attr]
    owner_text = file.segment(node.value)
    if not hasattr(owner, new):
        if new == "reset_state" and hasattr(owner, "layers"):
            yield from _reset_all(file, call, owner_text)
        return
    editor = Editor(file)
    editor.replace(node, f"{owner_text}.{new}")
    from graphscope.doctor.facts.signatures import accepted

    known = accepted(getattr(owner, new))
    for keyword in call.keywords:
        name = arguments.get(keyword.arg or "", keyword.arg)
        if name != keyword.arg:
            editor.replace(keyword, f"{name}={file.segment(keyword.value)}")
        elif name is not None and name not in known:
            editor.remove_argument(call, keyword)
    said = f"Use {owner_text}.{new}, which does the same in Keras 3"
    fix = make_fix(editor, said, repair_class=RepairClass.A, likelihood=0.9)
    if fix is not None:
        yield said, fix


def _reset_all(file: SourceFile, call: ast.Call, owner: str) -> Iterator[tuple[str, Fix]]:
    statement = file.statement_of(call)
    if not isinstance(statement, ast.Expr):
        return
    pad = " " * statement.col_offset
    text = (
        f'for layer in {owner}.layers:\n{pad}    if hasattr(layer, "reset_state"):\n'
        f"{pad}        layer.reset_state()"
    )
    said = "Reset each layer that has a state: layer.reset_state()"
    fix = make_fix(
        Editor(file).replace(statement, text), said, repair_class=RepairClass.A, likelihood=0.9
    )
    if fix is not None:
        yield said, fix


def _classes(file: SourceFile, call: ast.Call, owner: Any) -> Iterator[tuple[str, Fix]]:
    """`predict_classes` is the argmax of `predict`, or a threshold for a single unit."""
    outputs = getattr(owner, "outputs", None) or []
    units = outputs[0].shape[-1] if outputs else None
    inner = file.segment(call).replace(".predict_classes(", ".predict(", 1)
    numpy = refer_to(file, "numpy.argmax")
    argmax = f"{numpy.text}({inner}, axis=-1)"
    threshold = f'({inner} > 0.5).astype("int32")'
    texts = [threshold, argmax] if units == 1 else [argmax, threshold]
    for rank, text in enumerate(texts):
        editor = Editor(file).replace(call, text)
        if text is argmax:
            numpy.imported(editor)
        said = f"Take the classes from the probabilities: {text}"
        fix = make_fix(
            editor,
            said,
            repair_class=RepairClass.A if rank == 0 else RepairClass.B,
            likelihood=0.9 - 0.6 * rank,
        )
        if fix is not None:
            yield said, fix
