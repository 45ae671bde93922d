"""Commands that look at models and choose among them."""

from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.opening import opened
from assistant.cli.options import AsJson
from assistant.cli.shapes import health_shape, model_shape
from assistant.cli.words import milliseconds, plural, size
from assistant.entities.model import HealthReport, ModelService, ServiceStatus
from assistant.errors import ModelError
from assistant.weights.metadata import GgufMetadata

Name = Annotated[str, typer.Argument(metavar="NAME", help="The model, as listed.")]


def list_models(context: typer.Context, as_json: AsJson = False) -> None:
    """List models: which one answers, and how each is doing.

    \b
    Example:
      hearth models list --json
    """
    with opened(context) as hearth:
        services = hearth.models.list()
        in_use = hearth.models.in_use().name
        files = {one.name: hearth.models.metadata(one) for one in services}
    if as_json:
        for one in services:
            render.as_json(
                model_shape(one, is_in_use=one.name == in_use, file=files[one.name])
            )
        return
    render.table(
        ("", "NAME", "STATUS", "CONTEXT", "SIZE", "KIND OF FILE", "LICENCE", "ANSWERS"),
        [_row(one, in_use=in_use, file=files[one.name]) for one in services],
    )


def use(
    context: typer.Context,
    name: Name,
    embedding: Annotated[
        bool,
        typer.Option(
            "--embedding",
            help="Let it find by meaning instead; bundled is the one that came along.",
        ),
    ] = False,
) -> None:
    """Let this model answer from now on, or find by meaning.

    \b
    Examples:
      hearth models use smollm2-135m
      hearth models use --embedding bundled
    """
    if embedding:
        _embed_with(context, name)
        return
    with opened(context) as hearth:
        hearth.models.use(name, actor=hearth.audience.user_id)
    render.notice(f"{name} answers from now on")


def _embed_with(context: typer.Context, name: str) -> None:
    """It is tried out first: a choice that cannot embed is not taken."""
    with opened(context) as hearth:
        embedder = hearth.models.embedder(name, threads=1)
        embedder.embed_query("The ferry leaves at noon.")
        unread = hearth.shelves.documents.not_embedded(embedder.name, hearth.audience)
        hearth.configuration.write("knowledge.embedder", name)
    render.notice(f"{name} finds by meaning from now on")
    if unread:
        render.notice(
            f"{plural(unread, 'passage')} will be read anew in idle moments; words "
            "find them meanwhile. To read them now: hearth doctor --repair"
        )


def check(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="One model; all when none is named."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask models for a word, and see how they are doing.

    \b
    Example:
      hearth models check smollm2-135m
    """
    with opened(context) as hearth:
        names = [name] if name else [one.name for one in hearth.models.list()]
        reports = [hearth.models.check(one) for one in names]
    for report in reports:
        if as_json:
            render.as_json(health_shape(report))
        else:
            render.line(_health_line(report))
    if all(report.status is ServiceStatus.UNAVAILABLE for report in reports):
        raise ModelError("No model can answer", hint="See: hearth doctor")


def _row(
    service: ModelService, *, in_use: str, file: GgufMetadata | None
) -> tuple[str, ...]:
    return (
        "*" if service.name == in_use else "",
        service.name,
        service.status,
        str(service.context_tokens),
        size(file.size_bytes) if file else "-",
        f"{file.architecture} {file.quantisation}" if file else service.location,
        (file.licence or "-") if file else "-",
        milliseconds(service.average_response_ms),
    )


def _health_line(report: HealthReport) -> str:
    details = ", ".join(f"{name} {value}" for name, value in report.details.items())
    taken = milliseconds(report.response_time_ms)
    return f"{report.service}: {report.status}, {taken}" + (
        f" ({details})" if details else ""
    )
