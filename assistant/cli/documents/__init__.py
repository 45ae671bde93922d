"""`hearth documents`: look at what is in the library, and change it."""

from assistant.cli.documents import changing, looking
from assistant.cli.lazy import new_app

app = new_app(
    help="""List, read, refresh and remove documents.

    \b
    Examples:
      hearth documents list
      hearth documents show 01JK
      hearth documents refresh
    """,
)
app.command("list")(looking.list_documents)
app.command("show")(looking.show)
app.command("refresh")(changing.refresh)
app.command("remove")(changing.remove)
