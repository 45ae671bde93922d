from assistant.entities.conversation import FinishReason
from assistant.errors import EngineError
from tests.cli.conftest import Hearth, Program
from tests.cli.terminal import terminal
from tests.fakes.engine import ScriptedEngine


def test_lines_of_a_pipe_are_questions_of_one_conversation(hearth: Hearth) -> None:
    engine = hearth.engine = ScriptedEngine("One.", "Two.")

    result = hearth("chat", stdin="First?\n\nSecond?\n")

    assert (result.status, result.out, result.err) == (0, "One.\nTwo.\n", "")
    assert len(engine.requests) == 2
    assert hearth("stats", "--json").json["conversations"] == 1


def test_another_conversation_begins_when_asked_for(hearth: Hearth) -> None:
    hearth("chat", stdin="First?\n/new\nSecond?\n/quit\nThird?\n")

    stats = hearth("stats", "--json").json
    assert (stats["conversations"], stats["messages"]) == (2, 4)


def test_chat_goes_on_with_the_latest_conversation(hearth: Hearth) -> None:
    hearth("ask", "First?")

    result = hearth("chat", "-c", stdin="Second?\n")

    assert "Going on with: First?" in result.err
    assert hearth("stats", "--json").json["conversations"] == 1


def test_chat_begins_anew_where_there_is_nothing_to_go_on_with(hearth: Hearth) -> None:
    assert hearth("chat", "-c", stdin="First?\n").status == 0


def test_chat_goes_on_with_a_named_conversation(hearth: Hearth) -> None:
    first = hearth("ask", "--json", "First?").json["conversation_id"]
    hearth("ask", "Other?")

    hearth("chat", "--conversation", first[:20], stdin="Second?\n")

    shown = hearth("conversations", "show", first, "--json").json
    assert len(shown["messages"]) == 4
    assert hearth("chat", "--conversation", "NOPE", stdin="x\n").status == 3


def test_what_can_be_typed_is_explained(hearth: Hearth) -> None:
    result = hearth("chat", stdin="/help\n/stop\n/nope\n")

    assert "/quit" in result.err
    assert "Ctrl-C stops it" in result.err
    assert "no such command" in result.err
    assert hearth.engine.requests == []


def test_a_model_that_fails_once_does_not_end_the_talk(hearth: Hearth) -> None:
    class FailsFirst(ScriptedEngine):
        def generate(self, request):
            if not self.requests:
                self.requests.append(request)
                raise EngineError("It blew up")
            yield from super().generate(request)

    hearth.engine = FailsFirst("Better.")

    result = hearth("chat", stdin="First?\nSecond?\n")

    assert (result.status, result.out) == (0, "Better.\n")
    assert "Error: It blew up" in result.err
    assert hearth("stats", "--json").json["conversations"] == 1


def test_a_broken_off_answer_is_gone_on_with(hearth: Hearth) -> None:
    hearth.engine = ScriptedEngine("One two", reason=FinishReason.LENGTH)
    hearth("chat", stdin="Count\n")
    hearth.engine = ScriptedEngine(" three.")

    result = hearth("chat", "-c", stdin="/continue\n/continue\n")

    assert result.out == " three.\n"
    assert "complete" in result.err


def test_ctrl_c_stops_the_answer_and_not_the_talk(program: Program) -> None:
    program.environment |= {
        "SCRIPT_ANSWER": " ".join(f"word{number}" for number in range(1000)),
        "SCRIPT_PAUSE": "0.005",
    }
    with terminal(program, "chat") as screen:
        screen.wait_for("> ")
        for _ in range(3):
            screen.type("Tell me\n")
            screen.wait_for("word9")
            screen.type("\x03")
            screen.wait_for("go on with: /continue")
            screen.wait_for("> ")
        screen.let_it_rest()
        screen.type("\x03")
        screen.wait_for("> ")
        screen.let_it_rest()
        screen.type("\x04")
        status = screen.end()

    assert status == 0
    assert "Traceback" not in screen.seen


def test_an_earlier_question_comes_back_with_the_up_key(program: Program) -> None:
    with terminal(program, "chat") as screen:
        screen.wait_for("> ")
        screen.type("A question\n")
        screen.wait_for("Yes.")
        screen.wait_for("> ")
        screen.let_it_rest()
        screen.type("\x1b[A")
        screen.wait_for("A question")
        screen.type("\n")
        screen.wait_for("> ")
        screen.let_it_rest()
        screen.type("\x04")

        assert screen.end() == 0


def test_a_signal_that_is_not_ctrl_c_ends_the_talk(program: Program) -> None:
    with terminal(program, "chat") as screen:
        screen.wait_for("> ")
        screen.let_it_rest()
        screen.process.terminate()

        assert screen.end() == 143
