"""Where a value came from, in whole programs that run here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from graphscope.doctor.case import Case
from graphscope.doctor.origins import describe, trace_value
from graphscope.doctor.records import Recording
from tests.unit.doctor.origins.programs import probed, run, write


def chains(folder: Path, files: dict[str, str] | str) -> list[str]:
    program = write(folder.resolve(), {"main.py": files} if isinstance(files, str) else files)
    case, sites = run(program)
    return [
        describe(case, trace_value(case, probed(case, site), site[0], site=site)) for site in sites
    ]


CONFIGURED = {
    "main.py": """
        from dataclasses import dataclass, field
        from blocks import make

        N = 3

        @dataclass
        class Config:
            size: int = 28
            widths: list = field(default_factory=lambda: [16, 32])
            classes: int = 10

        def build(cfg, units=7):
            probe(cfg.size)
            probe(cfg.classes)
            probe(units)
            for i, f in enumerate(cfg.widths):
                probe(f)
            make(probe, cfg.size // 2, depth=N)

        build(Config(classes=N + 1))
        """,
    "blocks.py": """
        WIDTH = 5

        def make(probe, size, depth=1):
            probe(size)
            probe(depth)
            probe(WIDTH)
        """,
}


def test_follows_a_configuration_through_functions_and_files(tmp_path: Path) -> None:
    assert chains(tmp_path, CONFIGURED) == [
        "28 <- size: int = 28 main.py:8",
        "4 <- Config(classes=N + 1) main.py:20 <- N + 1 = 4 main.py:20 <- N = 3 main.py:4",
        "7 <- units=7 main.py:12",
        "16 <- for i, f in enumerate(cfg.widths) main.py:16 <- "
        "widths: list = field(default_factory=lambda: [16, 32]) main.py:9",
        "32 <- for i, f in enumerate(cfg.widths) main.py:16 <- "
        "widths: list = field(default_factory=lambda: [16, 32]) main.py:9",
        "14 <- make(size=cfg.size // 2) main.py:18 <- cfg.size // 2 = 14 main.py:18 <- "
        "size: int = 28 main.py:8",
        "3 <- make(depth=N) main.py:18 <- N = 3 main.py:4",
        "5 <- WIDTH = 5 blocks.py:1",
    ]


def test_attributes_lead_to_the_constructor(tmp_path: Path) -> None:
    assert chains(
        tmp_path,
        """
        class Base:
            def __init__(self, width):
                self.width = width
        class Builder(Base):
            depth = 4
            def __init__(self, units, *, scale=2):
                super().__init__(units * scale)
                self.units, self.scale = units, scale
            @property
            def total(self):
                return self.units + 1
            def head(self, count):
                probe(self.units)
                probe(self.scale)
                probe(self.depth)
                probe(self.width)
                probe(self.total)
                probe(count)
            def build(self):
                self.head(count=self.units)
        UNITS = 12
        Builder(UNITS).build()
        """,
    ) == [
        "12 <- self.units, self.scale = units, scale main.py:8 <- Builder(units=UNITS) main.py:22"
        " <- UNITS = 12 main.py:21",
        "2 <- self.units, self.scale = units, scale main.py:8 <- scale=2 main.py:6",
        "4 <- depth = 4 main.py:5",
        "24 <- self.width = width main.py:3 <- __init__(width=units * scale) main.py:7 <- "
        "units * scale = 24 main.py:7 <- Builder(units=UNITS) main.py:22 <- UNITS = 12 main.py:21",
        "13 <- def total(self) main.py:10 <- self.units + 1 = 13 main.py:11 <- "
        "self.units, self.scale = units, scale main.py:8 <- Builder(units=UNITS) main.py:22 <- "
        "UNITS = 12 main.py:21",
        "12 <- head(count=self.units) main.py:20 <- "
        "self.units, self.scale = units, scale main.py:8 <- Builder(units=UNITS) main.py:22 <- "
        "UNITS = 12 main.py:21",
    ]


def test_options_of_the_command_line(tmp_path: Path) -> None:
    assert chains(
        tmp_path,
        """
        import argparse
        def parse():
            parser = argparse.ArgumentParser()
            parser.add_argument("--hidden-size", type=int, default=64)
            parser.add_argument("--layers", type=int, default=2)
            return parser.parse_args(["--layers", "5"])
        args = parse()
        probe(args.hidden_size)
        probe(args.layers)
        """,
    ) == [
        '64 <- parser.add_argument("--hidden-size", type=int, default=64) main.py:4',
        "5 <- the command line's --layers main.py:5",
    ]


def test_dictionaries_namespaces_and_keyword_packs(tmp_path: Path) -> None:
    assert chains(
        tmp_path,
        """
        from types import SimpleNamespace
        PRESETS = {"small": {"width": 8, "depth": 2}, "large": dict(width=32)}
        def make(width, depth=1, *rest, **more):
            probe(width)
            probe(depth)
            probe(more["extra"])
        make(**PRESETS["small"], extra=PRESETS["large"]["width"])
        space = SimpleNamespace(size=3)
        probe(space.size)
        """,
    ) == [
        '8 <- make(width=PRESETS["small"]) main.py:7 <- '
        '"small": {"width": 8, "depth": 2} main.py:2',
        '2 <- make(depth=PRESETS["small"]) main.py:7 <- '
        '"small": {"width": 8, "depth": 2} main.py:2',
        '32 <- make(extra=PRESETS["large"]["width"]) main.py:7 <- '
        '"large": dict(width=32) main.py:2',
        "3 <- size=3 main.py:8",
    ]


def test_arrays_are_followed_through_functions_lists_and_slices(tmp_path: Path) -> None:
    answers = chains(
        tmp_path,
        """
        import numpy as np
        def draw(rng, size):
            picture = rng.random((size, size))
            return picture, 1
        def load(count, size=8):
            rng = np.random.default_rng(0)
            pictures, labels = [], []
            for _ in range(count):
                picture, label = draw(rng, size)
                pictures.append(picture.reshape(-1))
                labels.append(label)
            return np.stack(pictures).astype("float32"), np.array(labels)
        def main():
            x, y = load(20)
            cut = int(0.5 * len(x))
            (a, b), c = (x[:cut], y[:cut]), x[cut:]
            probe(a)
            probe(x.shape[1])
        main()
        """,
    )
    assert answers == [
        "(10, 64) <- (a, b), c = (x[:cut], y[:cut]), x[cut:] main.py:16 <- x, y = load(20) "
        'main.py:14 <- np.stack(pictures).astype("float32") main.py:12 <- '
        "pictures, labels = [], [] main.py:7 <- pictures.append(picture.reshape(-1)) main.py:10 <- "
        "picture, label = draw(rng, size) main.py:9 <- picture = rng.random((size, size)) "
        "main.py:3",
        "64 <- x.shape[1] = 64 main.py:18 <- x, y = load(20) "
        'main.py:14 <- np.stack(pictures).astype("float32") main.py:12 <- '
        "pictures, labels = [], [] main.py:7 <- pictures.append(picture.reshape(-1)) main.py:10 <- "
        "picture, label = draw(rng, size) main.py:9 <- picture = rng.random((size, size)) "
        "main.py:3",
    ]


def test_the_branch_that_gave_the_value_is_chosen(tmp_path: Path) -> None:
    assert chains(
        tmp_path,
        """
        def pick(name, first):
            if name == "small":
                size = 8
            else:
                size = 32
            stride = 2 if first else 1
            probe(size)
            probe(stride)
        pick("large", True)
        """,
    ) == [
        "32 <- size = 32 main.py:5",
        "2 <- stride = 2 if first else 1 main.py:6",
    ]


@pytest.mark.parametrize(
    "expression",
    ["missing", "missing.attribute", "f(missing)[3:]",
      "[*missing]", "(lambda q: q)(3)", "{**missing}",
     "f'{missing}'", "x if missing else y", "missing[0](1)(2)", "self.x", "super().x",
     "not missing",
     "a @ b", "[q for q in missing]", "{q: 1 for q in missing}", "(yield)", "1 ** 10 ** 9"],
)  # fmt: skip
def test_is_total(tmp_path: Path, expression: str) -> None:
    program = write(
        tmp_path.resolve(), {"main.py": f"def f():\n    v = {expression}\n    return v\n"}
    )
    file = program.file(program.main)
    assert file is not None
    function = file.functions("f")[0]
    statement = function.body[1]
    assert isinstance(statement, ast.Return) and statement.value is not None
    origin = trace_value(Case(program, Recording()), statement.value, None, file=file)
    assert origin.place is not None
    assert "tracing it failed" not in origin.note


def test_a_generator_leads_to_what_it_yields(tmp_path: Path) -> None:
    assert chains(
        tmp_path,
        """
        import numpy as np
        def batches(count):
            for _ in range(count):
                x = np.ones((3, 6))
                yield x, np.ones((3, 1))
        class Batches:
            def __init__(self, width):
                self.width = width
            def __getitem__(self, index):
                pictures = np.zeros((4, self.width))
                return pictures, index
        probe(batches(2))
        probe(Batches(5))
        """,
    ) == [
        "batches(2) main.py:12 <- x, np.ones((3, 1)) main.py:5 <- x = np.ones((3, 6)) main.py:4",
        "Batches(5) main.py:13 <- pictures, index main.py:11 <- "
        "pictures = np.zeros((4, self.width)) main.py:10",
    ]
