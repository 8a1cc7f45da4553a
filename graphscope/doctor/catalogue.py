"""All rules there are: their ids and what each finds, by the packages they lie in."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGES = ("rules", "checks", "health.rules", "static.in_graph", "static.in_source")
"""Packages of the doctor: every module in them without a leading underscore is a rule."""

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule: its id, the first line of its docstring, and its package and module."""

    id: str
    description: str
    package: str
    module: str


@cache
def list_rules() -> tuple[RuleInfo, ...]:
    """Return every rule, by package and then by module; ids may occur in several packages.

    The modules are read once in a process.
    """
    return tuple(info for package in PACKAGES for info in _rules_of(package))


def _rules_of(package: str) -> Iterator[RuleInfo]:
    """Read the modules as text: importing all of them takes longer than most checks."""
    for file in sorted(_FOLDER.joinpath(*package.split(".")).rglob("[!_]*.py")):
        tree = ast.parse(file.read_bytes())
        # What is no rule yet is left out here; a test of the documentation names it.
        if (id_ := _id(tree)) is not None:
            line = (ast.get_docstring(tree) or "").partition("\n")[0]
            yield RuleInfo(id_, line, package, file.stem)


def _id(tree: ast.Module) -> str | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ID":
            value = getattr(node.value, "value", None)
            return value if isinstance(value, str) else None
    return None


_SECTIONS = (
    (("rules",), "When a program fails", "Found by `graphscope debug`."),
    (("checks",), "When a program runs and is wrong", "Found by `graphscope debug`."),
    (
        ("health.rules",),
        "When a training is sick",
        "Found by `graphscope debug --train`, and by `graphscope.Monitor` when training ends.",
    ),
    (
        ("static.in_graph", "static.in_source"),
        "Without running anything",
        "Found by `graphscope check`: in a model, or in the source of a script.",
    ),
)

_HEAD = """\
# Rules

Every finding carries the id of its rule. A rule is silenced for a project in `pyproject.toml`,

```toml
[tool.graphscope]
ignore = ["linear-stack"]
```

or for one line by a comment: `# graphscope: ignore[linear-stack]`; `# graphscope: ignore` silences
all rules there.

This page is written by `python -m graphscope.doctor.catalogue > docs/rules.md`.
"""


def rules_page() -> str:
    """Return the page of the documentation that lists all rules."""
    rules = list_rules()
    parts = [_HEAD]
    for packages, title, remark in _SECTIONS:
        rows: dict[str, str] = {}
        for rule in rules:
            if rule.package in packages:
                rows.setdefault(rule.id, rule.description)
        lines = [f"| `{id_}` | {rows[id_]} |" for id_ in sorted(rows)]
        table = "\n".join(["| Rule | What it finds |", "|---|---|", *lines])
        parts.append(f"## {title}\n\n{remark}\n\n{table}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(rules_page())
