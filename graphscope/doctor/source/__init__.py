"""The user's program as source: trees, places, definitions and edits."""

from graphscope.doctor.source.program import Program, SourceFile

__all__ = ["Program", "SourceFile"]
