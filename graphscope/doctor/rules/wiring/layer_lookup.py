"""get_layer is asked for a layer that the model does not have."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.user_call import UserCall, user_calls
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import as_evidence, trace_value
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, distinct, label

ID = "no-such-layer"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the name or index with the layers of the model."""
    for name, _, _, variables in case.failure.keras_frames[:1] if case.failure else ():
        held = dict(variables)
        if not name.endswith(".get_layer") or "self" not in held:
            return
        wanted = held.get("name") if held.get("name") is not None else held.get("index")
        call = next((each for each in user_calls(case) if each.name == "get_layer"), None)
        if call is not None:
            yield _tell(call, held["self"], wanted)


def _tell(call: UserCall, model: Any, wanted: Any) -> Diagnosis:
    case = call.case
    names = [layer.name for layer in model.layers]
    node = next((node for _, node in call.arguments()), None)
    origin = trace_value(case, node, call.frame) if node is not None else None
    used = Place(call.file.path, node.lineno if node is not None else call.node.lineno)
    own = origin is not None and origin.end.place and case.program.is_own(origin.end.place.file)
    line = origin.end.place if origin is not None and own and origin.end.kind == "literal" else used
    if isinstance(wanted, str):
        close = difflib.get_close_matches(wanted, names, 3, 0.5)
        close = close or [each for each in names if wanted.lower() in each.lower()][:3]
        said = f"no layer is called {wanted!r}"
        advice = f"Closest: {', '.join(map(repr, close))}." if close else "None is close to it."
    else:
        close = []
        said = f"there is no layer at index {wanted}"
        advice = f"The last index is {len(names) - 1}: {names[-1]!r}." if names else ""
    shown = names if len(names) <= 12 else [*names[:5], "...", *names[-6:]]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{label(model)} has {len(names)} layers, and {said}{at(case, used)}: "
        f"`{call.file.line_text(used.line)}`.\n{advice}\n"
        f"Its layers: {', '.join(map(str, shown))}.",
        places=distinct([line, used]),
        layer=model.name,
        evidence=(
            code(case, used),
            Evidence("value", f"received {wanted!r}; {advice}", used),
            *(as_evidence(case, origin) if origin is not None else ()),
        ),
        fixes=tuple(_fixes(call, node, origin, close, wanted, len(names))),
    )


def _fixes(
    call: UserCall, node: Any, origin: Any, close: list[str], wanted: Any, count: int
) -> Iterator[Fix]:
    if node is None:
        return
    literal = origin is not None and origin.end.kind == "literal" and origin.end.file is not None
    file: SourceFile = origin.end.file if literal else call.file
    target = origin.end.node if literal else node
    if not call.case.program.is_own(file.path):
        return
    texts = [f'"{each}"' for each in close] if isinstance(wanted, str) else [str(count - 1)]
    for rank, text in enumerate(texts):
        fix = make_fix(
            Editor(file).replace(target, text),
            f"Ask for {text}",
            repair_class=RepairClass.A if rank == 0 and len(close) == 1 else RepairClass.B,
            likelihood=0.9 - 0.3 * rank,
        )
        if fix is not None:
            yield fix
