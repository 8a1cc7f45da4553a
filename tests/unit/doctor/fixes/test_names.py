"""Names for values where they are wanted; what is meant before what only happens to be equal."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

from graphscope.doctor.case import Case
from graphscope.doctor.fixes.agreement import agreement
from graphscope.doctor.fixes.choices import identity_choices
from graphscope.doctor.fixes.in_loops import loop_around, not_last
from graphscope.doctor.fixes.names import named_values
from graphscope.doctor.fixes.siblings import sibling_arguments
from graphscope.doctor.fixes.values import toward, toward_all
from graphscope.doctor.origins import trace_value
from graphscope.doctor.records import Creation, Site
from graphscope.doctor.source import Editor, SourceFile
from tests.unit.doctor.origins.programs import probed, run, write


def case_of(folder: Path, files: dict[str, str]) -> tuple[Case, list[Site]]:
    """Run a program; every `probe` of it is a creation that the case remembers."""
    case, sites = run(write(folder, files))
    case.recording.creations += [Creation(object(), "Probe", (), {}, site) for site in sites]
    return replace(case), sites


def texts(case: Case, site: Site, value: int) -> list[str]:
    found = case.program.call(site[0])
    assert found is not None
    return named_values(case, found[0], found[1], value)


def test_variables_settings_and_sizes_are_names_for_a_value(tmp_path: Path) -> None:
    case, sites = case_of(tmp_path, {"main.py": """
        from dataclasses import dataclass
        LIMIT = 32
        @dataclass
        class Config:
            dim: int = 32
            heads: int = 4
        def build(cfg, units):
            probe(units)
            later = 32
        build(Config(), 32)
    """})  # fmt: skip
    found = texts(case, sites[0], 32)
    assert found[:2] == ["units", "cfg.dim"] and "LIMIT" in found
    assert "later" not in found and "Config.dim" not in found


def test_a_class_of_settings_without_objects_is_read_itself(tmp_path: Path) -> None:
    case, sites = case_of(tmp_path, {"main.py": """
        class Config:
            dim = 32
        def build(x):
            probe(x)
        build(1)
    """})  # fmt: skip
    assert texts(case, sites[0], 32) == ["Config.dim"]


def test_booleans_are_no_numbers(tmp_path: Path) -> None:
    case, sites = case_of(tmp_path, {"main.py": "flag = True\nprobe(1)\n"})
    assert texts(case, sites[0], 1) == []


def traced(case: Case, site: Site):  # type: ignore[no-untyped-def]
    return trace_value(case, probed(case, site), site[0])


DIMENSIONS = """
    class Settings:
        def __init__(self):
            self.batch_size = 32
            self.dim = 32
    def embed(cfg):
        probe(cfg.dim)
    def feed(cfg):
        probe(48)
    s = Settings()
    embed(s)
    feed(s)
"""


def test_the_name_of_the_other_side_comes_before_the_number_and_chance_after_it(
    tmp_path: Path,
) -> None:
    case, (other, here) = case_of(tmp_path, {"main.py": DIMENSIONS})
    fixes = toward(case, traced(case, here), 32, purpose="", other=traced(case, other))
    assert [fix.edits[0].replace_with for fix in fixes] == [
        "    probe(cfg.dim)", "    probe(32)", "    probe(cfg.batch_size)",
    ]  # fmt: skip


def test_without_another_side_the_number_comes_first(tmp_path: Path) -> None:
    case, (_, here) = case_of(tmp_path, {"main.py": DIMENSIONS})
    fixes = toward(case, traced(case, here), 32, purpose="")
    assert fixes[0].edits[0].replace_with == "    probe(32)"


def test_an_expression_of_the_same_function_is_written_again(tmp_path: Path) -> None:
    case, (other, here) = case_of(tmp_path, {"main.py": """
        def block(filters):
            probe(filters * 4)
            width = filters
            probe(width)
        block(16)
    """})  # fmt: skip
    fixes = toward(case, traced(case, here), 64, purpose="", other=traced(case, other))
    assert fixes[0].edits[0].replace_with == "    width = filters * 4"


def test_an_expression_is_not_written_before_its_variables_exist(tmp_path: Path) -> None:
    case, (here, other) = case_of(tmp_path, {"main.py": """
        def block(filters):
            probe(filters)
            wide = 64
            probe(wide)
        block(16)
    """})  # fmt: skip
    file = case.program.file(case.program.main)
    assert file is not None
    found = agreement(file, probed(case, here), traced(case, other))
    assert found is not None and found.expressions == ()


def test_what_multiplied_a_value_is_taken_away_again(tmp_path: Path) -> None:
    case, (here,) = case_of(tmp_path, {"main.py": """
        def block(width):
            probe(width * 4)
        block(16)
    """})  # fmt: skip
    fixes = toward(case, traced(case, here), 16, purpose="")
    assert fixes[0].edits[0].replace_with == "    probe(width)"


def test_a_default_is_overridden_at_the_call(tmp_path: Path) -> None:
    case, (here,) = case_of(tmp_path, {
        "main.py": "from nets import build\nbuild.__globals__['probe'] = probe\nbuild()\n",
        "nets.py": "def build(length=250):\n    probe(length)\n",
    })  # fmt: skip
    fixes = toward(case, traced(case, here), 252, purpose="")
    assert {fix.edits[0].replace_with for fix in fixes} >= {
        "build(length=252)", "def build(length=252):",
    }  # fmt: skip


def test_only_the_first_of_several_fixes_is_the_one_that_keeps_the_meaning(tmp_path: Path) -> None:
    from graphscope.doctor.findings import RepairClass

    case, (_, here) = case_of(tmp_path, {"main.py": DIMENSIONS})
    fixes = toward(case, traced(case, here), 32, purpose="", repair_class=RepairClass.A)
    assert [fix.repair_class for fix in fixes[:2]] == [RepairClass.A, RepairClass.B]


def test_several_values_change_together(tmp_path: Path) -> None:
    case, (one, two) = case_of(tmp_path, {"main.py": """
        height, width = 60, 60
        probe(height)
        probe(width)
    """})  # fmt: skip
    fix = toward_all(
        case, [(traced(case, one), 64), (traced(case, two), 64)], purpose="to be halved"
    )
    assert fix is not None
    assert [edit.replace_with for edit in fix.edits] == ["height, width = 64, 64"]


def test_one_value_cannot_become_two(tmp_path: Path) -> None:
    case, (one, two) = case_of(tmp_path, {"main.py": "side = 60\nprobe(side)\nprobe(side)\n"})
    wishes = [(traced(case, one), 64), (traced(case, two), 72)]
    assert toward_all(case, wishes, purpose="") is None


def file_of(text: str) -> SourceFile:
    return SourceFile("/p/main.py", text)


def turn_of(text: str) -> str:
    """Return a program in which the call of LSTM knows that it is not the last."""
    file = file_of(text)
    call = next(
        node for node in ast.walk(file.tree)
        if isinstance(node, ast.Call) and file.segment(node.func) == "LSTM"
    )  # fmt: skip
    loop = loop_around(file, call)
    assert loop is not None
    turn = not_last(file, loop)
    assert turn is not None
    editor = turn.write(Editor(file).set_keyword(call, "s", turn.text))
    assert editor.parses()
    return editor.text()


def test_loops_tell_their_last_turn() -> None:
    assert turn_of("for u in units:\n    x = LSTM(u)(x)\n") == (
        "for index, u in enumerate(units):\n    x = LSTM(u, s=index < len(units) - 1)(x)\n"
    )
    assert turn_of("for i, u in enumerate(cfg.units):\n    LSTM(u)\n").endswith(
        "LSTM(u, s=i < len(cfg.units) - 1)\n"
    )
    assert turn_of("for i in range(depth):\n    LSTM(8)\n").endswith("s=i < depth - 1)\n")
    assert turn_of("for i in range(1, 4):\n    LSTM(8)\n").endswith("s=i < 3)\n")
    assert turn_of("for _ in range(3):\n    LSTM(8)\n") == (
        "for index in range(3):\n    LSTM(8, s=index < 2)\n"
    )
    assert turn_of("for a, b in zip(us, rs):\n    LSTM(a)\n") == (
        "for index, (a, b) in enumerate(zip(us, rs)):\n    LSTM(a, s=index < len(us) - 1)\n"
    )
    assert turn_of("r = [LSTM(u) for u in (8, 4)]\n") == (
        "r = [LSTM(u, s=index < 1) for index, u in enumerate((8, 4))]\n"
    )


def test_a_loop_does_not_take_a_name_that_is_in_use() -> None:
    text = turn_of("index = 3\nfor u in units:\n    LSTM(u)\n")
    assert "for turn, u in enumerate(units):" in text


def test_a_loop_over_what_is_gone_once_read_has_no_last_turn() -> None:
    file = file_of("for u in read():\n    LSTM(u)\n")
    loop = loop_around(file, file.tree.body[0].body[0])  # type: ignore[attr-defined]
    assert loop is not None and not_last(file, loop) is None


def test_the_loop_around_a_function_is_not_the_loop_of_its_body() -> None:
    file = file_of("for u in units:\n    def f():\n        LSTM(u)\n")
    inner = file.tree.body[0].body[0].body[0]  # type: ignore[attr-defined]
    assert loop_around(file, inner) is None


def test_siblings_give_what_a_call_lacks(tmp_path: Path) -> None:
    case, _ = case_of(tmp_path, {"main.py": """
        def conv(*args, **given):
            return args
        a = conv(8, 3, padding="same", strides=2)
        b = conv(8, 3, padding="same")
        c = conv(8, 3)
    """})  # fmt: skip
    file = case.program.file(case.program.main)
    assert file is not None
    last = file.tree.body[3].value  # type: ignore[attr-defined]
    found = sibling_arguments(case, file, last)
    assert [(each.name, each.text, each.count) for each in found] == [
        ("padding", '"same"', 2), ("strides", "2", 1),
    ]  # fmt: skip
    assert found[0].line == 4 and found[0].others == 2


def test_siblings_do_not_lend_names_that_a_function_does_not_know(tmp_path: Path) -> None:
    case, (site,) = case_of(tmp_path, {"main.py": """
        def other(stride):
            return dict(a=1, strides=stride)
        def block(filters):
            probe(filters)
            return dict(a=1)
        block(8)
    """})  # fmt: skip
    file = case.program.file(case.program.main)
    assert file is not None
    call = next(
        node for node in ast.walk(file.functions("block")[0])
        if isinstance(node, ast.Call) and file.segment(node.func) == "dict"
    )  # fmt: skip
    assert sibling_arguments(case, file, call, site[0]) == []


def choices(case: Case, site: Site, *names: str) -> list[tuple[str, bool]]:
    found = case.program.call(site[0])
    assert found is not None
    file, node = found
    return [
        (each.file.segment(each.test), each.projects)
        for each in identity_choices(case, file, node, site[0], names)
    ]


def test_an_if_that_did_not_run_chose_the_identity(tmp_path: Path) -> None:
    case, (site,) = case_of(tmp_path, {"main.py": """
        def block(x, filters, strides):
            skip = x
            if filters != 16:
                skip = tuple(x)
            probe(skip)
        block([1], 16, 2)
    """})  # fmt: skip
    assert choices(case, site, "skip") == [("filters != 16", True)]


def test_an_if_that_ran_chose_the_projection(tmp_path: Path) -> None:
    case, (site,) = case_of(tmp_path, {"main.py": """
        def block(x, filters, strides):
            skip = x
            if filters != 16:
                skip = tuple(x)
            probe(skip)
        block([1], 32, 2)
    """})  # fmt: skip
    assert choices(case, site, "skip") == []


def test_the_identity_may_be_the_first_side(tmp_path: Path) -> None:
    case, (one, two) = case_of(tmp_path, {"main.py": """
        def block(x, same):
            skip = x if same else tuple(x)
            probe(skip)
        def other(x, same):
            if same:
                skip = x
            else:
                skip = tuple(x)
            probe(skip)
        block([1], True)
        other([1], True)
    """})  # fmt: skip
    assert choices(case, one, "skip") == [("same", False)]
    assert choices(case, two, "skip") == [("same", False)]


def test_a_missing_layer_leads_to_the_constructor(tmp_path: Path) -> None:
    case, sites = case_of(tmp_path, {"main.py": """
        class Block:
            def __init__(self, filters, stride):
                self.proj = tuple([stride]) if filters != 16 else None
                probe(self)
            def call(self, x):
                if self.proj is not None:
                    x = self.proj + x
                probe(x)
        Block(16, 2).call([1])
    """})  # fmt: skip
    assert choices(case, sites[1], "x") == [("filters != 16", True)]
