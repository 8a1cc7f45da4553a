"""What a copy of the user's program can and cannot do while a fix is tried."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.unit.doctor.fixes.verify.conftest import Ran

Run = Callable[..., Ran]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no zygote")


def test_a_program_runs_to_its_end(run: Run) -> None:
    ran = run("import sys; print(__name__, sys.argv[1:], sys.stdin.read())")
    assert ran.outcome.kind == "finished"
    assert ran.output.strip() == "__main__ []"


def test_what_it_raises_is_told_with_its_place(run: Run) -> None:
    outcome = run("def inner():\n    raise KeyError('sizes')\n\ninner()\n").outcome
    assert (outcome.kind, outcome.exception, outcome.message) == ("raised", "KeyError", "'sizes'")
    assert (outcome.file, outcome.line, outcome.main_line) == ("/original/main.py", 2, 4)


def test_relative_writes_land_in_the_copy(run: Run) -> None:
    ran = run("open('weights.txt', 'w').write('1')")
    assert (ran.folder / "program" / "weights.txt").read_text() == "1"


def test_writes_outside_are_led_into_the_scratch_folder(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "results" / "log.txt"
    ran = run(f"""
        import os, pathlib
        path = pathlib.Path({str(outside)!r})
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("written")
        print(path.exists(), path.read_text())
    """)
    assert (ran.outcome.kind, ran.output.strip()) == ("finished", "True written")
    assert not outside.exists()


def test_a_file_outside_is_changed_in_a_copy_of_it(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "log.txt"
    outside.write_text("before, ")
    ran = run(f"""
        with open({str(outside)!r}, "a") as log:
            log.write("after")
        print(open({str(outside)!r}).read())
    """)
    assert (ran.outcome.kind, ran.output.strip()) == ("finished", "before, after")
    assert outside.read_text() == "before, "


def test_writes_through_a_link_do_not_reach_its_target(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "data.txt"
    outside.write_text("original")
    ran = run(f"""
        import os
        os.symlink({str(outside)!r}, "data.txt")
        open("data.txt", "w").write("changed")
        print(open("data.txt").read())
    """)
    assert ran.output.strip() == "changed"
    assert outside.read_text() == "original"


@pytest.mark.parametrize(
    "deed",
    [
        "os.remove(path)",
        "os.rename(path, path + '.old')",
        "os.replace('mine.txt', path)",
        "os.chmod(path, 0)",
        "os.truncate(path, 0)",
        "os.link(path, path + '.link')",
        "os.symlink(path, path + '.link')",
        "shutil.rmtree(os.path.dirname(path))",
        "os.utime(path, (0, 0))",
    ],
)
def test_other_changes_outside_are_refused(run: Run, tmp_path: Path, deed: str) -> None:
    outside = tmp_path / "folder" / "precious.txt"
    outside.parent.mkdir()
    outside.write_text("precious")
    before = outside.stat()
    ran = run(f"import os, shutil\nopen('mine.txt', 'w')\npath = {str(outside)!r}\n{deed}\n")
    assert ran.outcome.kind == "refused", ran.output
    assert "outside of the scratch folder" in ran.outcome.message
    assert [each.name for each in outside.parent.iterdir()] == ["precious.txt"]
    after = outside.stat()
    assert outside.read_text() == "precious"
    assert (after.st_mode, after.st_mtime) == (before.st_mode, before.st_mtime)


def test_what_was_refused_is_told_though_the_program_hides_it(run: Run, tmp_path: Path) -> None:
    ran = run(f"""
        import os
        try:
            os.remove({str(tmp_path)!r})
        except OSError as error:
            raise RuntimeError("clean-up failed") from None
    """)
    assert ran.outcome.kind == "refused"


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's guards are Linux's")
def test_native_code_cannot_write_outside_either(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "native.txt"
    ran = run(f"""
        import ctypes, os
        from graphscope.doctor.fixes.verify import kernel
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.syscall(444, None, 0, 1) < 1:
            print("no landlock")
        print(libc.open({str(outside).encode()!r}, os.O_CREAT | os.O_WRONLY, 0o600))
        print(libc.open(b"inside.txt", os.O_CREAT | os.O_WRONLY, 0o600) > 0)
    """)
    if "no landlock" in ran.output:
        pytest.skip("this kernel has no Landlock")
    assert ran.output.split() == ["-1", "True"]
    assert not outside.exists()


@pytest.mark.parametrize(
    "deed",
    [
        "socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "socket.getaddrinfo('example.com', 80)",
        "socket.socket().bind(('0.0.0.0', 0))",
        "urllib.request.urlopen('http://example.com/')",
    ],
)
def test_the_network_is_off(run: Run, deed: str) -> None:
    ran = run(f"import socket, urllib.request\n{deed}\n")
    assert ran.outcome.kind == "refused", ran.output
    assert "the network" in ran.outcome.message


def test_this_machine_can_be_talked_to(run: Run) -> None:
    ran = run("""
        import socket
        server = socket.create_server(("127.0.0.1", 0))
        client = socket.create_connection(server.getsockname(), timeout=5)
        client.sendall(b"hello")
        print(server.accept()[0].recv(5))
        one, other = socket.socketpair()
        one.sendall(b"x")
    """)
    assert (ran.outcome.kind, ran.output.strip()) == ("finished", "b'hello'")


@pytest.mark.parametrize(
    "deed",
    ["subprocess.run(['true'])", "os.system('true')", "os.execv('/bin/true', ['true'])"],
)
def test_no_other_program_is_started(run: Run, deed: str) -> None:
    ran = run(f"import os, subprocess\n{deed}\n")
    assert ran.outcome.kind == "refused"
    assert "starting another program" in ran.outcome.message


def test_other_processes_are_left_alone(run: Run) -> None:
    ran = run(f"import os, signal\nos.kill({os.getpid()}, signal.SIGTERM)\n")
    assert ran.outcome.kind == "refused"


def test_time_is_limited(run: Run) -> None:
    started = time.monotonic()
    ran = run("import time\ntime.sleep(60)\n", seconds=0.5)
    assert ran.outcome.kind == "timeout"
    assert time.monotonic() - started < 10


def test_memory_is_limited(run: Run) -> None:
    # A trial is forked from this process, whose memory counts as its own.
    before = psutil.Process().memory_info().rss
    script = "import time\nheld = bytearray(b'x') * (400 << 20)\ntime.sleep(20)\n"
    assert run(script, memory=before + (200 << 20)).outcome.kind == "memory"


def test_children_of_a_trial_end_with_it(run: Run) -> None:
    ran = run("""
        import os, time
        if (pid := os.fork()) == 0:
            time.sleep(60)
        print(pid)
    """)
    pid = int(ran.output)
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").exists() and " Z " in Path(f"/proc/{pid}/stat").read_text():
            return  # Dead; whoever inherits it has not looked yet.
        time.sleep(0.05)
    pytest.fail("the child lives on")


def test_no_window_is_opened(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run("import os\nprint(os.environ.get('MPLBACKEND'), os.environ.get('DISPLAY'))\n")
    assert ran.output.split() == ["Agg", "None"]
