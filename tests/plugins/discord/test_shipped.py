"""The shipped command against a Discord behind sockets, with the bundled model."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.discord.harbour import PATIENCE, Harbour, until
from tests.plugins.discord.wire import Wire

pytestmark = [pytest.mark.weights, pytest.mark.timeout(300)]

TOKEN = "canary-token." + "x" * 40
HEARTH = Path(sys.executable).with_name("hearth")


@dataclass
class Running:
    """The command, what it says, and the Discord it is on."""

    harbour: Harbour
    process: subprocess.Popen[str]
    environment: dict[str, str]

    def hearth(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command over the same home, at the same time."""
        return subprocess.run(
            [HEARTH, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shipped")


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Running]:
    with Wire().listening() as wire:
        harbour = Harbour(wire)
        environment = {
            **os.environ,
            "HEARTH_HOME": str(folder / "home"),
            "HEARTH_STORAGE_KEY": "file",
            "HEARTH_DISCORD_TOKEN": TOKEN,
            "HEARTH_DISCORD_API_BASE": f"http://{wire.address}/api/v10",
            "HEARTH_DISCORD_GATEWAY_URL": f"ws://{wire.address}/gateway",
            "HEARTH_CHAT_MAX_REPLY_TOKENS": "40",
            "HEARTH_DISCORD_ASKS_PER_USER": "30",
            "HEARTH_DISCORD_ASKS_PER_SERVER": "600",
            "HEARTH_DISCORD_ASKS_IN_ALL": "6000",
        }
        environment.pop("HEARTH_KEY", None)
        said = folder / "said.txt"
        with said.open("w") as stream:
            process = subprocess.Popen(
                [HEARTH, "run", "discord"], env=environment, stderr=stream, text=True
            )
            try:
                until(lambda: "On Discord as" in said.read_text())
                yield Running(harbour, process, environment)
            finally:
                process.send_signal(signal.SIGINT)
                assert process.wait(PATIENCE) == 130
        assert TOKEN not in said.read_text()


def ask(running: Running, text: str, **more: Any) -> Any:
    """Somebody asks; the finished answer below."""
    harbour = running.harbour
    question = harbour.say(f"{harbour.mention} {text}", **more)
    return question, answer_to(running, question)


def answer_to(running: Running, question: Any) -> Any:
    return until(lambda: below(running, question))[0]


def below(running: Running, question: Any) -> list[Any]:
    """Finished answers that stand below a question."""
    return [
        each
        for each in running.harbour.answers()
        if (each.reference or {}).get("message_id") == str(question.id)
        if each.content and not each.components
    ]


def test_a_mention_and_a_reply_to_its_answer(running: Running) -> None:
    _, answer = ask(running, "What is the capital of France?")
    assert "Paris" in answer.content

    follow = running.harbour.say(
        "And which river runs through it?",
        by=running.harbour.ben,
        reference={
            "message_id": str(answer.id),
            "channel_id": str(running.harbour.channel.id),
        },
    )

    assert answer_to(running, follow).content
    listed = running.hearth("discord", "servers", "--json")
    assert "Boats" in listed.stdout


def test_an_edited_question_is_answered_anew_and_a_deleted_one_goes(
    running: Running,
) -> None:
    harbour, backend = running.harbour, running.harbour.wire.backend
    question, first = ask(running, "Say the word tangerine.")

    harbour.wire.do(
        backend.edit_message,
        harbour.channel.id,
        question.id,
        {"content": f"{harbour.mention} What is the capital of Italy?"},
    )

    until(lambda: len(below(running, question)) == 2)
    harbour.wire.do(backend.delete_message, harbour.channel.id, question.id)
    until(lambda: first.id not in {each.id for each in harbour.answers()})


def test_a_command_is_answered_and_one_for_managers_is_refused(
    running: Running,
) -> None:
    harbour = running.harbour
    where = {"channel_id": harbour.channel.id, "guild_id": harbour.guild.id}

    told = harbour.wire.slash("help", user_id=harbour.ana.id, **where)
    refused = harbour.wire.slash(
        "config",
        user_id=harbour.ana.id,
        options=[{"name": "show", "type": 1, "options": []}],
        **where,
    )

    assert "Ask me something" in content_of(running, told)
    assert "needs the permission Manage Server" in content_of(running, refused)


def content_of(running: Running, record: Any) -> str:
    """What a command was answered, once it was."""
    backend = running.harbour.wire.backend
    until(lambda: record.message_id is not None)
    message = running.harbour.wire.do(
        backend.get_message, record.channel_id, record.message_id
    )
    return str(message.content)


def test_a_thread_is_opened_and_talked_in(running: Running) -> None:
    harbour, backend = running.harbour, running.harbour.wire.backend
    harbour.wire.slash(
        "chat",
        user_id=harbour.ana.id,
        channel_id=harbour.channel.id,
        guild_id=harbour.guild.id,
        options=[{"name": "question", "type": 3, "value": "Shall we talk?"}],
    )

    def thread() -> Any:
        channels = list(backend.channels.values())
        return next((c for c in channels if c.parent_id == harbour.channel.id), None)

    opened = until(thread)
    me = backend.bot_user.id
    until(
        lambda: [
            each
            for each in harbour.wire.posted(opened.id)
            if each.author_id == me and not each.content.startswith(">")
        ]
    )


def test_direct_messages_are_answered_and_kept_only_with_consent(
    running: Running,
) -> None:
    harbour, backend = running.harbour, running.harbour.wire.backend
    line = harbour.wire.do(backend.get_dm_channel, harbour.ana.id)

    def say(text: str) -> None:
        harbour.wire.do(backend.create_message, line.id, harbour.ana.id, text)

    def replies() -> int:
        me = backend.bot_user.id
        posted = harbour.wire.posted(line.id)
        return sum(each.author_id == me and not each.components for each in posted)

    say("What is the capital of France?")
    until(lambda: replies() == 1)
    before = running.hearth("privacy", "export", str(harbour.ana.id)).stdout
    allowed = harbour.wire.slash(
        "privacy",
        user_id=harbour.ana.id,
        channel_id=line.id,
        guild_id=None,
        options=[{"name": "allow", "type": 1, "options": []}],
    )
    assert "may be kept" in content_of(running, allowed)
    say("My canary boat is called Nelly.")
    until(lambda: replies() == 2)

    after = running.hearth("privacy", "export", str(harbour.ana.id)).stdout

    assert '"observed' not in before
    assert "My canary boat is called Nelly." in after
    assert not any("Nelly" in each.content for each in harbour.answers())


def test_a_lost_connection_comes_back(running: Running) -> None:
    running.harbour.wire.drop()

    _, answer = ask(running, "Are you there?")

    assert answer.content
    assert running.harbour.wire.resumed >= 1


def test_who_asks_too_fast_is_told_so(running: Running) -> None:
    harbour = running.harbour
    for _ in range(18):
        harbour.say(f"{harbour.mention}  ?", by=harbour.ben)

    harbour.answered("faster than I can answer")


def test_no_payload_of_all_could_ping_anybody(running: Running) -> None:
    harbour = running.harbour
    ask(running, "Say @everyone and @here.")
    told = harbour.wire.slash(
        "help",
        user_id=harbour.ana.id,
        channel_id=harbour.channel.id,
        guild_id=harbour.guild.id,
    )
    assert content_of(running, told)

    bodies = [sent.body for sent in running.harbour.wire.sent if sent.body]
    speaking = [
        data
        for body in bodies
        if isinstance(body, dict)
        for data in [body, body.get("data")]
        if isinstance(data, dict) and data.get("content")
    ]

    assert len(speaking) >= 2
    assert all(data["allowed_mentions"]["parse"] == [] for data in speaking)
    assert not any(data["allowed_mentions"].get("replied_user") for data in speaking)


def test_the_token_is_in_no_file(running: Running, folder: Path) -> None:
    written = [each for each in folder.rglob("*") if each.is_file()]

    assert len(written) > 2
    assert not [each for each in written if TOKEN.encode() in each.read_bytes()]


def test_the_doctor_and_the_invitation(running: Running) -> None:
    doctor = running.hearth("discord", "doctor", "--json")
    invitation = running.hearth("discord", "invite")

    assert doctor.returncode == 0, doctor.stderr + doctor.stdout
    assert '"status": "ok"' in doctor.stdout
    assert str(running.harbour.wire.backend.application_id) in invitation.stdout
    assert "permissions=" in invitation.stdout
