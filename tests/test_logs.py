import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.logs import configure_logging, hide, stderr_to

CANARIES = {
    "data key": "ab" * 32,
    "recovery key": "-".join(["c4d4e4f4"] * 8),
    "bearer": "Bearer c4n4ry-abcdefgh",
    "openai": "sk-c4n4ryabcdefghijkl",
    "hugging face": "hf_c4n4ryabcdefghijkl",
    "github": "ghp_c4n4ryabcdefghijkl",
    "web token": "eyJhbGciOi.eyJzdWIiOi.c4n4ry",
    "discord": "MTAxMDEwMTAxMDEwMTAxMDEw.GabcDe." + "c4n4ry" * 6,
}
log = logging.getLogger("tests.logs")


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    path = tmp_path / "logs" / "hearth.log"
    configure_logging(path, "info")
    yield path
    logging.captureWarnings(capture=False)
    root.handlers, root.level = handlers, level


def test_nothing_is_created_before_there_is_something_to_say(log_file: Path) -> None:
    log.debug("too quiet to be written")

    assert not log_file.parent.exists()


def test_a_line_says_what_when_and_where(log_file: Path) -> None:
    log.info("model %s loaded", "small", extra={"tokens": 5})

    line = json.loads(log_file.read_text())
    assert line["event"] == "model small loaded"
    assert line["level"] == "info"
    assert line["logger"] == "tests.logs"
    assert line["tokens"] == 5
    assert line["timestamp"].endswith("Z")


def test_a_traceback_is_kept_without_its_secrets(log_file: Path) -> None:
    try:
        int(f"refused: {CANARIES['openai']} password='two words'")
    except ValueError:
        log.exception("it failed")

    line = json.loads(log_file.read_text())
    assert "Traceback" in line["exception"]
    assert "refused: [hidden] password=[hidden]" in line["exception"]


@pytest.mark.parametrize("kind", CANARIES)
def test_no_secret_reaches_the_file(log_file: Path, kind: str) -> None:
    canary = CANARIES[kind]

    log.warning("saw %s", canary)
    log.warning("saw", extra={"header": canary, "deep": {"list": [canary]}})
    log.warning({"header": canary})

    written = log_file.read_text()
    assert canary not in written
    assert "c4n4ry" not in written
    assert written.count("[hidden]") == 4


@pytest.mark.parametrize(
    "name",
    ["token", "api_key", "HEARTH_KEY", "client-secret", "password", "Authorization"],
)
def test_a_value_is_hidden_by_its_name(log_file: Path, name: str) -> None:
    log.warning("saw", extra={name: "plain", "deep": {name: ["plain"]}})
    log.warning("%s=plain", name)
    log.warning("saw %r", {name: "plain"})
    log.warning("saw %r", [(name, "plain"), (name.encode(), b"plain")])

    assert "plain" not in log_file.read_text()


@pytest.mark.parametrize(
    "innocent",
    [
        "prompt_tokens=45 completion_tokens=7",
        "the monkey: a key to nothing",
        "01HZY3J0000000000000000000",
        "assistant.models.opening",
        "http://localhost:8080/v1",
        "Basically fine",
    ],
)
def test_what_is_no_secret_stays_readable(innocent: str) -> None:
    assert hide(innocent) == innocent


def test_a_password_in_an_address_is_hidden() -> None:
    assert hide("https://ana:pw@host/v1") == "https://[hidden]@host/v1"


def test_a_line_cannot_pretend_to_be_two_or_command_a_terminal(log_file: Path) -> None:
    log.info('one\n{"event": "forged"}\x1b[2J\u202e')

    assert len(log_file.read_text().splitlines()) == 1
    assert "\x1b" not in log_file.read_text()


def test_only_the_owner_can_read_the_log(log_file: Path) -> None:
    log.info("private")

    assert log_file.stat().st_mode & 0o777 == 0o600
    assert log_file.parent.stat().st_mode & 0o777 == 0o700


def test_a_full_log_is_put_aside_and_the_oldest_goes(tmp_path: Path) -> None:
    probe = (
        "import logging, pathlib, sys\n"
        "from assistant.logs import configure_logging\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "configure_logging(path, 'info', megabytes=1, older=2)\n"
        "for number in range(9):\n"
        "    logging.getLogger('x').info('%s %s', number, 'y' * 600_000)\n"
    )
    path = tmp_path / "hearth.log"

    subprocess.run([sys.executable, "-c", probe, str(path)], check=True)

    sizes = {one.name: one.stat().st_size for one in tmp_path.iterdir()}
    assert set(sizes) == {"hearth.log", "hearth.log.1", "hearth.log.2"}
    assert max(sizes.values()) < 1 << 20
    assert '"8 y' in path.read_text()


def test_a_line_longer_than_the_file_may_be_is_written_once(tmp_path: Path) -> None:
    probe = (
        "import logging, pathlib, sys\n"
        "from assistant.logs import configure_logging\n"
        "configure_logging(pathlib.Path(sys.argv[1]), 'info', megabytes=1, older=2)\n"
        "logging.getLogger('x').info('y' * 2_000_000)\n"
    )
    path = tmp_path / "hearth.log"

    subprocess.run([sys.executable, "-c", probe, str(path)], check=True, timeout=20)

    assert [one.name for one in tmp_path.iterdir()] == ["hearth.log"]


def test_several_processes_lose_no_line_of_each_other(tmp_path: Path) -> None:
    probe = (
        "import logging, pathlib, sys\n"
        "from assistant.logs import configure_logging\n"
        "configure_logging(pathlib.Path(sys.argv[1]), 'info', megabytes=1, older=9)\n"
        "for number in range(300):\n"
        "    logging.getLogger('x').info('%s-%s %s', sys.argv[2], number, 'y' * 9000)\n"
    )
    path = tmp_path / "hearth.log"

    writers = [
        subprocess.Popen([sys.executable, "-c", probe, str(path), who]) for who in "abc"
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]

    seen = {
        json.loads(line)["event"].split()[0]
        for file in tmp_path.iterdir()
        for line in file.read_text().splitlines()
    }
    assert seen == {f"{who}-{number}" for who in "abc" for number in range(300)}


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")
    probe = (
        "import logging, pathlib, sys\n"
        "from assistant.logs import configure_logging\n"
        "configure_logging(pathlib.Path(sys.argv[1]), 'info')\n"
        "logging.getLogger('x').error('lost')\n"
        "print('still here')\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", probe, str(tmp_path / "file" / "hearth.log")],
        capture_output=True,
        text=True,
        check=True,
    )

    assert (done.stdout, done.stderr) == ("still here\n", "")


def test_importing_logs_leaves_structlog_for_later() -> None:
    probe = "import sys, assistant.logs; print('structlog' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"


def test_what_a_native_library_says_goes_to_the_file_and_comes_back(
    tmp_path: Path,
) -> None:
    probe = (
        "import os, pathlib, sys\n"
        "from assistant.logs import stderr_to\n"
        "with stderr_to(pathlib.Path(sys.argv[1])) as terminal:\n"
        "    os.write(2, b'native noise\\n')\n"
        "    print('for the person', file=terminal)\n"
        "os.write(2, b'afterwards\\n')\n"
    )
    path = tmp_path / "logs" / "hearth.log"

    done = subprocess.run(
        [sys.executable, "-c", probe, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr == "for the person\nafterwards\n"
    assert path.read_text() == "native noise\n"


def test_standard_error_comes_back_after_an_error_too(tmp_path: Path) -> None:
    before = os.fstat(2)

    with pytest.raises(ValueError, match="inside"), stderr_to(tmp_path / "log"):
        raise ValueError("inside")

    assert os.path.samestat(os.fstat(2), before)


def test_native_noise_is_dropped_when_there_is_no_log(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")

    with stderr_to(tmp_path / "file" / "log"):
        os.write(2, b"lost\n")
