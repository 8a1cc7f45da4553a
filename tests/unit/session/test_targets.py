"""The grammar of TARGET."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.errors import TargetError
from graphscope.session import samples, targets
from graphscope.session.targets import (
    Arguments,
    FileTarget,
    ObjectTarget,
    parse_target,
)


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def unet_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "samples"
    folder.mkdir()
    (folder / "unet.py").write_text('"""A small U-Net."""\n')
    monkeypatch.setattr(samples, "sample_models_dir", lambda: folder)
    return folder


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("model.keras", FileTarget(Path("model.keras"))),
        ("out/a b:c.keras", FileTarget(Path("out/a b:c.keras"))),
        ("net.py:make", ObjectTarget(Path("net.py"), "make")),
        ("dir (1)/net.py:make", ObjectTarget(Path("dir (1)/net.py"), "make")),
        ("pkg.net:Maker.small", ObjectTarget("pkg.net", "Maker.small")),
        ("net:make()", ObjectTarget("net", "make", Arguments())),
        (
            "keras.applications:ResNet50(weights=None)",
            ObjectTarget("keras.applications", "ResNet50", Arguments((), (("weights", None),))),
        ),
        (
            "net.py:make((28, 28, 1), 'a:b', -1, depth={'x': [1.5, True]})",
            ObjectTarget(
                Path("net.py"),
                "make",
                Arguments(((28, 28, 1), "a:b", -1), (("depth", {"x": [1.5, True]}),)),
            ),
        ),
        (r"C:\models\net.keras", FileTarget(Path(r"C:\models\net.keras"))),
        ("C:/models/net.keras", FileTarget(Path("C:/models/net.keras"))),
        (r"C:\models\net.py:make", ObjectTarget(Path(r"C:\models\net.py"), "make")),
        (
            "C:/models/net.py:make(1)",
            ObjectTarget(Path("C:/models/net.py"), "make", Arguments((1,))),
        ),
    ],
)
def test_forms(text: str, target: object) -> None:
    assert parse_target(text) == target


def test_drive_without_a_slash_is_a_drive_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse_target("m:net") == ObjectTarget("m", "net")
    monkeypatch.setattr(targets, "_HAS_DRIVES", True)
    assert parse_target("C:net.keras") == FileTarget(Path("C:net.keras"))
    assert parse_target("C:net.py:make") == ObjectTarget(Path("C:net.py"), "make")


def test_a_file_that_exists_wins(empty_folder: Path) -> None:
    (empty_folder / "net:make").touch()
    assert parse_target("net:make") == FileTarget(Path("net:make"))


def test_sample(unet_sample: Path) -> None:
    assert parse_target("sample:unet") == ObjectTarget(unet_sample / "unet.py", "make_model")
    called = parse_target("sample:unet(width=8)")
    assert isinstance(called, ObjectTarget)
    assert called.arguments == Arguments((), (("width", 8),))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The target is empty."),
        ("sample:unett", "There is no sample 'unett'. Did you mean 'unet'? Samples: unet."),
        ("net:make(open('x'))", "The argument \"open('x')\" is not a literal."),
        ("net:make(x)", "The argument 'x' is not a literal."),
        ("net:make(*[1])", "is not a literal"),
        ("net:make(**{})", "is not a literal"),
        ("net:make(", "'make(', after the module 'net', is neither a name nor a call."),
        ("net:make().encoder", "is neither a name nor a call."),
        ("net:make[0]", "is neither a name nor a call."),
        ("net:" + "(" * 10_000, "is neither a name nor a call."),
        ("https://host/model.keras", "is a web address"),
    ],
)
def test_what_fits_no_form_is_explained(text: str, message: str, unet_sample: Path) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(text)
    assert message in str(caught.value)


def test_python_file_without_a_name_lists_what_it_defines(empty_folder: Path) -> None:
    (empty_folder / "net.py").write_text("def build(): ...\nclass Net: ...\ndef _help(): ...\n")
    with pytest.raises(TargetError) as caught:
        parse_target("net.py")
    assert "net.py:build" in str(caught.value)
    assert "It defines: build, Net." in str(caught.value)


def test_module_path_without_py_gets_a_hint(empty_folder: Path) -> None:
    (empty_folder / "models").mkdir()
    (empty_folder / "models" / "net.py").touch()
    with pytest.raises(TargetError, match=r"Did you mean models/net\.py:make\?"):
        parse_target("models/net:make")
