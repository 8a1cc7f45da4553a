"""Several arguments where one list is needed: `Add()(a, b)`, `Sequential(Dense(8), Dense(1))`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.tensors import is_layer, is_tensor
from graphscope.doctor.facts.user_call import UserCall, innermost_call
from graphscope.doctor.findings import Diagnosis, Evidence, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, code

ID = "arguments-not-in-list"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the failing call for tensors or layers that stand side by side."""
    call = innermost_call(case)
    if call is None or case.failure is None:
        return
    nodes = _side_by_side(call)
    if nodes:
        yield _tell(call, nodes)


def _side_by_side(call: UserCall) -> list[ast.expr]:
    failure = call.case.failure
    assert failure is not None
    nodes = list(call.node.args)
    if len(nodes) < 2 or any(isinstance(each, ast.Starred) for each in nodes):
        return []
    if failure.creating is not None and failure.creating[0].__name__ == "Sequential":
        args = failure.creating[1]
        things = [each for each in args if is_layer(each) or is_tensor(each)]
        return nodes if len(things) == len(args) == len(nodes) else []
    if not isinstance(failure.exception, TypeError):
        return []
    if failure.layer_call is not None:
        args = failure.layer_call.args
        if not _takes_one_list(failure.layer_call.operation) or len(args) != len(nodes):
            return []
        return nodes if all(is_tensor(each) for each in args) else []
    tensors = [is_tensor(call.value(each)) for each in nodes]
    is_keras = str(getattr(call.function, "__module__", "")).startswith("keras.")
    is_arity = "positional argument" in failure.message and is_keras
    return nodes if is_arity and all(tensors) else []


def _takes_one_list(layer: object) -> bool:
    import keras

    # What all merging layers inherit from has no public name.
    return isinstance(layer, keras.layers.Add.__mro__[1])


def _tell(call: UserCall, nodes: list[ast.expr]) -> Diagnosis:
    case, file = call.case, call.file
    layer = case.failure.layer_call if case.failure else None
    given = ", ".join(file.segment(each) for each in nodes)
    called = file.segment(call.node.func)
    what = "layers" if layer is None and call.name == "Sequential" else "tensors"
    shapes = [
        f"{file.segment(node)} {tuple(value.shape)}"
        for node in nodes
        if is_tensor(value := call.value(node))
    ]
    editor = Editor(file)
    if any(node.lineno != call.node.lineno for node in nodes):
        editor.wrap(nodes[0], "[", "")
        editor.wrap(nodes[-1], "", "]")
    else:
        editor.wrap(nodes[0], "[", "").wrap(nodes[-1], "", "]")
    fix = make_fix(
        editor,
        f"Put the {len(nodes)} {what} into one list: {called}([...])",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"{called}{at(case, call.place)} takes one list of {what}, and received {len(nodes)} "
        f"separate arguments: `{file.segment(call.node)}`.\n"
        f"The second positional argument is no further one of the {what}.\n"
        f"Put them into a list: {called}([{given}]).",
        places=(call.place,),
        layer=_layer_name(call),
        evidence=(
            code(case, call.place),
            Evidence("call", f"needed one list of {len(nodes)} {what}, received {given}"),
            *(Evidence("shape", text) for text in shapes),
        ),
        fixes=(fix,) if fix else (),
    )


def _layer_name(call: UserCall) -> str | None:
    failure = call.case.failure
    if failure is not None and failure.layer_call is not None:
        return failure.layer_call.name
    return call.name if call.name[:1].isupper() else None
