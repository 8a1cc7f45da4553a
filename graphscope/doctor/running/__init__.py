"""Running the user's program as Python itself would, and what is known before it starts."""

from graphscope.doctor.running.arrival import when_imported
from graphscope.doctor.running.imports import Imports, find_imports, preload
from graphscope.doctor.running.launch import Launch, execute, find_launch, make_main

__all__ = [
    "Imports",
    "Launch",
    "execute",
    "find_imports",
    "find_launch",
    "make_main",
    "preload",
    "when_imported",
]
