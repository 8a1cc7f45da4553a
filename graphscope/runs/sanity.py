"""What a record must be to go into tables: a log is data, and whoever wrote it may be mistaken."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from graphscope.runs.blocks import StepBlock
from graphscope.runs.records import Columns, End, Epoch, Event, Record, Start, Statistics, Step

_LARGEST = 2**62
"""Steps beyond are none; what counts them stays within 64 bits."""
_STATUSES = ("finished", "stopped", "failed")


def problem_of(record: Record) -> str | None:
    """Return what is wrong with a record, as the end of a sentence; None when nothing is."""
    match record:
        case Columns():
            names = record.names
            is_right = _is_count(record.id, 2**31) and all(isinstance(n, str) for n in names)
            return None if is_right else "columns have no names"
        case Step() | Event() | End() | Statistics() | Epoch():
            if not (_is_count(record.step) and _is_time(record.time)):
                return f"{_name(record)} has no step or time"
            return _problem_of_content(record)
        case Start():
            is_right = _is_time(record.time) and _is_count(record.rank, 2**31)
            if not is_right:
                return "a start has no time or rank"
            is_right = isinstance(record.config, Mapping) and isinstance(
                record.environment, Mapping
            )
            return None if is_right else "a start has no configuration"


def sound_steps(block: StepBlock) -> StepBlock:
    """Return a block without the steps that have no step or time."""
    is_sound = np.isfinite(block.times) & (np.abs(block.steps) < _LARGEST)
    if is_sound.all():
        return block
    return StepBlock(
        block.columns, block.steps[is_sound], block.times[is_sound], block.values[is_sound]
    )


def _problem_of_content(record: Step | Event | End | Statistics | Epoch) -> str | None:
    match record:
        case Step() if not _is_count(record.columns, 2**31):
            return "a step does not say what its numbers are"
        case Epoch() if not _is_count(record.epoch):
            return "an epoch has no number"
        case End() if record.status not in _STATUSES or not isinstance(record.text, str):
            return "an end has no status"
        case Event() if not (isinstance(record.kind, str) and isinstance(record.text, str)):
            return "an event has no kind or text"
    return None


def _name(record: object) -> str:
    name = type(record).__name__.lower()
    return name if name == "statistics" else f"{'an' if name[0] in 'e' else 'a'} {name}"


def _is_count(value: Any, limit: int = _LARGEST) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -limit < value < limit


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
