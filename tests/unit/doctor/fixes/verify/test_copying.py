"""The copy of a program that a fix is tried on."""

from __future__ import annotations

from pathlib import Path

from graphscope.doctor.fixes.verify.copying import LARGEST_COPIED, MOST_COPIED, copy_program


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".py").write_text(text)


def test_own_modules_and_small_data_are_copied(tmp_path: Path) -> None:
    program, scratch = tmp_path / "program", tmp_path / "scratch"
    write(program, train="main", models__net="net")
    (program / "data.csv").write_text("1,2")
    copy = copy_program(str(program), str(program), str(scratch), [])
    copied = Path(copy.folder)
    assert (copied / "train.py").read_text() == "main"
    assert (copied / "models" / "net.py").read_text() == "net"
    assert not any(path.is_symlink() for path in copied.rglob("*"))
    assert copy.cwd == copy.folder


def test_large_data_is_linked(tmp_path: Path) -> None:
    program = tmp_path / "program"
    write(program, train="main")
    (program / "data.bin").write_bytes(bytes(LARGEST_COPIED + 1))
    copied = Path(copy_program(str(program), str(program), str(tmp_path / "s"), []).folder)
    assert (copied / "data.bin").is_symlink()
    assert (copied / "data.bin").stat().st_size == LARGEST_COPIED + 1


def test_a_folder_of_many_files_is_linked_but_for_what_is_edited(tmp_path: Path) -> None:
    program = tmp_path / "program"
    write(program, train="main", zoo__net="net")
    images = program / "images"
    images.mkdir()
    for number in range(MOST_COPIED + 5):
        (images / f"{number}.png").touch()
    edited = str(program / "zoo" / "net.py")
    copied = Path(copy_program(str(program), str(program), str(tmp_path / "s"), [edited]).folder)
    assert len(list((copied / "images").iterdir())) == MOST_COPIED + 5
    assert not (copied / "zoo").is_symlink()
    assert not (copied / "zoo" / "net.py").is_symlink()


def test_caches_and_environments_are_not_copied(tmp_path: Path) -> None:
    program = tmp_path / "program"
    write(program, train="main", env__lib__big="big")
    (program / "env" / "pyvenv.cfg").touch()
    (program / ".git").mkdir()
    copied = Path(copy_program(str(program), str(program), str(tmp_path / "s"), []).folder)
    assert (copied / "env").is_symlink()
    assert not (copied / ".git").exists()


def test_a_program_below_the_working_directory_finds_what_lies_around(tmp_path: Path) -> None:
    project = tmp_path / "project"
    write(project, src__train="main", src__deep__net="net")
    (project / "data").mkdir()
    (project / "data" / "x.csv").write_text("1")
    copy = copy_program(str(project / "src"), str(project), str(tmp_path / "s"), [])
    here = Path(copy.cwd)
    assert (here / "data" / "x.csv").read_text() == "1"
    assert Path(copy.folder) == here / "src"
    assert not (here / "src").is_symlink()


def test_a_program_is_run_in_the_same_folder_below_its_own(tmp_path: Path) -> None:
    program = tmp_path / "program"
    write(program, train="main")
    (program / "runs").mkdir()
    copy = copy_program(str(program), str(program / "runs"), str(tmp_path / "s"), [])
    assert Path(copy.cwd) == Path(copy.folder) / "runs"


def test_elsewhere_the_working_directory_is_shown_by_links(tmp_path: Path) -> None:
    write(tmp_path / "program", train="main")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "x.csv").write_text("1")
    copy = copy_program(str(tmp_path / "program"), str(tmp_path / "here"), str(tmp_path / "s"), [])
    assert (Path(copy.cwd) / "x.csv").read_text() == "1"
    assert (Path(copy.folder) / "train.py").read_text() == "main"
