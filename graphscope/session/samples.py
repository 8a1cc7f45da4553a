"""The sample models: one Python file each, listed without running any of them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from graphscope.errors import TargetError
from graphscope.resources import sample_models_dir
from graphscope.session.suggest import suggest_or_list

SAMPLE_PREFIX = "sample:"
"""How a sample is told from a file."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample model: its name, the first sentence of its docstring, and its file."""

    name: str
    description: str
    path: Path


def list_samples() -> list[Sample]:
    """Return the samples in name order; names with a leading underscore are helpers."""
    files = sorted(sample_models_dir().glob("[!_]*.py"))
    return [Sample(file.stem, _first_line(file), file) for file in files]


def find_sample(name: str) -> Sample:
    """Return the sample of that name.

    Raises:
        TargetError: when there is none; the message lists those there are.
    """
    samples = {sample.name: sample for sample in list_samples()}
    if name not in samples:
        remedy = suggest_or_list(name, samples, title="Samples")
        raise TargetError(f"There is no sample {name!r}.", remedy)
    return samples[name]


def _first_line(file: Path) -> str:
    docstring = ast.get_docstring(ast.parse(file.read_bytes())) or ""
    return docstring.partition("\n")[0]
