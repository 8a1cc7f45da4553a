"""A file name that Keras does not save to or load from: its ending, or a name that is not there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from graphscope.doctor.case import Case
from graphscope.doctor.facts.loading import UserCall, user_call
from graphscope.doctor.facts.looking import MISSING, look
from graphscope.doctor.facts.writing_files import written_paths
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.origins import UNKNOWN, evaluate, trace_value
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, distinct

ID = "weights-file-name"

_ENDINGS = {
    "save_weights": ".weights.h5",
    "load_weights": ".weights.h5",
    "save": ".keras",
    "save_model": ".keras",
    "load_model": ".keras",
    "ModelCheckpoint": ".keras",
}
_ACCEPTED = {
    "save_weights": (".weights.h5", ".weights.json"),
    "load_weights": (".weights.h5", ".weights.json", ".keras", ".h5", ".hdf5"),
    "save": (".keras", ".h5", ".hdf5"),
    "save_model": (".keras", ".h5", ".hdf5"),
    "load_model": (".keras", ".h5", ".hdf5"),
}
_OLD_ENDINGS = (".weights.h5", ".h5", ".hdf5", ".keras", ".tf", ".ckpt", ".pb", ".hdf")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the path of a save or load that failed."""
    failure = case.failure
    call = user_call(case, *_ENDINGS) if failure else None
    if failure is None or call is None:
        return
    argument, path = _path(case, call)
    if argument is None or path is None or not _is_about_files(case, call):
        return
    name = str(getattr(call.node.func, "attr", None) or getattr(call.node.func, "id", ""))
    ending = _wanted_ending(case, call, name)
    accepted = (ending,) if name == "ModelCheckpoint" else _ACCEPTED[name]
    if not path.endswith(accepted):
        yield _wrong_ending(case, call, argument, path, ending, name)
    elif name.startswith("load") and not Path(path).exists():
        yield from _not_there(case, call, argument, path)


def _path(case: Case, call: UserCall) -> tuple[ast.expr | None, str | None]:
    for argument in [
        *(e.value for e in call.node.keywords if e.arg == "filepath"),
        *call.node.args,
    ]:
        value = look(argument, call.frame)
        if value is MISSING or not isinstance(value, str | Path):
            value = evaluate(case, argument, call.frame)
        if value is not UNKNOWN and isinstance(value, str | Path):
            return argument, str(value)
    return None, None


def _is_about_files(case: Case, call: UserCall) -> bool:
    """Whether Keras's code for files and paths raised, not one for shapes."""
    frames = case.failure.keras_frames if case.failure else ()
    names = ("saving_api", "saving_lib", "model_checkpoint", "file_utils", "h5py")
    if isinstance(call.node.func, ast.Name) and call.node.func.id == "ModelCheckpoint":
        return True
    return bool(frames) and any(name in frames[0][1] for name in names)


def _wanted_ending(case: Case, call: UserCall, name: str) -> str:
    only = next((e.value for e in call.node.keywords if e.arg == "save_weights_only"), None)
    if name == "ModelCheckpoint" and only is not None:
        return ".weights.h5" if evaluate(case, only, call.frame) is True else ".keras"
    return _ENDINGS[name]


def _wrong_ending(
    case: Case, call: UserCall, argument: ast.expr, path: str, ending: str, name: str
) -> Diagnosis:
    literals = list(_literals(case, call, argument, path))
    better = _with_ending(path, ending)
    fixes = [fix for fix in (_renamed(case, literals, path, better),) if fix is not None]
    place = Place(literals[0][0].path, literals[0][1].lineno) if literals else call.place
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{name}{at(case, call.place)}: the file name {path!r} has the wrong ending; the filename "
        f"must end in {ending}.\n"
        "Keras 3 writes whole models to .keras files and weights alone to .weights.h5 files, and "
        "tells by the ending what a file is.\n"
        f"Call it {better!r}, in every place where it is saved or loaded.",
        places=distinct([place, call.place]),
        evidence=(Evidence("value", f"filepath={path!r}, expected ending {ending}", place),),
        fixes=tuple(fixes),
    )


def _with_ending(path: str, ending: str) -> str:
    """Return a path with another ending.

    >>> _with_ending("out/best.h5", ".weights.h5"), _with_ending("model", ".keras")
    ('out/best.weights.h5', 'model.keras')
    """
    for old in _OLD_ENDINGS:
        if path.endswith(old):
            return path.removesuffix(old) + ending
    return path.rstrip("/") + ending


def _literals(
    case: Case, call: UserCall, argument: ast.expr, path: str
) -> Iterator[tuple[SourceFile, ast.Constant]]:
    """The string literals that the path is made of, at its origin first, then its equals."""
    seen: set[int] = set()
    origin = trace_value(case, argument, call.frame)
    tails = [(step.file, part) for step in origin.walk() if step.file and step.node
             for part in ast.walk(step.node)]  # fmt: skip
    equal = [(file, node) for file in case.program.files for node in ast.walk(file.tree)]
    for file, node in [*tails, *equal]:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        is_tail = len(node.value) > 2 and path.endswith(node.value)
        if file is not None and is_tail and id(node) not in seen:
            seen.add(id(node))
            yield file, node


def _renamed(
    case: Case, literals: list[tuple[SourceFile, ast.Constant]], path: str, better: str
) -> Fix | None:
    if not literals or any(not case.program.is_own(file.path) for file, _ in literals):
        return None
    first = literals[0][1].value
    edits = []
    for file in {id(each): each for each, _ in literals}.values():
        editor = Editor(file)
        for other, node in literals:
            if other is file and node.value == first and not _in_fstring(file, node):
                assert isinstance(first, str)
                tail = first[: len(first)]
                head = path[: len(path) - len(tail)]
                editor.replace(node, _quoted(file, node, better.removeprefix(head)))
        edits += list(editor.edits())
    title = f"Call the file {better!r}"
    return Fix(title, tuple(edits), RepairClass.A, likelihood=0.95) if edits else None


def _in_fstring(file: SourceFile, node: ast.AST) -> bool:
    return isinstance(file.parent(node), ast.JoinedStr)


def _quoted(file: SourceFile, node: ast.Constant, text: str) -> str:
    quote = file.segment(node)[0]
    return f"{quote}{text}{quote}" if quote in "'\"" else repr(text)


def _not_there(case: Case, call: UserCall, argument: ast.expr, path: str) -> Iterator[Diagnosis]:
    written = {value: (file, node) for file, node, value in written_paths(case)}
    folder = Path(path).parent
    there = [str(folder / each.name) for each in folder.glob("*")] if folder.is_dir() else []
    there = [each.removeprefix("./") for each in there]
    close = get_close_matches(path, list(dict.fromkeys([*written, *there])), 2, 0.75)
    literals = list(_literals(case, call, argument, path))
    if not close:
        return
    place = Place(literals[0][0].path, literals[0][1].lineno) if literals else call.place
    fixes = [_renamed(case, literals, path, each) for each in close]
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.9,
        f"load{at(case, call.place)}: there is no file {path!r}.\n"
        f"The program writes, or the folder has, {', '.join(map(repr, close))}: load that one.",
        places=distinct([place, call.place]),
        evidence=(Evidence("value", f"filepath={path!r}; similar: {close}", place),),
        fixes=tuple(fix for fix in fixes if fix is not None),
    )
