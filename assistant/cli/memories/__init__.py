"""`hearth memories`: look at what is remembered, change it, carry it elsewhere."""

from assistant.cli.lazy import new_app
from assistant.cli.memories import carrying, changing, consolidating, looking

app = new_app(
    help="""See, correct and forget what is remembered of what you said.

    \b
    Examples:
      hearth memories list
      hearth memories why 01JK
      hearth memories add "My sister Ana lives in Porto"
    """,
)
app.command("list")(looking.list_memories)
app.command("show")(looking.show)
app.command("why")(looking.why)
app.command("pending")(looking.pending)
app.command("add")(changing.add)
app.command("edit")(changing.edit)
app.command("approve")(changing.approve)
app.command("reject")(changing.reject)
app.command("forget")(changing.forget)
app.command("export")(carrying.export)
app.command("import")(carrying.import_memories)
app.command("consolidate")(consolidating.consolidate)
app.command("runs")(consolidating.runs)
app.command("undo")(consolidating.undo)
