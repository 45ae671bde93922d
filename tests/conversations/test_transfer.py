import json
from pathlib import Path

import pytest

from assistant.app import Assistant, open_assistant
from assistant.config.paths import find_paths
from assistant.config.settings import Settings
from assistant.entities.citation import Citation
from assistant.entities.conversation import Message
from assistant.entities.ids import DocumentId, PassageId
from assistant.entities.turn import (
    Ask,
    Edit,
    TextFile,
    TurnFinished,
    TurnRequest,
)
from assistant.errors import UsageError
from tests.conftest import KEY, OpenAssistant
from tests.fakes.engine import ScriptedEngine
from tests.storage.shelf import Bookshelf, a_document


def send(assistant: Assistant, intent) -> Message:
    request = TurnRequest(audience=assistant.audience, intent=intent)
    finished = list(assistant.chat.send(request))[-1]
    assert isinstance(finished, TurnFinished)
    return finished.reply


def shelved_quote(assistant: Assistant) -> Citation:
    """Something to quote, from a document that is in the library."""
    shelf = Bookshelf(assistant.database)
    shelf.add(a_document(), "the lamp was lit")
    return Citation(
        number=1,
        passage_id=PassageId("log-0"),
        document_id=DocumentId("log"),
        title="The log",
        location="page 2",
        quote="the lamp",
    )


def exported(assistant: Assistant) -> list[str]:
    everything = assistant.history.recent(assistant.audience, include_archived=True)
    return list(assistant.transfer.export_jsonl(everything, assistant.audience))


@pytest.fixture
def talked(opened: OpenAssistant) -> Assistant:
    """A home with branches, a file, an archived conversation and odd characters."""
    assistant = opened(ScriptedEngine("Ça va: 茶 🫖\n```py\nx = 1\n```", "Again."))
    file = TextFile(name="list.txt", text="milk\ntea")
    first = send(assistant, Ask(text="Tea?", files=(file,)))
    send(assistant, Edit(message_id=first.parent_id, text="Coffee?"))
    other = send(assistant, Ask(text="Something else"))
    assistant.history.archive(other.conversation_id, assistant.audience)
    return assistant


@pytest.fixture
def empty_home(tmp_path: Path):
    paths = find_paths({"HEARTH_HOME": str(tmp_path / "elsewhere")})
    with open_assistant(
        Settings(),
        paths=paths,
        environment={"HEARTH_KEY": KEY},
        engines=lambda _: ScriptedEngine("Hello."),
    ) as assistant:
        yield assistant


def test_an_export_imported_into_an_empty_home_is_the_same(
    talked: Assistant, empty_home: Assistant
) -> None:
    lines = exported(talked)

    report = empty_home.transfer.import_jsonl(lines, empty_home.audience)

    assert exported(empty_home) == lines
    assert (report.conversations, report.messages, report.skipped) == (2, 6, 0)


def test_importing_twice_changes_nothing(
    talked: Assistant, empty_home: Assistant
) -> None:
    lines = exported(talked)
    empty_home.transfer.import_jsonl(lines, empty_home.audience)

    report = empty_home.transfer.import_jsonl(lines, empty_home.audience)

    assert (report.conversations, report.skipped) == (0, 2)
    assert exported(empty_home) == lines


def test_an_imported_conversation_goes_on(
    talked: Assistant, empty_home: Assistant
) -> None:
    empty_home.transfer.import_jsonl(exported(talked), empty_home.audience)
    conversation = empty_home.history.latest(empty_home.audience)

    reply = send(empty_home, Ask(text="Still?", conversation_id=conversation.id))

    said = empty_home.history.transcript(conversation.id, empty_home.audience)
    assert said[-1] == reply
    assert len(said) == 4


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda lines: ["nonsense", *lines], "Line 1"),
        (lambda lines: lines[1:], "Line 1"),
        (lambda lines: [*lines, '{"type": "surprise"}'], "unknown type"),
        (lambda lines: [lines[0], lines[2]], "Line 2"),
        (lambda lines: [lines[0].replace(": 2", ": 99")], "version 99"),
        (lambda lines: [*lines, lines[2][: len(lines[2]) // 2]], "Line"),
        (lambda _: [], "no Hearth export"),
    ],
)
def test_a_bad_export_is_refused_by_line_and_nothing_of_it_stays(
    talked: Assistant, empty_home: Assistant, spoil, complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint):
        empty_home.transfer.import_jsonl(spoil(exported(talked)), empty_home.audience)

    assert exported(empty_home) == exported(empty_home)[:1]


def test_a_deleted_conversation_comes_back_whole_from_its_export(
    talked: Assistant,
) -> None:
    history, audience = talked.history, talked.audience
    chosen = history.recent(audience)[0]
    head = history.transcript(chosen.id, audience)[-1]
    history.pin(chosen.id, audience)
    history.set_incognito(chosen.id, audience, is_incognito=True)
    talked.citations.replace_of(head.id, [shelved_quote(talked)])
    whole = exported(talked)

    chosen = history.open(chosen.id, audience)
    kept = list(talked.transfer.export_jsonl([chosen], audience))
    history.delete(chosen.id, audience)
    assert talked.citations.of(head.id, audience) == []
    talked.transfer.import_jsonl(kept, audience)

    assert exported(talked) == whole
    assert len(talked.citations.of(head.id, audience)) == 1
    assert history.pinned(audience) == [chosen]


def test_quotes_of_documents_that_are_not_here_stay_out(
    talked: Assistant, empty_home: Assistant
) -> None:
    history, audience = talked.history, talked.audience
    head = history.transcript(history.recent(audience)[0].id, audience)[-1]
    talked.citations.replace_of(head.id, [shelved_quote(talked)])

    empty_home.transfer.import_jsonl(exported(talked), empty_home.audience)

    assert empty_home.citations.of(head.id, empty_home.audience) == []


def test_a_fork_finds_its_origin_even_when_that_comes_later(
    talked: Assistant, empty_home: Assistant
) -> None:
    history, audience = talked.history, talked.audience
    origin = history.recent(audience)[0]
    fork = history.fork(origin.head_id, audience)
    lines = exported(talked)
    assert "".join(lines).index(fork.id) < "".join(lines).index(origin.id)

    empty_home.transfer.import_jsonl(lines, empty_home.audience)

    assert exported(empty_home) == lines


def test_a_fork_without_its_origin_is_taken_in_by_itself(
    talked: Assistant, empty_home: Assistant
) -> None:
    history, audience = talked.history, talked.audience
    fork = history.fork(history.recent(audience)[0].head_id, audience)
    alone = talked.transfer.export_jsonl([fork], audience)

    empty_home.transfer.import_jsonl(alone, empty_home.audience)

    assert empty_home.history.open(fork.id, empty_home.audience).forked_from is None


def test_an_export_of_an_earlier_version_is_taken_in(
    talked: Assistant, empty_home: Assistant
) -> None:
    """Version 1 knew neither pins nor citations."""
    lines = exported(talked)
    later = {"pinned_at", "is_incognito", "persona_id"}
    before = [
        json.dumps({k: v for k, v in json.loads(each).items() if k not in later})
        for each in lines
    ]
    before[0] = before[0].replace(": 2", ": 1")

    empty_home.transfer.import_jsonl(before, empty_home.audience)

    assert exported(empty_home) == lines


def test_markdown_shows_the_branch_that_is_read(talked: Assistant) -> None:
    everything = talked.history.recent(talked.audience, include_archived=True)

    text = "\n".join(talked.transfer.export_markdown(everything, talked.audience))

    assert "# Tea?" in text
    assert "Coffee?" in text
    assert "milk" not in text.split("Coffee?")[0]
