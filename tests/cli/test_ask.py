import json
from pathlib import Path

import pytest

from assistant.entities.conversation import FinishReason
from assistant.errors import EngineError
from tests.cli.conftest import Hearth
from tests.fakes.engine import ScriptedEngine


def test_an_answer_goes_to_stdout_and_nothing_else_does(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine("Paris is the capital.")

    result = hearth("ask", "What is the capital of France?")

    assert (result.status, result.out, result.err) == (0, "Paris is the capital.\n", "")


def test_json_tells_everything_other_programs_rely_on(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine("Paris is the capital.", reused_tokens=3)

    result = hearth("ask", "--json", "What is the capital of France?")

    answer = result.json
    assert len(result.out.splitlines()) == 1
    assert answer["answer"] == "Paris is the capital."
    assert answer["model"] == "smollm2-135m"
    assert answer["cached"] is False
    assert (answer["sources"], answer["memories"], answer["tools"]) == ([], [], [])
    assert answer["usage"]["completion_tokens"] == 4
    assert answer["usage"]["reused_tokens"] == 3
    assert answer["usage"]["prompt_tokens"] > 0
    assert set(answer["timing"]) == {"first_token_ms", "total_ms"}
    assert set(answer) == {
        *("answer", "conversation_id", "message_id", "model", "cached", "sources"),
        *("memories", "tools", "usage", "timing"),
    }


def test_going_on_keeps_to_the_latest_conversation(hearth: Hearth) -> None:
    engine = hearth.engine = ScriptedEngine("Paris.", "You asked about France.")
    first = hearth("ask", "--json", "What is the capital of France?").json

    second = hearth("ask", "--json", "-c", "And what did I just ask?").json

    assert second["conversation_id"] == first["conversation_id"]
    heard = [message.content for message in engine.requests[-1].messages]
    assert heard[-3:] == [
        "What is the capital of France?",
        "Paris.",
        "And what did I just ask?",
    ]


def test_a_conversation_can_be_named_by_the_beginning_of_its_id(
    hearth: Hearth,
) -> None:
    first = hearth("ask", "--json", "One?").json["conversation_id"]

    begun = hearth("ask", "--json", "--conversation", first[:12], "Two?")
    hearth("ask", "Another?")
    whole = hearth("ask", "--json", "--conversation", first, "Three?")
    doubtful = hearth("ask", "--json", "--conversation", "01", "Four?")

    assert begun.json["conversation_id"] == first
    assert whole.json["conversation_id"] == first
    assert doubtful.status == 2
    assert "Several conversations begin with" in doubtful.err


def test_an_unknown_conversation_is_not_found(hearth: Hearth) -> None:
    result = hearth("ask", "--conversation", "01NOTTHERE", "Hello?")

    assert result.status == 3
    assert result.out == ""
    assert result.err.startswith("Error: ")


def test_going_on_before_anything_was_said_is_not_found(hearth: Hearth) -> None:
    result = hearth("ask", "-c", "And then?")

    assert result.status == 3
    assert "no conversation to go on with" in result.err


def test_piped_text_comes_after_the_question(hearth: Hearth) -> None:
    engine = hearth.engine = ScriptedEngine("Germany.")

    result = hearth("ask", "Which country?", stdin="Berlin is in Germany.\n")

    heard = engine.requests[-1].messages[-1].content
    assert result.out == "Germany.\n"
    assert heard.index("Which country?") < heard.index("Berlin is in Germany.")


def test_piped_text_alone_is_the_question(hearth: Hearth) -> None:
    engine = hearth.engine = ScriptedEngine("Hello.")

    hearth("ask", stdin="Say hello\n")

    assert engine.requests[-1].messages[-1].content.strip() == "Say hello"


def test_no_question_at_all_is_refused(hearth: Hearth) -> None:
    result = hearth("ask")

    assert result.status == 2
    assert "no question" in result.err


def test_files_come_along(hearth: Hearth, tmp_path: Path) -> None:
    engine = hearth.engine = ScriptedEngine("Two.")
    (tmp_path / "one.txt").write_text("first ```` file")
    (tmp_path / "two.txt").write_text("\ufeffsecond file")

    result = hearth(
        *("ask", "-f", str(tmp_path / "one.txt"), "--file", str(tmp_path / "two.txt")),
        "How many?",
    )

    heard = engine.requests[-1].messages[-1].content
    assert result.status == 0
    assert "one.txt" in heard
    assert "first ```` file" in heard
    assert "second file" in heard
    assert "\ufeff" not in heard


def test_a_file_may_have_any_name(hearth: Hearth, tmp_path: Path) -> None:
    file = tmp_path / "caf\udce9\x1b[2J.txt"
    file.write_text("inside")

    assert hearth("ask", "-f", str(file), "What is it?").status == 0


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not text in UTF-8"),
        ("café".encode("latin-1"), "is not text in UTF-8"),
        (b"nothing\x00but text", "is not text in UTF-8"),
        (b"x" * 2000, "More than 0.001 MB"),
    ],
)
def test_what_is_not_text_or_too_much_is_refused(
    hearth: Hearth, tmp_path: Path, content: bytes, complaint: str
) -> None:
    hearth.variables["HEARTH_INPUT_MAX_MEGABYTES"] = "0.001"
    file = tmp_path / "file"
    file.write_bytes(content)

    from_file = hearth("ask", "-f", str(file), "What is it?")
    from_stdin = hearth("ask", "What is it?", stdin=content)

    for result in (from_file, from_stdin):
        assert result.status == 2
        assert complaint in result.err
        assert result.out == ""
    assert not hearth.paths.database.exists()


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_a_file_that_cannot_be_read_is_refused(
    hearth: Hearth, tmp_path: Path, name: str
) -> None:
    result = hearth("ask", "-f", str(tmp_path / name), "What is it?")

    assert result.status == 2
    assert "cannot be read" in result.err


def test_a_schema_is_met(hearth: Hearth, tmp_path: Path) -> None:
    engine = hearth.engine = ScriptedEngine("x", schema_answer='{"name": "Ana"}')
    schema = tmp_path / "person.json"
    schema.write_text(
        json.dumps(
            {
                "type": "object",
                "properties": {"name": {"type": "string"}},
                "required": ["name"],
            }
        )
    )

    result = hearth("ask", "--schema", str(schema), "Who is it?")

    assert json.loads(result.out) == {"name": "Ana"}
    assert engine.requests[-1].schema == json.loads(schema.read_text())


@pytest.mark.parametrize("text", ["{", "[]", '"x"', "[" * 100_000])
def test_a_schema_that_is_none_is_refused(
    hearth: Hearth, tmp_path: Path, text: str
) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text(text)

    result = hearth("ask", "--schema", str(schema), "Who is it?")

    assert result.status == 2
    assert result.err.startswith(f"Error: {schema} ")


def test_stats_go_to_stderr(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine("One two three.")

    result = hearth("ask", "--stats", "Count")

    assert result.out == "One two three.\n"
    assert "smollm2-135m" in result.err
    assert "3 tokens in the answer" in result.err


def test_a_model_that_fails_is_told_with_its_exit_code(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine(fail_at=0, error=EngineError("It blew up"))

    result = hearth("ask", "Hello?")

    assert result.status == 4
    assert "Error: It blew up" in result.err
    assert "Traceback" not in result.err


def test_an_unknown_model_is_refused(hearth: Hearth) -> None:
    result = hearth("ask", "--model", "nobody", "Hello?")

    assert result.status in (3, 4)
    assert "nobody" in result.err


def test_a_broken_off_answer_can_be_gone_on_with(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine("One two", reason=FinishReason.LENGTH)
    first = hearth("ask", "--json", "Count")
    hearth.engine = ScriptedEngine(" three four.")

    second = hearth("ask", "-c", "--json")

    assert "go on with: hearth ask -c" in first.err
    assert second.json["message_id"] == first.json["message_id"]
    assert second.json["answer"] == "One two three four."


def test_there_is_nothing_to_go_on_with_after_a_complete_answer(
    hearth: Hearth,
) -> None:
    hearth("ask", "Hello?")

    result = hearth("ask", "-c")

    assert result.status == 2
    assert "complete" in result.err


def test_a_long_history_says_what_stayed_out(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine("word " * 200, context_tokens=1600)
    hearth("ask", "First?")
    for _ in range(6):
        result = hearth("ask", "-c", "And " + "then " * 100)

    assert "did not fit and stayed out" in result.err


def test_another_model_that_answers_is_named(hearth: Hearth) -> None:
    hearth.variables["HEARTH_MODELS_FALLBACKS"] = "far"
    hearth("models", "add", "http://127.0.0.1:9/v1", "--model", "x", "--name", "far")
    hearth.engine = _FailsFirst("Here I am.")

    result = hearth("ask", "Hello?")

    assert result.out == "Here I am.\n"
    assert "far answers, because smollm2-135m cannot" in result.err


def test_escape_codes_of_a_model_never_reach_the_screen(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine("a\x1b]52;c;aGk=\x07 b\x1b[31m c\u202e d\x9b2J e")

    asked = hearth("ask", "x")
    told = hearth("ask", "-c", "--json", "x")
    identity = told.json["conversation_id"]
    results = [asked, told] + [
        hearth("conversations", *words)
        for words in (
            ("show", identity),
            ("show", identity, "--json"),
            ("search", "b"),
            ("export",),
            ("export", "--format", "markdown"),
        )
    ]

    assert asked.out == "a b c\ufffd d e\n"
    for result in results:
        assert result.status == 0
        assert result.out
        for code in "\x1b\x9b\x07\u202e":
            assert code not in result.out + result.err


def test_json_keeps_what_the_screen_may_not_show(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine("right\u202eleft")

    assert hearth("ask", "--json", "x").json["answer"] == "right\u202eleft"


def test_words_that_cannot_be_saved_are_handed_back(hearth: Hearth) -> None:
    hearth("ask", "Hello?")
    hearth.paths.key_file.write_text("00" * 32)

    result = hearth("ask", "My long and precious thought")

    assert result.status == 5
    assert "My long and precious thought" in result.err
    kept = next(hearth.paths.data.glob("unsaved-*.txt"))
    assert str(kept) in result.err
    assert kept.read_text() == "My long and precious thought"
    assert kept.stat().st_mode & 0o077 == 0


def test_an_argument_that_is_not_utf8_is_asked_all_the_same(hearth: Hearth) -> None:
    engine = hearth.engine = ScriptedEngine("Fine.")

    result = hearth("ask", "caf\udce9?")

    assert result.out == "Fine.\n"
    assert engine.requests[-1].messages[-1].content == "caf\ufffd?"[:3] + "??"


class _FailsFirst(ScriptedEngine):
    """Fails when it is asked for the first time."""

    def generate(self, request):
        if not self.requests:
            self.requests.append(request)
            raise EngineError("It blew up")
        yield from super().generate(request)


def test_a_question_is_asked_off_the_record(hearth: Hearth) -> None:
    identity = hearth("ask", "--incognito", "--json", "Hello?").json["conversation_id"]

    assert hearth("conversations", "show", identity, "--json").json["incognito"] is True


def test_a_document_or_collection_that_is_not_there_is_named(hearth: Hearth) -> None:
    for option in ("--document", "--collection"):
        result = hearth("ask", option, "teapot.md", "How much?")

        assert result.status == 3
        assert "teapot.md" in result.err
    assert hearth("conversations", "list", "--json").lines == []
