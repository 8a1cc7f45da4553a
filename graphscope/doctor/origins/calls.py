"""What a call returned: through the user's functions and classes, and well-known containers."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphscope.doctor.origins.bodies import yielded
from graphscope.doctor.origins.containers import Containers
from graphscope.doctor.origins.evaluating import SAFE_CALLS, as_spec, same
from graphscope.doctor.origins.kinds import is_data_value, is_named
from graphscope.doctor.origins.members import Members
from graphscope.doctor.origins.options import Options
from graphscope.doctor.origins.origin import UNKNOWN, Origin, OriginKind, show
from graphscope.doctor.origins.resolving import Called, class_of_value, resolve
from graphscope.doctor.origins.scopes import Scope, called_name
from graphscope.doctor.origins.texts import segment_of
from graphscope.doctor.origins.values import entering, returns_of, value_of
from graphscope.doctor.records import Position, Spec
from graphscope.doctor.source.definitions import Path

if TYPE_CHECKING:
    from graphscope.doctor.origins.tracing import Tracer

_NAMED_FIELDS = {"SimpleNamespace", "Namespace", "dict"}
_ARRAYS_OF_ARRAYS = {
    "reshape",
    "astype",
    "transpose",
    "swapaxes",
    "squeeze",
    "flatten",
    "ravel",
    "copy",
    "numpy",
    "to_numpy",
    "batch",
    "unbatch",
    "map",
    "shuffle",
    "prefetch",
    "cache",
    "take",
    "skip",
    "repeat",
    "expand_dims",
    "stack",
    "concatenate",
    "vstack",
    "hstack",
    "array",
    "asarray",
    "pad",
    "where",
    "clip",
    "to_categorical",
    "one_hot",
    "from_tensor_slices",
    "from_generator",
    "fit_transform",
    "transform",
    "tile",
    "moveaxis",
    "convert_to_tensor",
    "cast",
    "resize",
    "train_test_split",
    "permutation",
    "tolist",
    "filter",
    "window",
    "flat_map",
    "interleave",
}
_ARRAYS_OF_NOTHING = {
    "zeros", "ones", "full", "empty", "random", "normal", "uniform", "integers", "randint",
    "rand", "randn", "standard_normal", "arange", "linspace", "eye", "choice", "load", "loadtxt",
    "read_csv", "load_data", "genfromtxt", "meshgrid", "zeros_like", "ones_like",
}  # fmt: skip
_SAME_ELEMENTS = {"list", "tuple", "copy", "deepcopy"}


class Calls:
    """Follows call expressions and the shapes of what they return."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer

    def measured(self, node: ast.Attribute, scope: Scope, path: Path, value: Any) -> Origin | None:
        """Return the origin of (a part of) `x.shape`; None if x is no array or tensor."""
        held = value_of(node.value, scope)
        spec = as_spec(held)
        if not isinstance(spec, Spec):
            return None
        axis = path[0][1] if path and path[0][0] == "item" else None
        text = f"{' '.join(segment_of(scope.file, node).split())}" + (
            f"[{axis}]" if axis is not None else ""
        )
        if value is not UNKNOWN and show(value):
            text = f"{text} = {show(value)}"
        cause = self._of_tensor(held, axis) if isinstance(axis, int) else None
        if cause is None:
            cause = self.tracer.trace(node.value, scope, (), spec)
        kind: OriginKind = "arithmetic" if cause.kind != "data" else "data"
        return self.tracer.origin(kind, node, scope, value, (cause,), text=text)

    def _of_tensor(self, tensor: Any, axis: int) -> Origin | None:
        from graphscope.doctor.origins.dimensions import Dimensions

        return Dimensions(self.tracer.case, self.tracer).of_known(tensor, axis)

    def call(self, node: ast.Call, scope: Scope, path: Path, value: Any) -> Origin:
        """Return the origin of (a part of) what a call returned."""
        if path and path[0][0] == "each" and called_name(node) not in _SAME_ELEMENTS:
            found = self._iterated(node, scope, path, value)
            if found is not None:
                return found
        called = resolve(node.func, scope)
        if called is not None and isinstance(called.node, ast.ClassDef):
            return self._instance(called, node, scope, path, value)
        if called is not None:
            return self._function(called, node, scope, path, value)
        return self._foreign(node, scope, path, value)

    def _iterated(self, node: ast.Call, scope: Scope, path: Path, value: Any) -> Origin | None:
        if called_name(node) in {"enumerate", "zip", "range", "reversed", "sorted", "items"}:
            return self.tracer.loops.of(node, scope, path, value)
        return None

    def _instance(
        self, called: Called, node: ast.Call, scope: Scope, path: Path, value: Any
    ) -> Origin:
        if path and path[0][0] == "attribute":
            members = Members(self.tracer)
            owner = self._owner(node, scope)
            found = members.of_class(called, (node, scope), path, value, owner)
            if found is not None:
                return found
        if path and path[0][0] == "item":
            found = self._method_result(called, "__getitem__", node, scope, path[1:], value)
            if found is not None:
                return found
        batches = self._method_result(called, "__getitem__", node, scope, (), UNKNOWN)
        if batches is not None:
            return replace(batches, kind="data", value=value)
        return self.tracer.origin("call", node, scope, value, self._arguments(node, scope))

    def _owner(self, node: ast.Call, scope: Scope) -> Any:
        for creation in self.tracer.case.recording.creations:
            frame = creation.site[0] if creation.site else None
            if frame is not None and frame is scope.frame and scope.at is node:
                return creation.instance
        return UNKNOWN

    def _method_result(
        self, called: Called, name: str, node: ast.Call, scope: Scope, path: Path, value: Any
    ) -> Origin | None:
        from graphscope.doctor.origins.resolving import find_method

        method = find_method(called, name, scope)
        if method is None or isinstance(method.node, ast.ClassDef):
            return None
        inside = Scope(self.tracer.case, method.file, method.node)
        inside.memo["making"] = (node, scope)
        causes = tuple(
            self.tracer.trace(each, inside, path, value) for each in returns_of(method.node, inside)
        )
        return self.tracer.origin("call", node, scope, value, causes) if causes else None

    def _function(
        self, called: Called, node: ast.Call, scope: Scope, path: Path, value: Any
    ) -> Origin:
        function = called.node
        if isinstance(function, ast.ClassDef):
            return self._foreign(node, scope, path, value)
        inside = self._remembered(called, node, scope) or entering(
            scope, node, function, called.file, called.receiver
        )
        results = returns_of(function, inside)
        if yielded(function):
            results = yielded(function)
            path = path[1:] if path and path[0][0] in {"each", "item"} else path
        causes = tuple(self.tracer.trace(each, inside, path, value) for each in results[:4])
        fitting = tuple(each for each in causes if same(each.value, value)) or causes
        kind: OriginKind = "data" if is_data_value(value) else "call"
        if value is UNKNOWN and any(each.is_data for each in fitting):
            kind = "data"
        if not causes and not yielded(function):
            reason = "the function returns nothing"
            return self.tracer.origin("call", node, scope, value, note=reason)
        if value is UNKNOWN and len(fitting) == 1:
            value = fitting[0].value
        passing = is_named(path)
        return replace(self.tracer.origin(kind, node, scope, value, fitting), is_passing=passing)

    def _remembered(self, called: Called, node: ast.Call, scope: Scope) -> Scope | None:
        """The scope of the function's own frame, where some event was recorded in that call."""
        from graphscope.doctor.origins.scopes import frames_of, scope_of

        name = getattr(called.node, "name", "<lambda>")
        wanted = (scope.file.path, node.lineno, node.col_offset)
        for site in reversed(frames_of(self.tracer.case, called.file.path, name)):
            outer = site[1] if len(site) > 1 else None
            if outer is None or wanted != _start(outer.position):
                continue
            if scope.frame is None or outer.code is scope.frame.code:
                return scope_of(self.tracer.case, site)
        return None

    def _foreign(self, node: ast.Call, scope: Scope, path: Path, value: Any) -> Origin:
        name = called_name(node)
        if path and path[0][0] in {"attribute", "item"}:
            found = self._named_part(node, scope, path, value)
            if found is not None:
                return found
        if name == "get" and isinstance(node.func, ast.Attribute) and node.args:
            key = value_of(node.args[0], scope)
            if isinstance(key, str | int):
                return self.tracer.trace(node.func.value, scope, (("item", key), *path), value)
        if name in _SAME_ELEMENTS and path and node.args:
            return self.tracer.trace(node.args[0], scope, path, value)
        causes = self._arguments(node, scope)
        kind: OriginKind = "call"
        arrays = name in _ARRAYS_OF_NOTHING or name in _ARRAYS_OF_ARRAYS
        if is_data_value(value) or (arrays and value is UNKNOWN):
            kind = "data"
        text = ""
        if kind == "call" and name in SAFE_CALLS and show(value):
            text = f"{' '.join(segment_of(scope.file, node).split())} = {show(value)}"[:100]
        is_source = kind == "data" and name in _ARRAYS_OF_NOTHING
        return replace(
            self.tracer.origin(kind, node, scope, value, causes, text=text), is_source=is_source
        )

    def _named_part(  # noqa: PLR0911 - one answer for each container
        self, node: ast.Call, scope: Scope, path: Path, value: Any
    ) -> Origin | None:
        name, key, rest = called_name(node), path[0][1], path[1:]
        if name in {"parse_args", "parse_known_args"} and isinstance(key, str):
            return Options(self.tracer).option(scope, key, value)
        if name == "parse_known_args" and path[0] == ("item", 0) and rest:
            return Options(self.tracer).option(scope, rest[0][1], value)
        if name == "replace" and node.args:
            for keyword in node.keywords:
                if keyword.arg == key:
                    return self.tracer.trace(keyword.value, scope, rest, value)
            return self.tracer.trace(node.args[0], scope, path, value)
        if name in _NAMED_FIELDS or name.endswith(("Config", "Tuple")):
            for keyword in node.keywords:
                if keyword.arg == key:
                    return Containers(self.tracer).entry(
                        keyword.value, scope, rest, value, label=f"{keyword.arg}="
                    )
            for keyword in node.keywords:
                if keyword.arg is None:
                    inner = (("item", key), *rest)
                    return self.tracer.trace(keyword.value, scope, inner, value)
        return self._own_class_of(node, scope, path, value)

    def _own_class_of(self, node: ast.Call, scope: Scope, path: Path, value: Any) -> Origin | None:
        """An attribute of an object of the user's that a foreign call returned."""
        cls = class_of_value(value_of(node, scope), scope)
        if cls is None or path[0][0] != "attribute":
            return None
        return Members(self.tracer).of_class(cls, None, path, value)

    def _arguments(self, node: ast.Call, scope: Scope) -> tuple[Origin, ...]:
        """What the call worked on: the object before the dot and the arguments."""
        parts: list[ast.expr] = []
        if isinstance(node.func, ast.Attribute) and not self._is_module(node.func.value, scope):
            parts.append(node.func.value)
        parts += [each for each in node.args if not isinstance(each, ast.Constant)]
        parts += [k.value for k in node.keywords if not isinstance(k.value, ast.Constant)]
        fixed = [each for each in node.args if isinstance(each, ast.Constant)]
        return tuple(self.tracer.trace(each, scope) for each in (*parts, *fixed)[:8])

    def _is_module(self, node: ast.expr, scope: Scope) -> bool:
        from types import ModuleType

        from graphscope.doctor.source.definitions import definitions_of

        while isinstance(node, ast.Attribute):
            node = node.value
        if not isinstance(node, ast.Name):
            return False
        if isinstance(scope.variable(node), ModuleType | type):
            return True
        found = definitions_of(scope.file, node, node)
        return bool(found) and all(each.kind in {"import", "class"} for each in found)


def _start(position: Position) -> tuple[str, int, int]:
    return (position.file, position.line, position.column)
