"""Edits that say with keras.ops what was said with NumPy, TensorFlow or Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.facts.classes import own_nodes
from graphscope.doctor.facts.live import name_value
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile, imported_names, refer_to

OTHER_NAMES = {
    "reduce_mean": "mean", "reduce_sum": "sum", "reduce_max": "max", "reduce_min": "min",
    "reduce_prod": "prod", "reduce_any": "any", "reduce_all": "all", "reduce_std": "std",
    "concat": "concatenate", "pow": "power", "gather": "take", "math.log": "log",
    "math.exp": "exp", "math.sqrt": "sqrt", "math.square": "square", "math.abs": "abs",
    "math.reduce_mean": "mean", "math.reduce_sum": "sum", "math.reduce_max": "max",
    "math.reduce_std": "std", "math.l2_normalize": "normalize", "nn.l2_normalize": "normalize",
    "nn.relu": "relu", "nn.softmax": "softmax", "nn.sigmoid": "sigmoid", "nn.tanh": "tanh",
    "sigmoid": "sigmoid", "tanh": "tanh", "linalg.matmul": "matmul", "linalg.norm": "norm",
    "clip_by_value": "clip", "image.resize": "image.resize", "asarray": "convert_to_tensor",
    "array": "convert_to_tensor", "fmax": "maximum", "fmin": "minimum", "vstack": "vstack",
    "math.maximum": "maximum", "math.minimum": "minimum", "math.multiply": "multiply",
    "math.add": "add", "math.subtract": "subtract", "math.divide": "divide", "absolute": "abs",
    "convert_to_tensor": "convert_to_tensor", "transpose": "transpose", "identity": "copy",
}  # fmt: skip
"""Names of TensorFlow and NumPy, and keras.ops's names for the same."""


def fixes_for(use: Any) -> Iterator[Fix]:
    """Yield edits that avoid the use of a symbolic tensor as a value."""
    if use.kind in {"numpy", "tf"}:
        yield from _shape_of(use)
        yield from _with_ops(use)
    elif use.kind == "attribute":
        yield from _without_numpy(use)
    elif use.kind in {"float", "int"} and isinstance(use.node, ast.Call):
        yield from _without_conversion(use)
    elif use.kind == "bool":
        yield from _where(use)
    elif use.kind == "len" and isinstance(use.node, ast.Call) and use.node.args:
        text = f"{use.file.segment(use.node.args[0])}.shape[0]"
        yield from _made(
            Editor(use.file).replace(use.node, text), f"Use the static size: {text}", 0.8
        )


def _shape_of(use: Any) -> Iterator[Fix]:
    """`tf.shape(x)`, `np.shape(x)`: the static shape is there without any function."""
    node = use.node
    is_shape = isinstance(node, ast.Call) and _last(node.func) == "shape" and len(node.args) == 1
    if is_shape:
        text = f"{use.file.segment(node.args[0])}.shape"
        yield from _made(
            Editor(use.file).replace(node, text), f"Use the static shape: {text}", 0.95
        )


def _with_ops(use: Any) -> Iterator[Fix]:
    editor = Editor(use.file)
    changed = _replace_functions(use, editor)
    if use.function is not None:
        changed += _replace_methods(use, editor)
    if changed:
        shown = ", ".join(dict.fromkeys(changed))
        yield from _made(editor, f"Use keras.ops, which works on symbolic tensors: {shown}", 0.9)


def _replace_functions(use: Any, editor: Editor) -> list[str]:
    changed = []
    around = use.function if use.function is not None else use.file.tree
    for node in own_nodes(around):
        if not isinstance(node, ast.Call):
            continue
        name = ops_name(use.file, node.func)
        if name is None or not _is_concerned(use, node):
            continue
        reference = refer_to(use.file, f"keras.ops.{name}")
        reference.imported(editor).replace(node.func, reference.text)
        changed.append(f"ops.{name}")
    return changed


def _is_concerned(use: Any, node: ast.Call) -> bool:
    """Whether a call is given a symbolic tensor: all are inside a traced function."""
    import keras

    if use.function is not None and not isinstance(use.tensor, keras.KerasTensor):
        return True
    if any(each is node for each in ast.walk(use.node)):
        return True
    names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]
    return any(isinstance(name_value(each, use.frame), keras.KerasTensor) for each in names)


def ops_name(file: SourceFile, function: ast.expr) -> str | None:
    """Return the name in keras.ops of a function of NumPy or TensorFlow; None without one."""
    import keras

    text = file.segment(function)
    first, _, rest = text.partition(".")
    module = imported_names(file).get(first, "")
    if not rest or module not in {"numpy", "tensorflow", "jax.numpy", "torch", "scipy"}:
        return None
    name = OTHER_NAMES.get(rest, rest)
    return name if "." not in name and hasattr(keras.ops, name) else None


def _replace_methods(use: Any, editor: Editor) -> list[str]:
    """Take `.numpy()` away, which only tensors with numbers have."""
    changed = []
    for node in own_nodes(use.function):
        is_numpy = isinstance(node, ast.Call) and _last(node.func) == "numpy" and not node.args
        if is_numpy and isinstance(node.func, ast.Attribute):  # type: ignore[attr-defined]
            editor.replace(node, use.file.segment(node.func.value))  # type: ignore[attr-defined, arg-type]
            changed.append("no .numpy()")
    return changed


def _without_numpy(use: Any) -> Iterator[Fix]:
    """`(a - b).numpy()`, and what is then asked of the array: `.mean()`."""
    if use.function is None:
        return
    import keras

    text = use.file.segment(use.function)
    editor = Editor(use.file)
    changed = _replace_methods(use, editor)
    for node in own_nodes(use.function):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if not is_call or ops_name(use.file, node.func) is not None:  # type: ignore[attr-defined]
            continue
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Attribute)
        name = node.func.attr
        plain = name in {"mean", "sum", "max", "min", "std", "var", "prod"}
        if plain and hasattr(keras.ops, name) and not _is_module(use.file, node.func.value):
            inner = use.file.segment(node.func.value)
            if ".numpy()" in inner:
                continue
            reference = refer_to(use.file, f"keras.ops.{name}")
            given = [inner, *(use.file.segment(each) for each in (*node.args, *node.keywords))]
            editor = reference.imported(editor)
            editor.replace(node, f"{reference.text}({', '.join(given)})")
            changed.append(f"ops.{name}")
    changed += _replace_functions(use, editor)
    if text and changed:
        yield from _made(editor, f"Stay with tensors: {', '.join(dict.fromkeys(changed))}", 0.85)


def _is_module(file: SourceFile, node: ast.expr) -> bool:
    return file.segment(node).partition(".")[0] in imported_names(file)


def _without_conversion(use: Any) -> Iterator[Fix]:
    node = use.node
    name = _last(node.func)
    if name not in {"float", "int"} or len(node.args) != 1:
        return
    inner = use.file.segment(node.args[0])
    editor = Editor(use.file).replace(node, inner)
    yield from _made(editor, f"Keep the tensor, without {name}(): {inner}", 0.85)
    dtype = "float32" if name == "float" else "int32"
    reference = refer_to(use.file, "keras.ops.cast")
    text = f'{reference.text}({inner}, "{dtype}")'
    editor = reference.imported(Editor(use.file)).replace(node, text)
    yield from _made(editor, f"Convert inside the graph: {text}", 0.5)


def _where(use: Any) -> Iterator[Fix]:
    """`if test: return a` / `return b` becomes `return ops.where(test, a, b)`."""
    statement = next(
        (e for e in [use.node, *use.file.ancestors(use.node)] if isinstance(e, ast.If)), None
    )
    if isinstance(use.node, ast.IfExp):
        reference = refer_to(use.file, "keras.ops.where")
        parts = [use.node.test, use.node.body, use.node.orelse]
        text = f"{reference.text}({', '.join(use.file.segment(each) for each in parts)})"
        editor = reference.imported(Editor(use.file)).replace(use.node, text)
        yield from _made(editor, f"Choose inside the graph: {text}", 0.9)
        return
    if statement is None or len(statement.body) != 1:
        return
    other, remove = _alternative(use.file, statement)
    first = statement.body[0]
    pair = [each for each in (first, other) if each is not None]
    if len(pair) != 2:
        return
    values = [value for each in pair if (value := _value(each)) is not None]
    if len(values) != 2:
        return
    reference = refer_to(use.file, "keras.ops.where")
    parts = [statement.test, *values]
    text = f"{reference.text}({', '.join(use.file.segment(each) for each in parts)})"
    head = use.file.segment(first).partition(use.file.segment(values[0]))[0]
    editor = reference.imported(Editor(use.file)).replace(statement, f"{head}{text}")
    if remove and other is not None:
        editor.delete(other)
    yield from _made(editor, f"Choose inside the graph: {text}", 0.9)


def _alternative(file: SourceFile, statement: ast.If) -> tuple[ast.stmt | None, bool]:
    """Return the other branch, and whether it stands after the `if`."""
    if len(statement.orelse) == 1:
        return statement.orelse[0], False
    body = getattr(file.parent(statement), "body", [])
    after = body[body.index(statement) + 1 :] if statement in body else []
    returns = isinstance(statement.body[0], ast.Return) and len(after) == 1
    return (after[0], True) if returns else (None, False)


def _value(statement: ast.stmt) -> ast.expr | None:
    if isinstance(statement, ast.Return | ast.Assign):
        return statement.value
    return None


def _last(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _made(editor: Editor, title: str, likelihood: float) -> Iterator[Fix]:
    repair = RepairClass.A if likelihood > 0.8 else RepairClass.B
    fix = make_fix(editor, title, repair_class=repair, likelihood=likelihood)
    if fix is not None:
        yield fix
