"""Running a program under the doctor's eyes: from the command line, a notebook or a test."""

from graphscope.session.debug.driver import Debugged, DebugOptions, debug_program

__all__ = ["DebugOptions", "Debugged", "debug_program"]
