"""The user's program as source: trees, places, definitions and edits."""

from graphscope.doctor.source.editing import Editor, edits_between
from graphscope.doctor.source.naming import Reference, imported_names, refer_to
from graphscope.doctor.source.program import Program, SourceFile

__all__ = [
    "Editor",
    "Program",
    "Reference",
    "SourceFile",
    "edits_between",
    "imported_names",
    "refer_to",
]
