import re

import pytest

from assistant import __version__
from assistant.errors import EngineError
from tests.cli.conftest import Hearth, Program
from tests.cli.terminal import terminal
from tests.fakes.engine import ScriptedEngine

KEY = re.compile(r"([0-9a-f]{8}-){7}[0-9a-f]{8}\n")


def test_the_version_is_told(hearth: Hearth) -> None:
    assert hearth("--version").out == f"hearth {__version__}\n"


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_lists_every_command(hearth: Hearth, flag: str) -> None:
    result = hearth(flag)

    assert result.status == 0
    assert "Usage: hearth [OPTIONS] COMMAND" in result.out
    for command in ("ask", "chat", "conversations", "models", "doctor", "key"):
        assert f"\n  {command} " in result.out


def test_without_a_terminal_hearth_alone_shows_its_help(hearth: Hearth) -> None:
    result = hearth()

    assert (result.status, result.out) == (2, "")
    assert "Usage: hearth" in result.err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("aks",), "Did you mean 'ask'?"),
        (("ask", "--nope"), "No such option: --nope"),
        (("ask", "one", "two"), "unexpected extra argument"),
        (("conversations", "list", "-n", "zero"), "-n"),
        (("conversations", "list", "-n", "0"), "-n"),
        (("conversations", "export", "--format", "pdf"), "pdf"),
        (("conversations",), "Missing command"),
    ],
)
def test_what_was_mistyped_is_named(
    hearth: Hearth, arguments: tuple[str, ...], complaint: str
) -> None:
    result = hearth(*arguments)

    assert (result.status, result.out) == (2, "")
    assert complaint in result.err
    assert "--help" in result.err or "Usage" in result.err


def test_mistyped_escape_codes_are_not_echoed(hearth: Hearth) -> None:
    for arguments in (("\x1b[2Jx",), ("ask", "--\x1b]0;t\x07x"), ("run", "\x1b[2J")):
        assert "\x1b" not in hearth(*arguments).err


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "--model", "caf\udce9", "Hello?"),
        ("conversations", "show", "caf\udce9"),
        ("conversations", "search", "caf\udce9"),
        ("config", "set", "chat.system_prompt", "caf\udce9"),
    ],
)
def test_words_that_are_not_utf8_are_refused(
    hearth: Hearth, arguments: tuple[str, ...]
) -> None:
    result = hearth(*arguments)

    assert result.status in (2, 3)
    assert "a bug" not in result.err


def test_stats_count_what_is_kept(hearth: Hearth) -> None:
    hearth("ask", "One?")
    hearth("ask", "-c", "Two?")

    stats = hearth("stats", "--json").json
    text = hearth("stats").out

    assert stats["conversations"] == 1
    assert stats["messages"] == 4
    assert stats["tokens"] > 0
    assert stats["database_bytes"] > 4096
    assert "smollm2-135m" in stats["average_response_ms"]
    assert text.startswith("1 conversation\n4 messages\n")


def test_a_trace_shows_the_stages_of_the_last_turn(hearth: Hearth) -> None:
    hearth("ask", "One?")

    tree = hearth("trace").out
    spans = hearth("trace", "--json").lines

    names = [span["name"] for span in spans]
    assert names[0] == "turn"
    assert {"admit", "write", "compose", "generate", "finish"} <= set(names)
    assert re.search(r"^turn +\d", tree, re.MULTILINE)
    assert re.search(r"^  generate +\d.*completion_tokens 1", tree, re.MULTILINE)


def test_earlier_traces_are_listed_and_shown(hearth: Hearth) -> None:
    hearth("ask", "One?")
    hearth("ask", "Two?")

    listed = hearth("trace", "--list", "9", "--json").lines
    shown = hearth("trace", "--id", listed[1]["trace_id"], "--json").lines

    assert len(listed) == 2
    assert {span["trace_id"] for span in shown} == {listed[1]["trace_id"]}
    assert listed[0]["trace_id"] in hearth("trace", "--list", "1").out


def test_no_trace_yet_is_nothing_found(hearth: Hearth) -> None:
    assert hearth("trace").status == 3
    assert hearth("trace", "--id", "x").status == 3


def test_the_recovery_key_opens_the_file_where_the_key_was_lost(
    hearth: Hearth,
) -> None:
    hearth("ask", "One?")

    shown = hearth("key", "show")
    hearth.paths.key_file.unlink()
    lost = hearth("conversations", "list")
    hearth.variables["HEARTH_KEY"] = shown.out.strip()

    assert KEY.fullmatch(shown.out)
    assert "can read everything" in shown.err
    assert lost.status == 5
    assert len(hearth("conversations", "list", "--json").lines) == 1


def test_on_a_terminal_the_key_is_shown_only_after_a_yes(
    hearth: Hearth, program: Program
) -> None:
    hearth("ask", "One?")
    key = hearth("key", "show").out.strip()

    seen = {}
    for typed in ("y", "n"):
        with terminal(program, "key", "show") as screen:
            screen.wait_for("Show it here? [y/N] ")
            screen.type(f"{typed}\n")
            screen.end()
        seen[typed] = screen.seen

    assert key in seen["y"]
    assert key not in seen["n"]


def test_the_place_of_the_key_is_told_without_the_key(hearth: Hearth) -> None:
    hearth("ask", "One?")

    assert str(hearth.paths.key_file) in hearth("key", "path").out


def test_there_is_no_key_before_there_is_a_database(hearth: Hearth) -> None:
    assert hearth("key", "show").status == 3
    assert not hearth.paths.key_file.exists()


def test_there_is_no_key_without_encryption(hearth: Hearth) -> None:
    hearth.variables["HEARTH_STORAGE_ENCRYPTION"] = "none"
    hearth("ask", "One?")

    assert hearth("key", "show").status == 3


def test_an_unknown_channel_is_not_found(hearth: Hearth) -> None:
    result = hearth("run", "pigeons")

    assert result.status == 3
    assert "tui" in result.err


def test_the_doctor_tries_everything(hearth: Hearth) -> None:
    result = hearth("doctor", "--json")

    checks = {one["name"]: one for one in result.json["checks"]}
    assert result.status == 0
    assert {
        *("packages", "folders", "disk space", "file system", "terminal", "settings"),
        *("database", "library", "encryption", "schema", "integrity", "size", "write"),
        *("vectors", "full text", "model", "tokens", "answer"),
        *("embedder", "documents", "what was said", "to be read"),
    } == set(checks)
    assert all(
        set(one) == {"name", "status", "detail", "fix"} for one in checks.values()
    )
    for name in ("database", "integrity", "write", "vectors", "full text", "answer"):
        assert checks[name]["status"] == "ok"
    assert "aegis" in checks["encryption"]["detail"]


def test_a_quick_doctor_leaves_out_what_takes_long(hearth: Hearth) -> None:
    engine = hearth.engine = ScriptedEngine()

    names = [
        one["name"] for one in hearth("doctor", "--quick", "--json").json["checks"]
    ]

    assert "integrity" not in names
    assert "answer" not in names
    assert engine.requests == []


def test_the_doctor_names_what_is_wrong_and_the_fix(hearth: Hearth) -> None:
    hearth("ask", "One?")
    hearth.paths.key_file.chmod(0o644)

    result = hearth("doctor", "--quick", "--json")
    text = hearth("doctor", "--quick")

    checks = {one["name"]: one for one in result.json["checks"]}
    assert (result.status, text.status) == (1, 1)
    assert checks["database"]["status"] == "fail"
    assert checks["database"]["fix"] == f"Run: chmod 600 {hearth.paths.key_file}"
    assert "fail  database: " in text.out
    assert text.err == ""


def test_the_doctor_reports_a_mistake_in_the_settings(hearth: Hearth) -> None:
    hearth.variables["HEARTH_CHAT_TEMPERATURE"] = "hot"

    result = hearth("doctor", "--json")

    assert result.status == 1
    assert result.json["checks"][-1]["name"] == "settings"
    assert result.json["checks"][-1]["status"] == "fail"


def test_the_doctor_reports_a_model_that_cannot_answer(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine(fail_at=0, error=EngineError("It blew up"))

    for _ in range(3):
        result = hearth("doctor", "--json")

    checks = {one["name"]: one for one in result.json["checks"]}
    assert result.status == 1
    assert checks["answer"]["status"] == "fail"
    assert "It blew up" in checks["answer"]["detail"]


def test_the_doctor_warns_of_a_folder_open_to_others(hearth: Hearth) -> None:
    hearth("ask", "One?")
    hearth.paths.data.chmod(0o755)

    checks = {
        one["name"]: one for one in hearth("doctor", "--quick", "--json").json["checks"]
    }

    assert checks["folders"]["status"] == "warn"
    assert checks["folders"]["fix"] == f"Run: chmod 700 {hearth.paths.data}"


def test_a_bug_is_one_line_with_the_rest_in_the_log(
    hearth: Hearth,
) -> None:
    class Broken(ScriptedEngine):
        def count(self, messages):
            raise ZeroDivisionError("canary")

    hearth.engine = Broken()

    plain = hearth("ask", "Hello?")
    debugging = hearth("--debug", "ask", "Hello?")

    assert plain.status == 1
    assert plain.err.splitlines() == [
        "Error: a bug in Hearth (ZeroDivisionError: canary)",
        f"Details are in {hearth.paths.log_file}; --debug shows them here",
    ]
    assert "Traceback" in debugging.err
    assert "Traceback" in hearth.paths.log_file.read_text()
