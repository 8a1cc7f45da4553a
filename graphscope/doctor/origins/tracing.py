"""From an expression back to what fixed its value: names, parameters, attributes, elements."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from graphscope.doctor.case import Case
from graphscope.doctor.origins import evaluating
from graphscope.doctor.origins.evaluating import as_spec, follow, same
from graphscope.doctor.origins.origin import UNKNOWN, Origin, OriginKind, show, unknown
from graphscope.doctor.origins.resolving import definition_in, imported_file
from graphscope.doctor.origins.scopes import Scope, argument_of, called_name, module_scope
from graphscope.doctor.origins.texts import header_of, place_of, text_of
from graphscope.doctor.origins.values import (
    reachable,
    scope_at,
    starred_count,
    truth,
    value_of,
)
from graphscope.doctor.records import Spec
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.definitions import Definition, Path, default_of

if TYPE_CHECKING:
    from graphscope.doctor.origins.calls import Calls
    from graphscope.doctor.origins.loops import Loops
    from graphscope.doctor.origins.members import Members

_DEPTH = 40
_BUDGET = 300


class Tracer:
    """One question: keeps account of what was visited, so that it ends."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.budget = _BUDGET
        self.running: set[object] = set()
        self.known: dict[object, tuple[Origin, Scope]] = {}

    def trace(
        self, node: ast.expr, scope: Scope, path: Path = (), expected: Any = UNKNOWN
    ) -> Origin:
        """Return the origin of an expression's value, or of the part that a path leads to.

        Args:
            node: the expression.
            scope: where it is read.
            path: which part of its value is meant.
            expected: the value of that part, where it is known from a later moment.
        """
        key = (id(node), id(scope), repr(path))
        known = self.known.get(key)
        if known is not None:
            return known[0]
        self.budget -= 1
        if key in self.running or len(self.running) > _DEPTH or self.budget < 0:
            return unknown(
                "the chain goes round" if key in self.running else "the chain is too long",
                place=place_of(scope.file, node),
                text=text_of(scope.file, node),
            )
        self.running.add(key)
        try:
            if expected is UNKNOWN:
                expected = follow(value_of(node, scope), path)
            found = self._dispatch(node, scope, path, as_spec(expected))
            # The scope is kept with the answer, so that its id stays its own.
            self.known[key] = (found, scope)
            return found
        finally:
            self.running.discard(key)

    def _dispatch(self, node: ast.expr, scope: Scope, path: Path, value: Any) -> Origin:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is not None:
            found: Origin = method(node, scope, path, value)
            return found
        return self.origin("unknown", node, scope, value, note="this kind of expression is opaque")

    def origin(
        self,
        kind: OriginKind,
        node: ast.AST,
        scope: Scope,
        value: Any,
        causes: tuple[Origin, ...] = (),
        *,
        text: str = "",
        note: str = "",
    ) -> Origin:
        """Return an origin at a node."""
        text = text or text_of(scope.file, node)
        place = place_of(scope.file, node)
        return Origin(kind, text, place, value, scope.file, node, causes, note)

    # -- leaves and operators

    def _constant(self, node: ast.Constant, scope: Scope, path: Path, value: Any) -> Origin:
        return self.origin("literal", node, scope, node.value if not path else value)

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope, _path: Path, value: Any) -> Origin:
        parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        causes = tuple(self.trace(part, scope) for part in parts)
        return self.origin("arithmetic", node, scope, value, causes)

    def _binop(self, node: ast.BinOp, scope: Scope, path: Path, value: Any) -> Origin:
        if path:
            part = self._part_of_sequence(node, scope, path, value)
            if part is not None:
                return part
        return self._operands(node, [node.left, node.right], scope, value)

    def _part_of_sequence(  # noqa: PLR0911 - one answer for each shape of the sum
        self, node: ast.BinOp, scope: Scope, path: Path, value: Any
    ) -> Origin | None:
        """An element of `(h, w) + rest` or of `[16] * depth`."""
        kind, key = path[0]
        left = value_of(node.left, scope)
        if not isinstance(left, tuple | list):
            return None
        if kind == "each":
            return self.trace(node.left, scope, path, value)
        if kind != "item" or not isinstance(key, int):
            return None
        if isinstance(node.op, ast.Mult) and left:
            return self.trace(node.left, scope, (("item", key % len(left)), *path[1:]), value)
        if not isinstance(node.op, ast.Add):
            return None
        right = value_of(node.right, scope)
        if key < 0 and isinstance(right, tuple | list):
            key += len(left) + len(right)
        if 0 <= key < len(left):
            return self.trace(node.left, scope, (("item", key), *path[1:]), value)
        key = key - len(left) if key >= 0 else key
        return self.trace(node.right, scope, (("item", key), *path[1:]), value)

    def _operands(
        self, node: ast.expr, operands: list[ast.expr], scope: Scope, value: Any
    ) -> Origin:
        named = [each for each in operands if not isinstance(each, ast.Constant)]
        fixed = [each for each in operands if isinstance(each, ast.Constant)]
        causes = tuple(self.trace(each, scope) for each in (*named, *fixed))
        kind: OriginKind = "data" if isinstance(value, Spec) else "arithmetic"
        if value is UNKNOWN and any(each.is_data for each in causes):
            kind = "data"
        text = text_of(scope.file, node)
        shown = show(value)
        if kind == "arithmetic" and shown and len(text) + len(shown) < 90:
            text = f"{text} = {shown}"
        return self.origin(kind, node, scope, value, causes, text=text)

    def _unaryop(self, node: ast.UnaryOp, scope: Scope, _path: Path, value: Any) -> Origin:
        if isinstance(node.operand, ast.Constant):
            return self.origin("literal", node, scope, value)
        return self._operands(node, [node.operand], scope, value)

    def _compare(self, node: ast.Compare, scope: Scope, _path: Path, value: Any) -> Origin:
        return self._operands(node, [node.left, *node.comparators], scope, value)

    def _boolop(self, node: ast.BoolOp, scope: Scope, path: Path, value: Any) -> Origin:
        matching = [part for part in node.values if same(value_of(part, scope), value)]
        if not path and len(matching) == 1:
            return self.trace(matching[0], scope, path, value)
        return self._operands(node, node.values, scope, value)

    def _ifexp(self, node: ast.IfExp, scope: Scope, path: Path, value: Any) -> Origin:
        held = truth(node.test, scope)
        branches = [node.body, node.orelse] if held is None else []
        if held is not None:
            branches = [node.body if held else node.orelse]
        matching = [
            each for each in branches if same(follow(value_of(each, scope), path), value)
        ] or branches
        causes = tuple(self.trace(each, scope, path, value) for each in matching)
        return self.origin("name", node, scope, value, causes)

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope, path: Path, value: Any) -> Origin:
        return self.trace(node.value, scope, path, value)

    def _starred(self, node: ast.Starred, scope: Scope, path: Path, value: Any) -> Origin:
        return self.trace(node.value, scope, path, value)

    def _await(self, node: ast.Await, scope: Scope, path: Path, value: Any) -> Origin:
        return self.trace(node.value, scope, path, value)

    # -- containers

    def _tuple(
        self, node: ast.Tuple | ast.List | ast.Set, scope: Scope, path: Path, value: Any
    ) -> Origin:
        if path:
            kind, key = path[0]
            if kind == "each":
                return self._element(node.elts, scope, path[1:], value)
            element = self._indexed(node.elts, key, scope) if kind == "item" else None
            if element is not None:
                return self.trace(element[0], scope, (*element[1], *path[1:]), value)
        constant = all(
            isinstance(each, ast.Constant)
            for each in ast.iter_child_nodes(node)
            if isinstance(each, ast.expr)
        )
        if constant:
            return self.origin("literal", node, scope, value)
        causes = tuple(
            self.trace(each, scope) for each in node.elts[:12] if not isinstance(each, ast.Constant)
        )
        is_data = _is_data_value(value) or any(each.is_data for each in causes)
        kind_: OriginKind = "data" if is_data else "name"
        return self.origin(kind_, node, scope, value, causes)

    _list = _tuple
    _set = _tuple

    def _indexed(
        self, elements: list[ast.expr], key: Any, scope: Scope
    ) -> tuple[ast.expr, Path] | None:
        if not isinstance(key, int):
            return None
        starred = [i for i, each in enumerate(elements) if isinstance(each, ast.Starred)]
        if not starred or 0 <= key < starred[0] or (key < 0 and starred[-1] < len(elements) + key):
            return (elements[key], ()) if -len(elements) <= key < len(elements) else None
        first = elements[starred[0]]
        if len(starred) > 1 or not isinstance(first, ast.Starred):
            return None
        inside = value_of(first.value, scope)
        if not isinstance(inside, tuple | list):
            return None
        total = len(elements) - 1 + len(inside)
        position = key if key >= 0 else key + total
        if starred[0] <= position < starred[0] + len(inside):
            return first.value, (("item", position - starred[0]),)
        after = position - len(inside) + 1
        return (elements[after], ()) if 0 <= after < len(elements) else None

    def _element(self, elements: list[ast.expr], scope: Scope, path: Path, value: Any) -> Origin:
        matching = [e for e in elements if same(follow(value_of(e, scope), path), value)]
        if matching:
            return self.trace(matching[0], scope, path, value)
        causes = tuple(self.trace(each, scope, path) for each in elements[:8])
        if not elements:
            return unknown("an empty sequence")
        return self.origin("loop", elements[0], scope, value, causes)

    def _dict(self, node: ast.Dict, scope: Scope, path: Path, value: Any) -> Origin:
        if path and path[0][0] == "item":
            for key, entry in zip(node.keys, node.values, strict=True):
                if key is not None and same(value_of(key, scope), path[0][1]):
                    # The keys of packed keywords stand nowhere in the source.
                    name = f'"{key.value!s}"' if isinstance(key, ast.Constant) else ast.unparse(key)
                    return self.entry(entry, scope, path[1:], value, label=f"{name}: ")
            for key, entry in zip(node.keys, node.values, strict=True):
                if key is None:
                    return self.trace(entry, scope, path, value)
        if path and path[0][0] == "each":
            return self._element([k for k in node.keys if k], scope, path[1:], value)
        causes = tuple(
            self.trace(each, scope)
            for each in node.values[:12]
            if not isinstance(each, ast.Constant)
        )
        kind: OriginKind = "name" if causes else "literal"
        if any(each.is_data for each in causes):
            kind = "data"
        return self.origin(kind, node, scope, value, causes)

    def entry(self, node: ast.expr, scope: Scope, path: Path, value: Any, *, label: str) -> Origin:
        """Return the origin of what stands under a name: a keyword or a dictionary's key."""
        cause = self.trace(node, scope, path, value)
        kind: OriginKind = "data" if cause.is_data else "attribute"
        causes = (cause,)
        text = f"{label}{text_of(scope.file, node)}"
        return self.origin(kind, node, scope, value, causes, text=text)

    def _listcomp(
        self,
        node: ast.ListComp | ast.GeneratorExp | ast.SetComp,
        scope: Scope,
        path: Path,
        value: Any,
    ) -> Origin:
        if path and path[0][0] in {"each", "item"}:
            return self.trace(node.elt, scope, path[1:], value)
        causes = (
            self.trace(node.elt, scope),
            *(self.trace(each.iter, scope) for each in node.generators),
        )
        return self.origin("loop", node, scope, value, causes)

    _generatorexp = _listcomp
    _setcomp = _listcomp

    def _dictcomp(self, node: ast.DictComp, scope: Scope, path: Path, value: Any) -> Origin:
        if path and path[0][0] == "item":
            return self.trace(node.value, scope, path[1:], value)
        causes = (
            self.trace(node.value, scope),
            *(self.trace(each.iter, scope) for each in node.generators),
        )
        return self.origin("loop", node, scope, value, causes)

    def _subscript(self, node: ast.Subscript, scope: Scope, path: Path, value: Any) -> Origin:
        key = value_of(node.slice, scope)
        base = as_spec(value_of(node.value, scope))
        if isinstance(base, Spec):
            cause = self.trace(node.value, scope, (), base)
            return self.origin("data", node, scope, value, (cause,))
        if isinstance(key, int | str):
            return self.trace(node.value, scope, (("item", key), *path), value)
        if isinstance(key, slice) and key.step in {None, 1}:
            start = key.start or 0
            if path and path[0][0] == "item" and isinstance(path[0][1], int) and start >= 0:
                index = path[0][1]
                step = index + start if index >= 0 else index
                if index >= 0 or key.stop is None:
                    return self.trace(node.value, scope, (("item", step), *path[1:]), value)
            if path and path[0][0] == "each":
                return self.trace(node.value, scope, path, value)
        cause = self.trace(node.value, scope)
        kind: OriginKind = "data" if _is_data(cause, value) else "name"
        return self.origin(kind, node, scope, value, (cause,))

    # -- names

    def _name(self, node: ast.Name, scope: Scope, path: Path, value: Any) -> Origin:
        if node.id == scope.first_parameter:
            if path and path[0][0] == "attribute":
                return self.members.of_self(node, scope, path, value)
            return self.origin("name", node, scope, value)
        definitions = [
            each for each in reachable(node, scope) if self._fits(each, scope, path, value)
        ]
        if not definitions:
            reason = f"no assignment of '{node.id}' was found"
            return self.origin("unknown", node, scope, value, note=reason)
        found = [
            self.definition(each, scope_at(scope, each), path, value) for each in definitions[:4]
        ]
        good = [each for each in found if each.kind != "unknown"] or found
        if len(good) == 1 or value is not UNKNOWN:
            return good[0]
        return self.origin("name", node, scope, value, tuple(good))

    def _fits(self, definition: Definition, scope: Scope, path: Path, value: Any) -> bool:
        """Whether a definition can have given the value; where nothing is known, it can."""
        if value is UNKNOWN or definition.kind not in {"assign", "walrus"}:
            return True
        inside = scope_at(scope, definition)
        given = as_spec(follow(value_of(definition.value, inside), (*definition.path, *path)))
        if not evaluating.is_plain(given) or not evaluating.is_settled(given):
            return True
        return _is_data_value(given) or same(given, value)

    def definition(self, definition: Definition, scope: Scope, path: Path, value: Any) -> Origin:
        """Return the origin of what a definition gives."""
        if definition.kind == "parameter":
            return self.parameter(definition, scope, path, value)
        if definition.kind == "import":
            return self._imported(definition, scope, path, value)
        if definition.kind == "augmented" and isinstance(definition.node, ast.AugAssign):
            target = definition.node.target
            before = ast.copy_location(ast.Name(definition.name, ast.Load()), target)
            scope.file.parents[before] = definition.node
            causes = (
                self.trace(before, scope, path),
                self.trace(definition.node.value, scope),
            )
            return self._stated(definition, value, causes, kind="arithmetic")
        if definition.value is None:
            return self._stated(definition, value, (), kind="name")
        whole = (*definition.path, *path)
        if definition.kind == "loop":
            cause = self.loops.element(definition, scope, whole, value)
            return self._stated(definition, value, (cause,), kind="loop")
        filled = self._filled(definition, scope, path)
        if filled is not None and value == []:
            value = UNKNOWN
        cause = filled or self.trace(definition.value, scope, whole, value)
        passing = is_named(path)
        return self._stated(definition, value, (cause,), kind="name", is_passing=passing)

    def _filled(self, definition: Definition, scope: Scope, path: Path) -> Origin | None:
        """What was appended to a list that begins empty."""
        value = definition.value
        for _, index in definition.path:
            if isinstance(value, ast.Tuple) and isinstance(index, int):
                value = value.elts[index] if index < len(value.elts) else None
        empty = isinstance(value, ast.List) and not value.elts
        empty = empty or (
            isinstance(value, ast.Call) and called_name(value) == "list" and not value.args
        )
        if not empty or value is None:
            return None
        around = scope.function or scope.file.tree
        inner = path[1:] if path and path[0][0] in {"each", "item"} else ()
        added = [
            node
            for node in ast.walk(around)
            if isinstance(node, ast.Call)
            and called_name(node) in {"append", "extend", "insert"}
            and node.args
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == definition.name
        ]
        if not added:
            return None
        causes = tuple(self.trace(node.args[-1], scope, inner) for node in added[:4])
        data: OriginKind = "data" if any(each.is_data for each in causes) else "loop"
        return self.origin(data, added[0], scope, UNKNOWN, causes)

    def _stated(
        self,
        definition: Definition,
        value: Any,
        causes: tuple[Origin, ...],
        *,
        kind: OriginKind,
        is_passing: bool = False,
    ) -> Origin:
        is_data = bool(causes) and causes[0].is_data and value is UNKNOWN
        if kind == "name" and (_is_data_value(value) or is_data):
            kind = "data"
        file, node = definition.file, definition.value or definition.node
        text = header_of(file, definition.node)
        if value is UNKNOWN and kind != "arithmetic" and len(causes) == 1:
            value = causes[0].value
        return Origin(
            kind, text, definition.place, value, file, node, causes, is_passing=is_passing
        )

    def parameter(self, definition: Definition, scope: Scope, path: Path, value: Any) -> Origin:
        """Return the origin of a parameter: what the caller gave, or the default."""
        name, function = definition.name, scope.function
        if scope.caller is None or function is None:
            if definition.value is not None and self._is_default(definition, path, value):
                return self.default(definition, path, value)
            return Origin(
                "parameter", name, definition.place, value, definition.file, definition.node,
                note=f"who gave '{name}' is not known",
            )  # fmt: skip
        call, outer = scope.caller
        found = argument_of(call, scope, name, starred_count(call, outer))
        if found is None:
            if default_of(function, name) is not None:
                return self.default(definition, path, value)
            return Origin(
                "parameter", name, definition.place, value, definition.file, definition.node,
                note=f"the call gives no '{name}'",
            )  # fmt: skip
        argument, inner = found
        cause = self.trace(argument, outer, (*inner, *path), value)
        given = f"{name}={text_of(outer.file, argument)}"
        if function.args.kwarg is not None and function.args.kwarg.arg == name and path:
            given = f"{path[0][1]}={cause.text.partition(': ')[2]}"
        text = f"{called_name(call)}({given})"
        place = place_of(outer.file, argument)
        passing = is_named(path)
        value = cause.value if value is UNKNOWN else value
        kind: OriginKind = "data" if cause.is_data else "parameter"
        return Origin(kind, text, place, value, outer.file, argument, (cause,), is_passing=passing)

    def _is_default(self, definition: Definition, path: Path, value: Any) -> bool:
        inside = module_scope(self.case, definition.file)
        given = follow(value_of(definition.value, inside), path)
        return value is UNKNOWN or same(given, value)

    def default(self, definition: Definition, path: Path, value: Any) -> Origin:
        """Return the origin of a parameter's default."""
        inside = module_scope(self.case, definition.file)
        node = definition.value
        if node is None:
            return unknown(f"'{definition.name}' has no default", place=definition.place)
        text = f"{definition.name}={text_of(definition.file, node)}"
        causes = () if isinstance(node, ast.Constant) else (self.trace(node, inside, path, value),)
        if value is UNKNOWN:
            value = as_spec(follow(value_of(node, inside), path))
        return Origin("default", text, definition.place, value, definition.file, node, causes)

    def _imported(self, definition: Definition, scope: Scope, path: Path, value: Any) -> Origin:
        source = imported_file(definition, scope)
        name = source[1] if source else None
        if source is not None and name is None and path and path[0][0] == "attribute":
            name, path = path[0][1], path[1:]
        if source is None or name is None:
            return self._stated(definition, value, (), kind="name")
        return self.global_of(source[0], name, path, value)

    def global_of(self, file: SourceFile, name: str, path: Path, value: Any) -> Origin:
        """Return the origin of a module's variable."""
        found = definition_in(file, name)
        if found is None:
            return unknown(f"'{name}' is not assigned in {file.path}")
        return self.definition(found, module_scope(self.case, file), path, value)

    # -- attributes and calls

    def _attribute(self, node: ast.Attribute, scope: Scope, path: Path, value: Any) -> Origin:
        if node.attr in {"shape", "ndim", "size"}:
            measured = self.calls.measured(node, scope, path, value)
            if measured is not None:
                return measured
        return self.trace(node.value, scope, (("attribute", node.attr), *path), value)

    def _call(self, node: ast.Call, scope: Scope, path: Path, value: Any) -> Origin:
        return self.calls.call(node, scope, path, value)

    def _lambda(self, node: ast.Lambda, scope: Scope, _path: Path, value: Any) -> Origin:
        return self.origin("call", node, scope, value, (self.trace(node.body, scope),))

    @property
    def members(self) -> Members:
        """What follows attributes of objects."""
        from graphscope.doctor.origins.members import Members

        return Members(self)

    @property
    def calls(self) -> Calls:
        """What follows calls."""
        from graphscope.doctor.origins.calls import Calls

        return Calls(self)

    @property
    def loops(self) -> Loops:
        """What follows loops."""
        from graphscope.doctor.origins.loops import Loops

        return Loops(self)


def is_named(path: Path) -> bool:
    """Whether a part is asked for by a name: what holds it is then only handed on."""
    return bool(path) and (path[0][0] == "attribute" or isinstance(path[0][1], str))


def _is_data_value(value: Any) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return any(isinstance(as_spec(each), Spec) for each in value[:16])
    return isinstance(value, Spec)


def _is_data(cause: Origin, value: Any) -> bool:
    return _is_data_value(value) or cause.is_data
