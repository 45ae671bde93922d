"""`hearth reflect`: think over what was said, and see what came of it."""

from assistant.cli.lazy import new_app
from assistant.cli.reflect import looking, running

app = new_app(
    help="""Think over what was said, and see what came of it.

    \b
    Examples:
      hearth reflect run
      hearth reflect run daily_digest --dry-run
      hearth reflect insights
    """,
)
app.command("run")(running.run)
app.command("layers")(looking.layers)
app.command("insights")(looking.insights)
app.command("salience")(looking.salience)
