"""Where a value came from, in whole programs that run here."""

from __future__ import annotations

from pathlib import Path

from graphscope.doctor.origins import describe, trace_value
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
