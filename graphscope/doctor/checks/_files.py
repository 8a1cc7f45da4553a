"""The files that the user's program consists of."""

from __future__ import annotations

from graphscope.doctor.case import Case
from graphscope.doctor.source import SourceFile
from graphscope.doctor.static.local_imports import local_files


def own_files(case: Case) -> list[SourceFile]:
    """Return the script and everything beside it that it imports; what a fix may edit."""
    program = case.program
    main = program.file(program.main)
    found = [*program.files, *(local_files(program, main) if main is not None else ())]
    own = {file.path: file for file in found if program.is_own(file.path)}
    return list(own.values())
