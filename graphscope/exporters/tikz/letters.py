"""Any text as LaTeX that shows it and does nothing else."""

from __future__ import annotations

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    "-": "-{}",  # else two of them become a dash
    ",": ",{}",
    "?": "?{}",  # else ?` and !` become other signs
    "!": "!{}",
    "×": r"\ensuremath{\times}",
    "·": r"\ensuremath{\cdot}",
    "…": r"\ldots{}",
    "⌈": r"\ensuremath{\lceil}",
    "⌉": r"\ensuremath{\rceil}",
    "⌊": r"\ensuremath{\lfloor}",
    "⌋": r"\ensuremath{\rfloor}",
    " ": r"\ ",
}


def escape(text: str) -> str:
    r"""Return the text as LaTeX, letter for letter.

    Letters beyond ASCII are shown where the engine can (LuaLaTeX, XeLaTeX), else as `?`: the macro
    `\gsletter` of the file decides.

    >>> print(escape("a_1 & 50%"), escape("密"))
    a\_1\ \&\ 50\% \gsletter{密}
    """
    return "".join(map(_escape_letter, text))


def _escape_letter(letter: str) -> str:
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    if letter.isascii():
        return letter if letter.isprintable() else _SPECIAL["?"]
    return rf"\gsletter{{{letter}}}" if letter.isprintable() else _SPECIAL["?"]
