"""A fault that a short training does not come to needs a longer trial."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.tensorflow

PROGRAM = """
    import json, sys
    from pathlib import Path
    from graphscope.doctor.case import Case
    from graphscope.doctor.findings import Diagnosis, Edit, Fix, Severity
    from graphscope.doctor.fixes.verify import start_workers, verify
    from graphscope.doctor.records import Recording
    from graphscope.doctor.running import find_imports, find_launch, preload
    from graphscope.session.debug.driver import program_of
    from graphscope.session.debug.run import run_program

    launch = find_launch("train.py")
    with start_workers(preload(find_imports(launch.file, launch.folder))) as workers:
        program, recording = program_of(launch), Recording()
        ending = run_program(launch, recording, program)
        fixes = tuple(Fix(text, (Edit(launch.file, int(line), text),)) for line, text in EDITS)
        diagnosis = Diagnosis("rule", Severity.ERROR, 0.9, "m", fixes=fixes)
        case = Case(program, recording, ending.failure, ending.variables)
        (found,) = verify(case, [diagnosis], launch, workers)
    print("FOUND" + json.dumps([[f.title, f.status, f.result] for f in found.fixes]))
"""

TRAIN = """\
import keras, numpy as np
words, size = 50, 20
x = np.arange(320).reshape(80, 4) % 20
x[-3:] = 49
model = keras.Sequential([keras.Input((4,)), keras.layers.Embedding(size, 3),
                          keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, np.ones(80), shuffle=False, batch_size=32, epochs=3, verbose=0)
"""


def test_an_index_of_the_last_batch(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TRAIN)
    edits = [[2, "words, size = 50, 30"], [2, "words, size = 50, 50"]]
    program = f"EDITS = {edits!r}\n" + textwrap.dedent(PROGRAM)
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
    )  # fmt: skip
    found = [line for line in ran.stdout.splitlines() if line.startswith("FOUND")]
    assert found, ran.stderr
    best, other = json.loads(found[0].removeprefix("FOUND"))
    assert best[:2] == ["words, size = 50, 50", "verified"]
    assert best[2].endswith("with training cut to one epoch")
    assert other[:2] == ["words, size = 50, 30", "rejected"]
    assert other[2].startswith("still fails: InvalidArgumentError")
