"""Where the program itself wrote the file that it loads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import function_name, one_line
from graphscope.doctor.findings import Place
from graphscope.doctor.origins import evaluate
from graphscope.doctor.source import SourceFile
from graphscope.doctor.wording import where

_WRITERS = {"save_weights", "save", "save_model", "ModelCheckpoint"}


def written_paths(case: Case) -> Iterator[tuple[SourceFile, ast.Call, str]]:
    """Yield the calls that save, each with the path where it can be told."""
    for file in case.program.files:
        for node in ast.walk(file.tree):
            if not isinstance(node, ast.Call) or function_name(node) not in _WRITERS:
                continue
            given = [*node.args, *(each.value for each in node.keywords)]
            for argument in given:
                value = evaluate(case, argument, None, file=file)
                if isinstance(value, str):
                    yield file, node, value
                    break


def told_writer(case: Case) -> list[str]:
    """Say which line of the program saved the file that could not be loaded."""
    boundary = case.failure.boundary if case.failure else None
    path = str(boundary.arguments.get("filepath", "")) if boundary else ""
    for file, call, written in written_paths(case):
        if path and written == path:
            place = Place(file.path, call.lineno)
            return [f"The file was saved at {where(case, place)}: {one_line(file.segment(call))}."]
    return []
