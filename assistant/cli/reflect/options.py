"""Options that the commands of reflecting share, and whom they speak for."""

from dataclasses import replace
from typing import Annotated, TypeAlias

import typer

from assistant.app import Assistant
from assistant.entities.audience import Audience, Place
from assistant.entities.ids import ServerId

Topic: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="Only this topic, such as user:local."),
]
Server: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="ID", help="What is public on this server, not your own."),
]


def audience_of(hearth: Assistant, server: str | None) -> Audience:
    """This person in private, or as one among the people of a server."""
    if server is None:
        return hearth.audience
    place = Place(server_id=ServerId(server), is_private=False)
    return replace(hearth.audience, place=place)
