"""Two layers of one model have the same name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Creation
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, distinct

ID = "duplicate-layer-name"

QUOTED = re.compile(r"[\"']([^\"']+)[\"']")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for layers that were made with the name that Keras refused."""
    failure = case.failure
    if failure is None or not isinstance(failure.exception, ValueError):
        return
    innermost = [name for name, _, _, _ in failure.keras_frames[:1]]
    if innermost not in (["map_graph"], ["Sequential.add"]) or "unique" not in failure.message:
        return
    for name in QUOTED.findall(failure.message):
        made = [each for each in case.recording.creations if each.kwargs.get("name") == name]
        nodes = [found for each in made if (found := _name_node(case, each)) is not None]
        if len(made) >= 2 and nodes:
            yield _tell(case, name, made, nodes)
            return


def _name_node(case: Case, creation: Creation) -> tuple[SourceFile, ast.Call, ast.keyword] | None:
    for frame in creation.site:
        found = case.program.call(frame)
        keywords = found[1].keywords if found else []
        for keyword in keywords:
            if keyword.arg == "name" and found is not None and case.program.is_own(found[0].path):
                return found[0], found[1], keyword
    return None


def _tell(
    case: Case,
    name: str,
    made: list[Creation],
    nodes: list[tuple[SourceFile, ast.Call, ast.keyword]],
) -> Diagnosis:
    places = [Place(file.path, keyword.value.lineno) for file, _, keyword in nodes]
    line, first = places[-1], places[0]
    again = "runs more than once" if line == first else f"repeats the name of {at(case, first)[4:]}"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{len(made)} layers are called {name!r}: `{nodes[-1][0].line_text(line.line)}`"
        f"{at(case, line)} {again}.\n"
        f"The names of the layers of one model must be unique; received {name!r} {len(made)} "
        f"times, needed {len(made)} different names.\n"
        f"Give each its own name (an f-string with a counter), or leave name= out: Keras then "
        f"numbers them.",
        places=distinct([line, first]),
        layer=name,
        evidence=(code(case, line), *((code(case, first),) if first != line else ())),
        fixes=tuple(_fixes(name, nodes)),
    )


def _fixes(name: str, nodes: list[tuple[SourceFile, ast.Call, ast.keyword]]) -> Iterator[Fix]:
    file, call, keyword = nodes[-1]
    counter = _counter(file, call)
    is_text = isinstance(keyword.value, ast.Constant)
    if len({id(each[2]) for each in nodes}) == len(nodes) and is_text:
        yield from _made(
            Editor(file).replace(keyword.value, f'"{name}_2"'), f'Call it "{name}_2"', 0.85
        )
    elif counter is not None and is_text:
        text = f'f"{name}_{{{counter}}}"'
        yield from _made(
            Editor(file).replace(keyword.value, text), f"Number the names: {text}", 0.9
        )
    editor = Editor(file)
    for other_file, other_call, other in {id(each[2]): each for each in nodes}.values():
        same = other_file is file and (other is keyword or counter is not None)
        if same:
            editor.remove_argument(other_call, other)
    # A function that names one layer so names the others too, and each would fail in turn.
    for node in _same_function(file, call):
        for each in node.keywords:
            if each.arg == "name" and isinstance(each.value, ast.Constant):
                editor.remove_argument(node, each)
    yield from _made(editor, "Leave the names to Keras, which numbers them", 0.7)


def _counter(file: SourceFile, call: ast.Call) -> str | None:
    for around in file.ancestors(call):
        if isinstance(around, ast.FunctionDef):
            return None
        if isinstance(around, ast.For) and isinstance(around.target, ast.Name):
            return around.target.id
    return None


def _same_function(file: SourceFile, call: ast.Call) -> list[ast.Call]:
    function = file.function_of(call)
    if function is None:
        return []
    return [e for e in ast.walk(function) if isinstance(e, ast.Call) and e is not call]


def _made(editor: Editor, title: str, likelihood: float) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=RepairClass.B, likelihood=likelihood)
    if fix is not None:
        yield fix
