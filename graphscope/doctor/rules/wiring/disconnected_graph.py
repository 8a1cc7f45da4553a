"""A model's output depends on an Input that is not among the model's inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.graph_cut import Cut, inputs_node, title_of
from graphscope.doctor.facts.live import flat
from graphscope.doctor.facts.tensors import is_tensor
from graphscope.doctor.facts.user_call import user_calls
from graphscope.doctor.facts.wiring import (
    inputs_behind,
    operation_of,
    path_between,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Place, Severity
from graphscope.doctor.fixes.cut_fixes import (
    cut_fixes,
    inner_output,
    is_called,
    nested_fixes,
    nested_model,
)
from graphscope.doctor.wording import at, code, distinct

ID = "disconnected-graph"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Walk back from the outputs of a model that could not be made."""
    cut = _cut(case)
    if cut is not None:
        yield _tell(case, cut)


def _cut(case: Case) -> Cut | None:
    failure = case.failure
    if failure is None or not isinstance(failure.exception, ValueError):
        return None
    for name, _, _, variables in failure.keras_frames[:4]:
        if not name.endswith("Function.__init__"):
            continue
        held = dict(variables)
        inputs = [each for each in flat(held.get("inputs")) if is_tensor(each)]
        outputs = [each for each in flat(held.get("outputs")) if is_tensor(each)]
        given = frozenset(id(each) for each in inputs)
        call = next(user_calls(case), None)
        for output in outputs:
            missing = inputs_behind(output, given)
            if missing and call is not None:
                return Cut(call, inputs, outputs, output, missing)
    return None


def _tell(case: Case, cut: Cut) -> Diagnosis:
    call = cut.call
    missing = [cut.title(each) for each in cut.missing]
    shapes = ", ".join(f"{cut.title(each)} {tuple(each.shape)}" for each in cut.missing)
    given = ", ".join(f"{cut.title(each)} {tuple(each.shape)}" for each in cut.inputs)
    path = " <- ".join(_titles(path_between(cut.output, cut.missing[0])))
    unused = not any(path_between(cut.output, each) for each in cut.inputs)
    names, listed = " and ".join(missing), ", ".join(missing)
    nested = nested_model(case, cut) if unused else None
    fixes = [*nested_fixes(cut, nested), *cut_fixes(cut, unused=unused)]
    inner = inner_output(cut)
    others = f", or take {inner[1]} instead, which does not need {names}" if inner else ""
    again = ""
    if unused:
        again = "No given input leads to this output: it was computed from another Input.\n"
    if nested is not None:
        again += (
            f"{title_of(cut.output)} is a layer of the model {nested.name!r}, and its .output "
            f"belongs to the graph of {nested.name!r} alone, not to that of the model around it. "
            f"Call its layers on the new input, build the new model from {nested.name}.inputs, or "
            f"take what {nested.name} gave when it was called.\n"
        )
    made = [_place_of(case, each) for each in cut.missing]
    node = inputs_node(call)
    line = Place(call.file.path, node.lineno if node is not None else call.place.line)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"The graph is disconnected{at(case, line)}: the output of {title_of(cut.output)} depends "
        f"on input {names}, and {names} is an Input that is not listed in the model's inputs.\n"
        f"Path from the output: {path}; it is cut at '{missing[0]}'.\n{again}"
        f"Received inputs: {given}; missing from inputs: {shapes}.\n"
        f"Add {listed} to inputs=[...]{others}.",
        places=distinct([line, *made]),
        layer=nested.name if nested is not None and is_called(nested) else "InputLayer",
        evidence=(
            code(case, line),
            Evidence("note", f"the output depends on {listed}, which is missing from inputs", line),
            Evidence("note", f"graph disconnected at '{missing[0]}': {path}"),
            *(
                Evidence("shape", f"Input {cut.title(each)}: {tuple(each.shape)}")
                for each in cut.missing
            ),
        ),
        fixes=tuple(fixes),
    )


def _titles(path: list[Any]) -> list[str]:
    titles = [title_of(each) for each in path]
    return titles if len(titles) <= 7 else [*titles[:3], "...", *titles[-3:]]


def _place_of(case: Case, tensor: Any) -> Place | None:
    creation = case.recording.creation_of(operation_of(tensor))
    if creation is None or not creation.site:
        return None
    return Place(creation.site[0].position.file, creation.site[0].position.line)
