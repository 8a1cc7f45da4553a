"""Reads what Keras and TensorFlow put into and around the texts of exceptions."""

from __future__ import annotations

import re

from graphscope.doctor.watching.described import Line
from graphscope.doctor.watching.sites import is_users_file

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
CALLING = re.compile(
    r"^Exception encountered when calling .*?\.\n\n(?P<inner>.*?)\n\n"
    r"Arguments received by .*\Z",
    re.DOTALL,
)
INFERRING = re.compile(
    r"^Could not automatically infer the output shape / dtype of .*?Error encountered:\n\n",
    re.DOTALL,
)
NODE = re.compile(r"Detected at node (?P<name>\S+) defined at|\[\[\{\{node (?P<braced>[^}]+)\}\}")
FILE_LINE = re.compile(r'File "(?P<file>[^"\n]+)", line (?P<line>\d+)(?:, in (?P<function>\S+))?')


def strip_message(text: str) -> str:
    """Return an exception's text without what was put around it: argument dumps, colours."""
    text = COLOURS.sub("", text)
    while True:
        found = CALLING.match(text)
        stripped = found["inner"] if found else INFERRING.sub("", text)
        if stripped == text:
            return text.strip()
        text = stripped


def graph_node(text: str) -> str | None:
    """Return the name of the graph node that failed at run time."""
    found = NODE.search(text)
    return (found["name"] or found["braced"]) if found else None


def described_lines(text: str) -> list[Line]:
    """Return the user's lines that a text mentions, in its order."""
    lines = [
        Line(found["file"], int(found["line"]), found["function"] or "")
        for found in FILE_LINE.finditer(text)
    ]
    return [line for line in dict.fromkeys(lines) if is_users_file(line.file)]
