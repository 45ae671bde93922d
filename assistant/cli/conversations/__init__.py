"""`hearth conversations`: look at them, change them, carry them elsewhere."""

from assistant.cli.conversations import carrying, changing, context, looking
from assistant.cli.lazy import new_app

app = new_app(
    help="""List, read, search and move conversations.

    \b
    Examples:
      hearth conversations list
      hearth conversations search "capital of France"
      hearth conversations export --format markdown -o talks.md
    """,
)
app.command("list")(looking.list_conversations)
app.command("show")(looking.show)
app.command("search")(looking.search)
app.command("context")(context.context_of)
app.command("fork")(changing.fork)
app.command("rename")(changing.rename)
app.command("archive")(changing.archive)
app.command("restore")(changing.restore)
app.command("pin")(changing.pin)
app.command("unpin")(changing.unpin)
app.command("delete")(changing.delete)
app.command("export")(carrying.export)
app.command("import")(carrying.import_conversations)
