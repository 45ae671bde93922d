"""Which conversation a message belongs to, and what it asks.

A reply goes on where the message it answers to stands; a thread and a direct line are
one conversation each; a mention begins a new one. Who said it counts, not what it
says of itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import discord

from assistant.entities.audience import Audience
from assistant.entities.conversation import Conversation
from assistant.entities.ids import ChannelId, ConversationId, MessageId
from assistant.entities.turn import Ask, TextFile
from assistant.errors import AssistantError, NotFoundError, UsageError
from plugins.discord.desk import SOURCE, Desk

_ONE_OF_MANY = 20
"""Conversations looked through for the one of a channel."""

_TEXTS = ("text/", "application/json", "application/xml", "application/toml")
_ENDINGS = (
    ".c .cfg .cpp .css .csv .go .h .html .ini .java .js .json .log .md .py .rs .rst "
    ".sh .sql .tex .toml .ts .txt .xml .yaml .yml"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Where a question goes on; both empty for a new conversation."""

    conversation_id: ConversationId | None = None
    after: MessageId | None = None


def find_thread(message: discord.Message, *, audience: Audience, desk: Desk) -> Thread:
    """Where this message goes on. Reads the file."""
    reference = message.reference
    if reference is not None and reference.channel_id == message.channel.id:
        delivery = desk.deliveries.find(SOURCE, str(reference.message_id))
        if delivery is not None:
            return _below(delivery.message_id, audience=audience, desk=desk)
    if message.guild is None or isinstance(message.channel, discord.Thread):
        return Thread(conversation_id=_of_channel(message, audience, desk))
    return Thread()


def _below(message_id: MessageId, *, audience: Audience, desk: Desk) -> Thread:
    """Not for whoever may not read it: they begin anew."""
    try:
        said = desk.assistant.history.message(message_id, audience)
    except NotFoundError:
        return Thread()
    return Thread(conversation_id=said.conversation_id, after=said.id)


def _of_channel(
    message: discord.Message, audience: Audience, desk: Desk
) -> ConversationId | None:
    channel_id = ChannelId(str(message.channel.id))
    recent: Sequence[Conversation] = desk.assistant.history.recent(
        audience, limit=_ONE_OF_MANY
    )
    for conversation in recent:
        if conversation.channel_id == channel_id:
            return conversation.id
    return None


def words_of(message: discord.Message, *, me: discord.abc.Snowflake | None) -> str:
    """What its author says, without calling the assistant by name."""
    text = own_words(message)
    if me is not None:
        text = re.sub(rf"<@!?{me.id}>", " ", text)
    return " ".join(text.split(" ")).strip()


def own_words(message: discord.Message) -> str:
    """What its author wrote: a text, or a poll; a sticker says nothing."""
    if message.content or message.poll is None:
        return message.content
    answers = [f"- {answer.text}" for answer in message.poll.answers if answer.text]
    return "\n".join((message.poll.question, *answers))


def passed_on(message: discord.Message) -> tuple[TextFile, ...]:
    """What others wrote, forwarded or embedded where there is nothing else.

    It comes as a file does: to be asked about, and not as words of whoever sends it.
    """
    forwarded = [
        TextFile(name="the forwarded message", text=text)
        for each in message.message_snapshots
        if (text := each.content or _embedded(each.embeds))
    ]
    if forwarded or own_words(message):
        return tuple(forwarded)
    embedded = _embedded(message.embeds)
    return (TextFile(name="the embed", text=embedded),) if embedded else ()


def _embedded(embeds: Sequence[discord.Embed]) -> str:
    parts = [part for each in embeds for part in (each.title, each.description)]
    return "\n\n".join(part for part in parts if part)


async def read_files(
    attachments: Sequence[discord.Attachment], *, desk: Desk
) -> tuple[TextFile, ...]:
    """Texts that came along. Raises UsageError for what is too much or no text."""
    settings = desk.settings
    if len(attachments) > settings.attachments:
        raise UsageError(f"At most {settings.attachments} files at once, please")
    files = []
    for each in attachments:
        if each.size > settings.attachment_megabytes * 1_000_000:
            raise UsageError(
                f"{each.filename} is larger than {settings.attachment_megabytes:g} MB"
            )
        if not _is_text(each):
            raise UsageError(f"{each.filename} is no text that I can read")
        try:
            text = (await each.read()).decode()
        except UnicodeDecodeError:
            raise UsageError(f"{each.filename} is not text in UTF-8") from None
        except discord.HTTPException as error:
            raise AssistantError(f"{each.filename} could not be fetched") from error
        files.append(TextFile(name=each.filename, text=text))
    return tuple(files)


def _is_text(attachment: discord.Attachment) -> bool:
    kind = attachment.content_type or ""
    ending = attachment.filename.lower().rpartition(".")[2]
    return kind.startswith(_TEXTS) or f".{ending}" in _ENDINGS.split()


def as_question(text: str, *, thread: Thread, files: Sequence[TextFile]) -> Ask:
    """A file alone is a question too: what is in it?"""
    names = ", ".join(file.name for file in files)
    return Ask(
        text=text or f"What is in {names}?",
        conversation_id=thread.conversation_id,
        after=thread.after,
        files=tuple(files),
    )
