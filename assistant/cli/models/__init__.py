"""`hearth models`: which models there are, and which one answers."""

from assistant.cli.lazy import new_app
from assistant.cli.models import fetching, looking

app = new_app(
    help="""Choose and fetch models.

    \b
    Examples:
      hearth models list
      hearth models add ~/models/qwen.gguf --name qwen
      hearth models use qwen
    """,
)
app.command("list")(looking.list_models)
app.command("use")(looking.use)
app.command("check")(looking.check)
app.command("add")(fetching.add)
app.command("pull")(fetching.pull)
app.command("remove")(fetching.remove)
