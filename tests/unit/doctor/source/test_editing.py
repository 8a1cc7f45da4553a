"""Edits made from syntax nodes: what changes, and that all else keeps its formatting."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from graphscope.doctor.findings import Edit, apply_edits
from graphscope.doctor.source import Editor, SourceFile, edits_between


def source(text: str) -> SourceFile:
    return SourceFile("/p/net.py", dedent(text).lstrip("\n"))


def call(file: SourceFile, name: str) -> ast.Call:
    """Return the first call of a function of this name."""
    return next(
        node
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call) and file.segment(node.func).rpartition(".")[2] == name
    )


def element(file: SourceFile, text: str) -> ast.expr:
    """Return the first expression with this text."""
    return next(
        node
        for node in ast.walk(file.tree)
        if isinstance(node, ast.expr) and file.segment(node) == text
    )


def statement(file: SourceFile, line: int) -> ast.stmt:
    found = file.statement_on(line)
    assert found is not None
    return found


def test_edits_of_lines_give_the_edited_text() -> None:
    file = source("""
        model = Sequential([
            Conv2D(8, 3),
            Flatten(),
        ])
        x = 1
    """)
    editor = Editor(file).set_keyword(call(file, "Conv2D"), "padding", '"same"')
    editor.remove_element(element_list(file), call(file, "Flatten"))
    assert apply_edits(file.text, editor.edits()) == editor.text()
    assert 'Conv2D(8, 3, padding="same")' in editor.text() and "Flatten" not in editor.text()


def element_list(file: SourceFile) -> ast.List:
    return next(node for node in ast.walk(file.tree) if isinstance(node, ast.List))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "f(a=1)"),
        ("f( )", "f( a=1)"),
        ("f(x)", "f(x, a=1)"),
        ("f(x,)", "f(x, a=1,)"),
        ("f(a=2)", "f(a=1)"),
        ("f(b=2)", "f(b=2, a=1)"),
        ("f(*args, **rest)", "f(*args, **rest, a=1)"),
        ("f(i for i in x)", "f((i for i in x), a=1)"),
        ("f((i for i in x))", "f((i for i in x), a=1)"),
        ("f(\n    x,\n)", "f(\n    x, a=1,\n)"),
        ("f(x)(y)", "f(x, a=1)(y)"),
        ('f("ä", x)', 'f("ä", x, a=1)'),
        ("f(lambda: (1, 2))", "f(lambda: (1, 2), a=1)"),
    ],
)
def test_a_keyword_is_given(before: str, after: str) -> None:
    file = source(before + "\n")
    assert Editor(file).set_keyword(call(file, "f"), "a", "1").text() == after + "\n"


def test_a_sole_generator_on_the_way_keeps_its_own_parentheses() -> None:
    file = source("f(i for i in x)\n")
    assert Editor(file).append_argument(call(file, "f"), "0").parses()


@pytest.mark.parametrize(
    ("before", "argument", "after"),
    [
        ("f(a)", "a", "f()"),
        ("f(a, b)", "a", "f(b)"),
        ("f(a, b)", "b", "f(a)"),
        ("f(a, b, c)", "b", "f(a, c)"),
        ("f(a, b,)", "b", "f(a,)"),
        ("f(\n    a,\n    b,\n)", "b", "f(\n    a,\n)"),
        ("f(\n    a,\n    b,\n)", "a", "f(\n    b,\n)"),
        ("f('ü', b)", "b", "f('ü')"),
    ],
)
def test_an_argument_is_taken_away(before: str, argument: str, after: str) -> None:
    file = source(before + "\n")
    node = element(file, argument)
    assert Editor(file).remove_argument(call(file, "f"), node).text() == after + "\n"


def test_a_keyword_argument_is_taken_away_with_its_name() -> None:
    file = source("f(a, return_sequences=True, b=2)\n")
    found = call(file, "f")
    text = Editor(file).remove_argument(found, found.keywords[0]).text()
    assert text == "f(a, b=2)\n"


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("m = [a, b, c]\n", "a", "m = [b, c]\n"),
        ("m = [a, b, c]\n", "c", "m = [a, b]\n"),
        ("m = [a]\n", "a", "m = []\n"),
        ("m = [\n    a,\n    b,\n]\n", "b", "m = [\n    a,\n]\n"),
        ("m = [\n    a,\n    b,\n]\n", "a", "m = [\n    b,\n]\n"),
    ],
)
def test_an_element_is_taken_out(before: str, name: str, after: str) -> None:
    file = source(before)
    assert Editor(file).remove_element(element_list(file), element(file, name)).text() == after


def test_elements_are_put_on_lines_of_their_own_where_the_list_does_so() -> None:
    file = source("""
        m = [
            a,
            b,
        ]
    """)
    editor = Editor(file).insert_element_before(element(file, "b"), "new")
    assert editor.insert_element_after(element(file, "b"), "last").text() == dedent("""
        m = [
            a,
            new,
            b,
            last,
        ]
    """).lstrip("\n")


def test_elements_join_the_line_where_they_share_one() -> None:
    file = source("m = [a, b]\n")
    editor = Editor(file).insert_element_after(element(file, "a"), "x")
    assert editor.insert_element_before(element(file, "b"), "y").text() == "m = [a, x, y, b]\n"


def test_an_element_in_a_nested_list_leaves_the_outer_one_alone() -> None:
    file = source("m = [[a, b], [c]]\n")
    inner = element(file, "[a, b]")
    assert isinstance(inner, ast.List)
    assert Editor(file).remove_element(inner, inner.elts[1]).text() == "m = [[a], [c]]\n"


def test_columns_count_characters_behind_others_than_ascii() -> None:
    file = source('größe = {"ä": f(x, "ß"), "é": 2}\n')
    text = Editor(file).replace(element(file, '"ß"'), '"s"').text()
    assert text == 'größe = {"ä": f(x, "s"), "é": 2}\n'


def test_expressions_are_wrapped_over_several_lines() -> None:
    file = source("""
        y = add([
            x,
            conv(
                x
            ),
        ])
    """)
    text = Editor(file).wrap(call(file, "conv"), "Flatten()(", ")").text()
    assert "    Flatten()(conv(\n        x\n    )),\n" in text and ast.parse(text)


def test_a_statement_is_deleted_with_its_lines() -> None:
    file = source("""
        a = 1
        b = f(
            2,
        )
        c = 3
    """)
    editor = Editor(file).delete(statement(file, 2))
    assert editor.text() == "a = 1\nc = 3\n"
    assert [edit.replace_with for edit in editor.edits()] == [None, None, None]


def test_the_last_line_is_deleted_without_a_final_newline() -> None:
    file = SourceFile("/p/net.py", "a = 1\nb = 2")
    assert Editor(file).delete(statement(file, 2)).text() == "a = 1\n"


@pytest.mark.parametrize("header", ["if x:", "for i in x:", "def f(x):", "class A:", "with x:"])
def test_a_body_is_never_left_empty(header: str) -> None:
    file = source(f"{header}\n    drop(1)\n")
    editor = Editor(file).delete(statement(file, 2))
    assert editor.text() == f"{header}\n    pass\n" and editor.parses()


def test_deleting_one_of_two_statements_needs_no_pass() -> None:
    file = source("if x:\n    a = 1\n    b = 2\n")
    assert Editor(file).delete(statement(file, 2)).text() == "if x:\n    b = 2\n"


def test_one_of_two_statements_on_a_line_is_deleted_alone() -> None:
    file = source("a = 1; b = 2\nc = 3\n")
    editor = Editor(file).delete(file.tree.body[1])
    assert "a = 1" in editor.text() and "b = 2" not in editor.text() and editor.parses()


def test_statements_are_inserted_with_the_indent_of_their_neighbour() -> None:
    file = source("""
        def f(x):
            y = g(
                x
            )
            return y
    """)
    editor = Editor(file).insert_after(statement(file, 2), "y = h(y)\nif y:\n    pass")
    editor.insert_before(statement(file, 5), "print(y)")
    assert editor.text() == dedent("""
        def f(x):
            y = g(
                x
            )
            y = h(y)
            if y:
                pass
            print(y)
            return y
    """).lstrip("\n")


def test_insertion_keeps_tabs() -> None:
    file = SourceFile("/p/net.py", "def f(x):\n\ty = x\n\treturn y\n")
    editor = Editor(file).insert_after(statement(file, 2), "y = g(y)")
    assert editor.parses()
    assert editor.text() == "def f(x):\n\ty = x\n\ty = g(y)\n\treturn y\n"
    before = Editor(file).insert_before(statement(file, 3), "y = g(y)")
    assert before.text() == "def f(x):\n\ty = x\n\ty = g(y)\n\treturn y\n"


def test_elements_keep_tabs() -> None:
    file = SourceFile("/p/net.py", "m = [\n\ta,\n\tb,\n]\n")
    assert Editor(file).insert_element_after(element(file, "a"), "x").text() == (
        "m = [\n\ta,\n\tx,\n\tb,\n]\n"
    )


def test_a_comment_behind_a_statement_stays_with_it() -> None:
    file = source("x = a  # the map\ny = b\n")
    text = Editor(file).insert_after(statement(file, 1), "x = pool(x)").text()
    assert text == "x = a  # the map\nx = pool(x)\ny = b\n"


def test_statements_go_before_the_decorators_of_a_function() -> None:
    file = source("""
        a = 1
        @register
        @other(2)
        def f():
            pass
    """)
    function = file.tree.body[1]
    assert Editor(file).insert_before(function, "b = 2").text().startswith("a = 1\nb = 2\n@reg")


def test_a_decorated_function_is_deleted_with_its_decorators() -> None:
    file = source("a = 1\n@register\ndef f():\n    pass\nb = 2\n")
    assert Editor(file).delete(file.tree.body[1]).text() == "a = 1\nb = 2\n"


def test_expressions_are_exchanged() -> None:
    file = source("f(left, right.shape[0])\n")
    found = call(file, "f")
    assert Editor(file).swap(*found.args).text() == "f(right.shape[0], left)\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from keras.layers import Dense\n", "from keras.layers import Dense, Flatten\n"),
        ("from keras.layers import Flatten\n", "from keras.layers import Flatten\n"),
        ("import keras\nx = 1\n", "import keras\nfrom keras.layers import Flatten\nx = 1\n"),
        ("x = 1\n", "from keras.layers import Flatten\nx = 1\n"),
        (
            '"""About it."""\nx = 1\n',
            '"""About it."""\nfrom keras.layers import Flatten\nx = 1\n',
        ),
        (
            "from keras.layers import (\n    Dense,\n)\n",
            "from keras.layers import (\n    Dense, Flatten,\n)\n",
        ),
        (
            "from keras.layers import Dense as D\n",
            "from keras.layers import Dense as D, Flatten\n",
        ),
        ("from keras.layers import *\n", "from keras.layers import *\n"),
    ],
)
def test_a_name_is_imported(before: str, after: str) -> None:
    file = SourceFile("/p/net.py", before)
    editor = Editor(file).add_import("keras.layers", "Flatten")
    assert editor.text() == after and editor.parses()


def test_an_import_behind_from_future_stays_behind_it() -> None:
    file = source("from __future__ import annotations\nx = 1\n")
    text = Editor(file).add_import("keras.layers", "Flatten").text()
    assert text.splitlines()[0] == "from __future__ import annotations"


def test_two_names_of_one_module_are_imported_both() -> None:
    file = source("import keras\nx = 1\n")
    editor = Editor(file).add_import("keras.layers", "Flatten")
    text = editor.add_import("keras.layers", "Dense").text()
    names: dict[str, object] = {}
    tree = ast.parse(text)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            names |= dict.fromkeys(alias.name for alias in node.names)
    assert set(names) == {"Flatten", "Dense"}


def test_no_change_is_no_edit() -> None:
    file = source("x = 1\n")
    assert Editor(file).edits() == ()
    assert Editor(file).replace(file.tree.body[0], "x = 1").edits() == ()


def test_broken_syntax_is_told() -> None:
    file = source("x = f(1)\n")
    assert not Editor(file).replace(element(file, "1"), "(").parses()


def test_moved_lines_are_changed_where_they_stand() -> None:
    assert edits_between("f", "a\nb\nc\n", "b\na\nc\n") == (Edit("f", 1, "b"), Edit("f", 2, "a"))


def test_text_inserted_at_the_beginning_and_the_end() -> None:
    for before, after in (("a\nb", "x\na\nb"), ("a\nb", "a\nb\nx"), ("a\n", "x\ny\na\n")):
        assert apply_edits(before, edits_between("f", before, after)) == after
