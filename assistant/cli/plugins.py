"""`hearth plugins`: channels that are installed."""

from assistant.channels import installed
from assistant.cli import render
from assistant.cli.lazy import new_app
from assistant.cli.options import AsJson

app = new_app()


@app.callback()
def plugins() -> None:
    """List channels that are installed.

    \b
    Example:
      hearth plugins list
    """


@app.command("list")
def list_plugins(as_json: AsJson = False) -> None:
    """List channels, each to be started with `hearth run NAME`.

    \b
    Example:
      hearth plugins list
    """
    for name in installed():
        if as_json:
            render.as_json({"name": name})
        else:
            render.line(name)
