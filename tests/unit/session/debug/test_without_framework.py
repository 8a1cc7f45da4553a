"""A program that fails without a framework is examined without one: importing one takes seconds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMINE = """
import sys
from graphscope.doctor.case import Case
from graphscope.doctor.examine import examine
from graphscope.doctor.records import Recording
from graphscope.doctor.running import find_launch
from graphscope.session.debug.driver import program_of
from graphscope.session.debug.run import run_program

for name in sys.argv[1:]:
    launch = find_launch(name)
    program, recording = program_of(launch), Recording()
    ending = run_program(launch, recording, program)
    assert ending.failure is not None, name
    notes = []
    examine(Case(program, recording, ending.failure, ending.variables), notes.append)
    assert not notes, notes
print(sorted({"keras", "tensorflow", "jax", "torch"} & set(sys.modules)))
"""

FAILING = {
    "type": "'%d' % 'three'",
    "arity": "len(3, 4)",
    "index": "[1, 2][2]",
    "key": "{}['rate']",
    "attribute": "(None).shape",
    "value": "int('many')",
    "division": "1 / 0",
    "product": "import numpy\nnumpy.ones((2, 3)) @ numpy.ones((2, 3))",
}


def test_no_rule_imports_a_framework(tmp_path: Path) -> None:
    for name, text in FAILING.items():
        (tmp_path / f"{name}.py").write_text(f"{text}\n")
    done = subprocess.run(
        [sys.executable, "-c", EXAMINE, *(f"{name}.py" for name in FAILING)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
