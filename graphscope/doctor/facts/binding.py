"""From a name to the expression that was bound to it, where that is to be read directly."""

from __future__ import annotations

import ast
from typing import Any

from graphscope.doctor.facts.live import live_value
from graphscope.doctor.facts.user_call import UserCall
from graphscope.doctor.findings import Place
from graphscope.doctor.records import Frame
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.definitions import Definition, definitions_of


def bound_expression(call: UserCall, node: ast.expr) -> tuple[SourceFile, ast.expr, Frame]:
    """Follow a name through assignments and parameters to what was written for it.

    Args:
        call: the call of the traceback in which the expression stands.
        node: the expression.

    Returns:
        the last expression that was found, with its file and the frame that evaluated it; the
        node itself when it is no name or nothing was assigned to it.
    """
    file, frame = call.file, call.frame
    site = list(call.case.failure.site) if call.case.failure else []
    value = live_value(call.case, node, frame)
    for _ in range(12):
        if not isinstance(node, ast.Name):
            break
        definitions = definitions_of(file, node, before=node)
        if len(definitions) == 0:
            break
        first = definitions[0]
        if first.kind in {"assign", "walrus"} and first.value is not None and not first.path:
            node = first.value
            file = first.file
        elif first.kind == "parameter":
            index = next((i for i, each in enumerate(site) if each is frame), len(site))
            found = _argument_for(call, site[index + 1 :], file, first.node, first.value)
            if found is None:
                break
            file, node, frame = found
        elif first.kind == "loop" and (element := _element(call, first, value, frame)):
            file, node = first.file, element
        else:
            break
    return file, node, frame


def _element(call: UserCall, loop: Definition, value: Any, frame: Frame) -> ast.expr | None:
    """Return the element of the list that a loop runs over which is the value at hand."""
    source = loop.value
    if isinstance(source, ast.Name):
        found = definitions_of(loop.file, source, before=source)
        source = found[0].value if found and not found[0].path else None
    if not isinstance(source, ast.List | ast.Tuple) or len(loop.path) != 1:
        return None
    same = [each for each in source.elts if live_value(call.case, each, frame) is value]
    return same[0] if len(same) == 1 else None


def _argument_for(
    call: UserCall,
    outer: list[Frame],
    file: SourceFile,
    parameter: ast.AST,
    default: ast.expr | None,
) -> tuple[SourceFile, ast.expr, Frame] | None:
    """Return what the caller gives for a parameter, or its default."""
    function = file.function_of(parameter)
    name = getattr(parameter, "arg", "")
    if function is None or not outer:
        return None
    found = call.case.program.call(outer[0])
    if found is None:
        return None
    caller_file, node = found
    for keyword in node.keywords:
        if keyword.arg == name:
            return caller_file, keyword.value, outer[0]
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if names and names[0] in {"self", "cls"}:
        names = names[1:]
    index = names.index(name) if name in names else len(node.args)
    if index < len(node.args) and not any(isinstance(e, ast.Starred) for e in node.args):
        return caller_file, node.args[index], outer[0]
    return (file, default, outer[0]) if default is not None else None


def place(file: SourceFile, node: ast.AST) -> Place:
    """Return the line on which a node begins."""
    return Place(file.path, int(getattr(node, "lineno", 1)))
