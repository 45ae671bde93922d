"""Options and arguments that several commands share."""

from typing import Annotated, TypeAlias

import typer

AsJson: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print JSON: one object, or one a line.")
]
Collection: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Only documents of this collection."),
]
Limit: TypeAlias = Annotated[
    int, typer.Option("-n", "--limit", min=1, metavar="NUMBER", help="At most so many.")
]
AnsweredBy: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--persona",
        metavar="NAME",
        help="Let this persona answer, in this conversation from now on.",
    ),
]
Yes: TypeAlias = Annotated[
    bool, typer.Option("-y", "--yes", help="Do it without asking.")
]
ConversationId: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="ID", help="The conversation; the beginning will do."),
]
DocumentId: TypeAlias = Annotated[
    str, typer.Argument(metavar="ID", help="The document; the beginning will do.")
]
ConversationIds: TypeAlias = Annotated[
    list[str],
    typer.Argument(metavar="ID...", help="Conversations; the beginnings will do."),
]
