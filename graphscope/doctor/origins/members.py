"""Where an attribute of an object got its value: fields, `__init__`, properties, keywords."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from graphscope.doctor.origins.arguments import find_argument
from graphscope.doctor.origins.evaluating import as_spec, follow, same
from graphscope.doctor.origins.origin import UNKNOWN, Origin
from graphscope.doctor.origins.resolving import Called, bases_of, class_of_value
from graphscope.doctor.origins.scopes import Scope, frames_of, module_scope, scope_of
from graphscope.doctor.origins.texts import segment_of
from graphscope.doctor.origins.values import returns_of, value_of
from graphscope.doctor.records import Site
from graphscope.doctor.source.definitions import Path, targets_of

if TYPE_CHECKING:
    from graphscope.doctor.origins.tracing import Tracer

Making = tuple[ast.Call, Scope]
"""The call that made an object, and where it stands."""


class Members:
    """Follows `object.name`."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer

    def of_self(self, node: ast.Name, scope: Scope, path: Path, value: Any) -> Origin:
        """Return the origin of an attribute of the object whose method is read."""
        owner = scope.object
        around = scope.file.class_of(scope.function) if scope.function else None
        cls = class_of_value(owner, scope) or (Called(scope.file, around) if around else None)
        making = self.making(owner, scope) or scope.memo.get("making")
        making = making or self._making_of_self(scope)
        found = self.of_class(cls, making, path, value, owner) if cls else None
        if found is not None:
            return found
        reason = f"nothing assigns {node.id}.{path[0][1]}"
        text = f"{node.id}.{path[0][1]}"
        return self.tracer.origin("unknown", node, scope, value, text=text, note=reason)

    def _making_of_self(self, scope: Scope) -> Making | None:
        """The call that made the object, found along the callers."""
        current = scope
        for _ in range(10):
            name = getattr(current.function, "name", "")
            if current.caller is None:
                return None
            call, outer = current.caller
            receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
            if name == "__init__" and not _is_super(receiver):
                return current.caller
            is_self = isinstance(receiver, ast.Name) and receiver.id == outer.first_parameter
            if not is_self and not _is_super(receiver):
                return self._made_by(receiver, outer)
            current = outer
        return None

    def _made_by(self, receiver: ast.expr | None, scope: Scope) -> Making | None:
        if isinstance(receiver, ast.Call):
            return receiver, scope
        if not isinstance(receiver, ast.Name):
            return None
        origin = self.tracer.trace(receiver, scope)
        for step in origin.walk():
            if isinstance(step.node, ast.Call) and step.file is scope.file:
                return step.node, scope
        return None

    def making(self, owner: Any, scope: Scope) -> Making | None:
        """Return the recorded call that made an object."""
        if owner is UNKNOWN:
            return None
        creation = scope.case.recording.creation_of(owner)
        return making_of_site(self.tracer.case, creation.site, owner) if creation else None

    def of_class(
        self, cls: Called, making: Making | None, path: Path, value: Any, owner: Any = UNKNOWN
    ) -> Origin | None:
        """Return the origin of an attribute of an object of one of the user's classes."""
        name, rest = path[0][1], path[1:]
        for way in (self._assigned, self._field, self._property, self._inherited):
            origin = way(cls, making, name, rest, value, owner)
            if origin is not None:
                return origin
        return None

    def _assigned(
        self, cls: Called, making: Making | None, name: str, rest: Path, value: Any, owner: Any
    ) -> Origin | None:
        if not isinstance(cls.node, ast.ClassDef):
            return None
        methods = [m for m in cls.node.body if isinstance(m, ast.FunctionDef)]
        methods.sort(key=lambda method: method.name != "__init__")
        found: list[Origin] = []
        for method in methods:
            own = method.args.args[0].arg if method.args.args else ""
            for statement in ast.walk(method):
                for target, expression, inner in targets_of(statement):
                    if not _is_attribute(target, own, name) or expression is None:
                        continue
                    inside = self._method_scope(cls, method, making, owner)
                    given = as_spec(follow(value_of(expression, inside), (*inner, *rest)))
                    if UNKNOWN not in (given, value) and not same(given, value):
                        continue
                    cause = self.tracer.trace(expression, inside, (*inner, *rest), value)
                    text = " ".join(segment_of(cls.file, statement).split())[:80]
                    found.append(
                        self.tracer.origin(
                            "attribute", expression, inside, value, (cause,), text=text
                        )
                    )
        return found[0] if found else None

    def _method_scope(
        self, cls: Called, method: ast.FunctionDef, making: Making | None, owner: Any
    ) -> Scope:
        if method.name != "__init__" or making is None:
            remembered = self._remembered(cls, method, owner)
            if remembered is not None:
                return remembered
        entered = making if method.name in {"__init__", "__new__"} else None
        return Scope(self.tracer.case, cls.file, method, entered=entered, owner=owner)

    def _remembered(self, cls: Called, method: ast.FunctionDef, owner: Any) -> Scope | None:
        """The scope of a frame of the method that some event has recorded."""
        for site in reversed(frames_of(self.tracer.case, cls.file.path, method.name)):
            scope = scope_of(self.tracer.case, site)
            if scope is None or scope.function is not method:
                continue
            if owner is UNKNOWN or scope.object is owner:
                return scope
        return None

    def _field(
        self, cls: Called, making: Making | None, name: str, rest: Path, value: Any, _owner: Any
    ) -> Origin | None:
        """A field of a dataclass or NamedTuple, or a variable of the class."""
        fields = self._fields(cls)
        if name not in fields:
            return None
        file, statement, default = fields[name]
        if making is not None and isinstance(statement, ast.AnnAssign):
            given = self._given(making, list(fields), name, rest, value)
            if given is not None:
                return given
        inside = module_scope(self.tracer.case, file)
        if default is None:
            return self.tracer.origin("unknown", statement, inside, value)
        node, inner = _default_value(default)
        text = " ".join(segment_of(file, statement).split())[:80]
        causes = (
            ()
            if isinstance(node, ast.Constant) and not rest
            else (self.tracer.trace(node, inside, (*inner, *rest), value),)
        )
        if value is UNKNOWN and not rest:
            value = as_spec(value_of(node, inside))
        return self.tracer.origin("default", node, inside, value, causes, text=text)

    def _given(
        self, making: Making, fields: list[str], name: str, rest: Path, value: Any
    ) -> Origin | None:
        call, outer = making
        found = find_argument(call, fields, name)
        if found is None:
            return None
        argument, inner = found
        if inner and isinstance(mapping := value_of(argument, outer), dict) and name not in mapping:
            return None
        cause = self.tracer.trace(argument, outer, (*inner, *rest), value)
        called = segment_of(outer.file, call.func)
        text = f"{called}({name}={' '.join(segment_of(outer.file, argument).split())})"
        return self.tracer.origin("attribute", argument, outer, value, (cause,), text=text)

    def _fields(self, cls: Called) -> dict[str, tuple[Any, ast.stmt, ast.expr | None]]:
        fields: dict[str, tuple[Any, ast.stmt, ast.expr | None]] = {}
        for base in bases_of(cls, module_scope(self.tracer.case, cls.file)):
            fields.update(self._fields(base))
        body = cls.node.body if isinstance(cls.node, ast.ClassDef) else []
        for statement in body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                fields[statement.target.id] = (cls.file, statement, statement.value)
            elif isinstance(statement, ast.Assign):
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        fields[target.id] = (cls.file, statement, statement.value)
        return fields

    def _property(
        self, cls: Called, making: Making | None, name: str, rest: Path, value: Any, owner: Any
    ) -> Origin | None:
        body = cls.node.body if isinstance(cls.node, ast.ClassDef) else []
        for method in body:
            if isinstance(method, ast.FunctionDef) and method.name == name:
                inside = Scope(self.tracer.case, cls.file, method, owner=owner)
                if making is not None:
                    inside.memo["making"] = making
                causes = tuple(
                    self.tracer.trace(each, inside, rest, value)
                    for each in returns_of(method, inside)
                )
                if value is UNKNOWN and len(causes) == 1:
                    value = causes[0].value
                return self.tracer.origin(
                    "call", method, inside, value, causes, text=f"def {name}(self)"
                )
        return None

    def _inherited(
        self, cls: Called, making: Making | None, name: str, rest: Path, value: Any, owner: Any
    ) -> Origin | None:
        inside = module_scope(self.tracer.case, cls.file)
        for base in bases_of(cls, inside):
            inner = self._super_call(cls, making, owner) or making
            found = self.of_class(base, inner, (("attribute", name), *rest), value, owner)
            if found is not None:
                return found
        return None

    def _super_call(self, cls: Called, making: Making | None, owner: Any) -> Making | None:
        """The `super().__init__(...)` of a class, with the scope in which it is called."""
        body = cls.node.body if isinstance(cls.node, ast.ClassDef) else []
        for method in body:
            if not isinstance(method, ast.FunctionDef) or method.name != "__init__":
                continue
            for node in ast.walk(method):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr == "__init__"
                ):
                    return node, self._method_scope(cls, method, making, owner)
        return None


def making_of_site(case: Any, site: Site, owner: Any = UNKNOWN) -> Making | None:
    """Return the call that made an object, from where its creation was recorded."""
    for index, frame in enumerate(site):
        own = frame.code.co_name in {"__init__", "__new__"} and any(
            each is owner for each in frame.locals.values()
        )
        if own:
            continue
        scope = scope_of(case, site[index:])
        return (scope.at, scope) if scope and isinstance(scope.at, ast.Call) else None
    return None


def _is_super(node: ast.expr | None) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )


def _is_attribute(target: ast.expr, owner: str, name: str) -> bool:
    return (
        isinstance(target, ast.Attribute)
        and target.attr == name
        and isinstance(target.value, ast.Name)
        and target.value.id == owner
    )


def _default_value(node: ast.expr) -> tuple[ast.expr, Path]:
    """The expression of a field's default: `field(default_factory=lambda: [1])` gives `[1]`."""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg == "default":
                return keyword.value, ()
            if keyword.arg == "default_factory" and isinstance(keyword.value, ast.Lambda):
                return keyword.value.body, ()
    return node, ()
