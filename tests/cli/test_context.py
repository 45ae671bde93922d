"""What the next answer will see of a conversation, from the command line."""

from tests.cli.conftest import Hearth
from tests.fakes.engine import ScriptedEngine

FACT = "My sister Ana moved to Porto in March 2019."


def test_a_long_conversation_shows_its_notes_its_facts_and_what_they_stand_for(
    hearth: Hearth,
) -> None:
    hearth.engine = ScriptedEngine("So it is.", context_tokens=400)
    hearth.variables["HEARTH_CHAT_MAX_REPLY_TOKENS"] = "20"
    talk = hearth("ask", FACT, "--json").json["conversation_id"]
    for _ in range(12):
        hearth("ask", "-c", "well well well " * 12)

    seen = hearth("conversations", "context", talk, "--open", "--json").json
    told = hearth("conversations", "context", talk)

    assert f"You: {FACT}" in seen["summary"]
    assert seen["opened"][0] == FACT
    assert any("Ana" in fact for fact in seen["facts"])
    assert seen["token_count"] > 0
    first, last = seen["summary_range"]
    assert {first, last}.isdisjoint(seen["messages"])
    assert f"You: {FACT}" in told.out
    assert "tokens" in told.err


def test_a_short_one_is_seen_whole(hearth: Hearth) -> None:
    talk = hearth("ask", "One?", "--json").json["conversation_id"]

    seen = hearth("conversations", "context", talk, "--json").json

    assert seen["summary"] is None
    assert len(seen["messages"]) == 2


def test_an_unknown_one_is_not_found(hearth: Hearth) -> None:
    assert hearth("conversations", "context", "01NOTHING").status == 3
