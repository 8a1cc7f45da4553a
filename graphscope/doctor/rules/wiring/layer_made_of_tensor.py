"""A layer's constructor was given the tensor: `Flatten(x)` for `Flatten()(x)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.live import flat
from graphscope.doctor.facts.tensors import is_layer, is_tensor, tensor_text
from graphscope.doctor.facts.user_call import UserCall, required_names
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Creation
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct

ID = "layer-made-of-tensor"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for a constructor with a tensor among its arguments: failing now, or used later on."""
    failure = case.failure
    if failure is None:
        return
    for creation in _suspects(case):
        call = _call_of(case, creation)
        if call is not None:
            found = _tell(call, creation)
            if found is not None:
                yield found
                return


def _suspects(case: Case) -> Iterator[Creation]:
    failure = case.failure
    assert failure is not None
    if failure.creating is not None:
        cls, args, kwargs = failure.creating
        yield from (
            each
            for each in reversed(case.recording.creations)
            if type(each.instance) is cls and each.args is args and each.kwargs is kwargs
        )
    used = failure.layer_call.args if failure.layer_call else ()
    for thing in flat(list(used)):
        creation = case.recording.creation_of(thing) if is_layer(thing) else None
        if creation is not None:
            yield creation


def _call_of(case: Case, creation: Creation) -> UserCall | None:
    if not creation.site or not _is_plain_layer(creation.instance):
        return None
    found = case.program.call(creation.site[0])
    if found is None:
        return None
    return UserCall(case, creation.site[0], *found, type(creation.instance))


def _is_plain_layer(thing: Any) -> bool:
    import keras

    return is_layer(thing) and not isinstance(thing, keras.Model | keras.layers.InputLayer)


def _tell(call: UserCall, creation: Creation) -> Diagnosis | None:
    values = [*creation.args, *creation.kwargs.values()]
    tensors = [each for each in values if any(is_tensor(part) for part in flat(each))]
    nodes = [*call.node.args, *(keyword.value for keyword in call.node.keywords)]
    if not tensors or len(nodes) != len(values):
        return None
    given = nodes[next(i for i, each in enumerate(values) if each is tensors[0])]
    name = creation.class_name
    text = call.file.segment(given)
    required = required_names(type(creation.instance))
    missing = [each for each in required if each not in _given(call, given, required)]
    rest = ", ".join(["...", *(f"{each}=..." for each in missing[1:])]) if missing else ""
    right = f"{name}({rest})({text})"
    shapes = ", ".join(tensor_text(call.case, part) for part in flat(tensors[0]))
    names = [each for each, node in call.arguments() if node is given]
    taken = f", which takes it for its argument {names[0]}" if names and names[0] else ""
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"`{call.file.segment(call.node)}`{at(call.case, call.place)} gives the tensor to the "
        f"constructor of {name}{taken}.\n"
        f"Received: {shapes}. The constructor takes only settings; a layer is made first, "
        f"{name}({rest}), and the layer object is then called on the tensor.\n"
        f"The parentheses of the constructor are missing: write {right}.",
        places=distinct([call.place]),
        layer=name,
        evidence=(
            Evidence("value", f"{text} is {shapes}, not a setting of the layer", call.place),
            Evidence("note", f"{name} is a class: {name}({rest}) makes the layer, then call it"),
        ),
        fixes=tuple(_fixes(call, given, missing, right)),
    )


def _given(call: UserCall, tensor: ast.expr, required: list[str]) -> set[str]:
    """Return the required parameters that the call gives beside the tensor."""
    positional = [each for each in call.node.args if each is not tensor]
    keywords = {keyword.arg or "" for keyword in call.node.keywords}
    return {*required[: len(positional)], *keywords}


def _fixes(call: UserCall, tensor: ast.expr, missing: list[str], right: str) -> Iterator[Fix]:
    if missing:
        return
    file = call.file
    given = [file.segment(each) for each in call.node.args if each is not tensor]
    given += [
        f"{keyword.arg}={file.segment(keyword.value)}" if keyword.arg else file.segment(keyword)
        for keyword in call.node.keywords
        if keyword.value is not tensor
    ]
    text = f"{file.segment(call.node.func)}({', '.join(given)})({file.segment(tensor)})"
    fix = make_fix(
        Editor(file).replace(call.node, text),
        f"Make the layer, then call it on the tensor: {right if not given else text}",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    if fix is not None:
        yield fix
