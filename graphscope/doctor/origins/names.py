"""Names: assignments, parameters, defaults, imports."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from graphscope.doctor.origins import evaluating
from graphscope.doctor.origins.arguments import argument_of
from graphscope.doctor.origins.evaluating import as_spec, follow, same
from graphscope.doctor.origins.kinds import is_data_value, is_named
from graphscope.doctor.origins.origin import UNKNOWN, Origin, OriginKind, unknown
from graphscope.doctor.origins.resolving import definition_in, imported_file
from graphscope.doctor.origins.scopes import Scope, called_name, module_scope
from graphscope.doctor.origins.texts import header_of, place_of, text_of
from graphscope.doctor.origins.values import reachable, scope_at, starred_count, value_of
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.definitions import Definition, Path, default_of

if TYPE_CHECKING:
    from graphscope.doctor.origins.tracing import Tracer


class Names:
    """Follows names to what defines them."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer

    def _name(self, node: ast.Name, scope: Scope, path: Path, value: Any) -> Origin:
        if node.id == scope.first_parameter:
            if path and path[0][0] == "attribute":
                return self.tracer.members.of_self(node, scope, path, value)
            return self.tracer.origin("name", node, scope, value)
        definitions = [
            each for each in reachable(node, scope) if self._fits(each, scope, path, value)
        ]
        if not definitions:
            reason = f"no assignment of '{node.id}' was found"
            return self.tracer.origin("unknown", node, scope, value, note=reason)
        found = [
            self.definition(each, scope_at(scope, each), path, value) for each in definitions[:4]
        ]
        good = [each for each in found if each.kind != "unknown"] or found
        if len(good) == 1 or value is not UNKNOWN:
            return good[0]
        return self.tracer.origin("name", node, scope, value, tuple(good))

    def _fits(self, definition: Definition, scope: Scope, path: Path, value: Any) -> bool:
        """Whether a definition can have given the value; where nothing is known, it can."""
        if value is UNKNOWN or definition.kind not in {"assign", "walrus"}:
            return True
        inside = scope_at(scope, definition)
        given = as_spec(follow(value_of(definition.value, inside), (*definition.path, *path)))
        if not evaluating.is_plain(given) or not evaluating.is_settled(given):
            return True
        return is_data_value(given) or same(given, value)

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
                self.tracer.trace(before, scope, path),
                self.tracer.trace(definition.node.value, scope),
            )
            return self._stated(definition, value, causes, kind="arithmetic")
        if definition.value is None:
            return self._stated(definition, value, (), kind="name")
        whole = (*definition.path, *path)
        if definition.kind == "loop":
            cause = self.tracer.loops.element(definition, scope, whole, value)
            return self._stated(definition, value, (cause,), kind="loop")
        filled = self._filled(definition, scope, path)
        if filled is not None and value == []:
            value = UNKNOWN
        cause = filled or self.tracer.trace(definition.value, scope, whole, value)
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
        causes = tuple(self.tracer.trace(node.args[-1], scope, inner) for node in added[:4])
        data: OriginKind = "data" if any(each.is_data for each in causes) else "loop"
        return self.tracer.origin(data, added[0], scope, UNKNOWN, causes)

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
        if kind == "name" and (is_data_value(value) or is_data):
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
        cause = self.tracer.trace(argument, outer, (*inner, *path), value)
        given, passing = f"{name}={text_of(outer.file, argument)}", is_named(path)
        causes: tuple[Origin, ...] = (cause,)
        if function.args.kwarg is not None and function.args.kwarg.arg == name and path:
            # A keyword of the call that went into **rest; the dictionary stands nowhere.
            given = f"{path[0][1]}={cause.text.partition(': ')[2]}"
            causes, passing = cause.causes, False
        text = f"{called_name(call)}({given})"
        place = place_of(outer.file, argument)
        value = cause.value if value is UNKNOWN else value
        kind: OriginKind = "data" if cause.is_data else "parameter"
        return Origin(kind, text, place, value, outer.file, argument, causes, is_passing=passing)

    def _is_default(self, definition: Definition, path: Path, value: Any) -> bool:
        inside = module_scope(self.tracer.case, definition.file)
        given = follow(value_of(definition.value, inside), path)
        return value is UNKNOWN or same(given, value)

    def default(self, definition: Definition, path: Path, value: Any) -> Origin:
        """Return the origin of a parameter's default."""
        inside = module_scope(self.tracer.case, definition.file)
        node = definition.value
        if node is None:
            return unknown(f"'{definition.name}' has no default", place=definition.place)
        text = f"{definition.name}={text_of(definition.file, node)}"
        causes = (
            ()
            if isinstance(node, ast.Constant)
            else (self.tracer.trace(node, inside, path, value),)
        )
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
        return self.definition(found, module_scope(self.tracer.case, file), path, value)
