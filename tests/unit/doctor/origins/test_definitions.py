"""Which assignments reach a place."""

from __future__ import annotations

import ast
import textwrap

import pytest

from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.definitions import default_of, definitions_of


def found(text: str) -> list[tuple[str, int, tuple[object, ...]]]:
    """Return kind, line and path of what reaches the argument of `probe(...)`."""
    file = SourceFile("main.py", textwrap.dedent(text).lstrip("\n"))
    call = next(
        node
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "probe"
    )
    name = call.args[0]
    assert isinstance(name, ast.Name)
    return [(each.kind, each.place.line, each.path) for each in definitions_of(file, name, name)]


def lines(text: str) -> list[int]:
    return [line for _, line, _ in found(text)]


def test_the_last_assignment_hides_earlier_ones() -> None:
    assert lines("x = 1\nx = 2\nprobe(x)\nx = 3\n") == [2]


def test_the_right_side_of_an_assignment_sees_the_one_before() -> None:
    assert lines("x = 1\nx = probe(x)\n") == [1]


def test_both_branches_of_an_if_reach() -> None:
    assert lines("x = 0\nif a:\n    x = 1\nelse:\n    x = 2\nprobe(x)\n") == [3, 5]


def test_an_if_without_else_lets_the_earlier_one_through() -> None:
    assert lines("x = 0\nif a:\n    x = 1\nprobe(x)\n") == [3, 1]


def test_the_other_branch_does_not_reach() -> None:
    assert lines("x = 0\nif a:\n    x = 1\nelse:\n    probe(x)\n") == [1]


def test_a_branch_that_returns_does_not_reach() -> None:
    assert lines(
        """
        def f(x):
            if x is None:
                x = 3
                return x
            probe(x)
        """
    ) == [1]


def test_a_loop_carries_assignments_round() -> None:
    assert lines("x = 0\nfor i in a:\n    probe(x)\n    x = i\n") == [4, 1]


def test_a_loop_target_hides_what_was_before() -> None:
    assert found("x = 0\nfor i, (x, y) in a:\n    probe(x)\n") == [
        ("loop", 2, (("each", None), ("item", 1), ("item", 0)))
    ]


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("x, y", (("item", 0),)),
        ("y, x", (("item", 1),)),
        ("y, (z, x)", (("item", 1), ("item", 1))),
        ("y, *x", (("slice", (1, None)),)),
        ("*y, x", (("item", -1),)),
        ("*x, y, z", (("slice", (0, -2)),)),
    ],
)
def test_unpacking_has_a_path(target: str, path: tuple[object, ...]) -> None:
    assert found(f"{target} = a\nprobe(x)\n") == [("assign", 1, path)]


def test_augmented_with_walrus_and_import() -> None:
    assert found("x += 1\nprobe(x)\n")[0][0] == "augmented"
    assert found("with a as x:\n    probe(x)\n")[0] == ("with", 1, (("entered", None),))
    assert found("x = 0\nif (x := 3) > 2:\n    probe(x)\n") == [("walrus", 2, ())]
    assert found("x = 0\nif (x := 3) > 2:\n    pass\nprobe(x)\n") == [("walrus", 2, ())]
    assert found("x = 0\nprint(x := 3)\nprobe(x)\n") == [("walrus", 2, ())]
    assert found("from a import b as x\nprobe(x)\n") == [("import", 1, ())]
    assert found("import x.y\nprobe(x)\n") == [("import", 1, ())]


def test_a_parameter_reaches_until_it_is_assigned() -> None:
    assert found("def f(a, x=3):\n    probe(x)\n") == [("parameter", 1, ())]
    assert lines("def f(x):\n    x = x + 1\n    probe(x)\n") == [2]
    assert lines("def f(x):\n    if x:\n        x = 1\n    probe(x)\n") == [3, 1]


def test_keyword_only_defaults() -> None:
    tree = ast.parse("def f(a, b=1, *, c, d=2): pass").body[0]
    assert isinstance(tree, ast.FunctionDef)
    defaults = {name: default_of(tree, name) for name in "abcd"}
    assert {
        name: node.value for name, node in defaults.items() if isinstance(node, ast.Constant)
    } == {"b": 1, "d": 2}


def test_a_function_sees_the_end_of_its_module() -> None:
    assert lines("x = 1\ndef f():\n    probe(x)\nx = 2\n") == [4]


def test_a_function_in_a_function_sees_it_and_its_parameters() -> None:
    assert lines("x = 0\ndef f(x):\n    def g():\n        probe(x)\n    return g\n") == [2]


def test_a_method_does_not_see_the_class() -> None:
    assert lines("x = 0\nclass A:\n    x = 1\n    def f(self):\n        probe(x)\n") == [1]


def test_a_global_that_only_a_function_assigns() -> None:
    assert lines("def f():\n    global x\n    x = 1\ndef g():\n    probe(x)\n") == [3]


def test_a_comprehension_hides_the_rest() -> None:
    assert found("x = 0\ny = [probe(x) for x in range(3)]\n") == [("loop", 2, (("each", None),))]
    assert lines("x = 0\ny = [x for x in probe(x)]\n") == [1]


def test_try_and_its_handlers() -> None:
    assert lines("try:\n    x = 1\nexcept E:\n    x = 2\nprobe(x)\n") == [2, 4]
    assert lines("try:\n    x = 1\nexcept E:\n    raise\nprobe(x)\n") == [2]
