"""Commands that only look at what came of reflecting."""

from typing import Annotated

import typer

from assistant.cli import render
from assistant.cli.opening import opened
from assistant.cli.options import AsJson, Limit
from assistant.cli.reflect.options import Server, Topic, audience_of
from assistant.cli.reflect.shapes import (
    balance_shape,
    entry_shape,
    insight_shape,
    layer_shape,
    when,
)
from assistant.cli.words import day
from assistant.entities.ids import TopicKey
from assistant.entities.reflection import Insight, SalienceEntry, SourcesScope
from assistant.errors import NotFoundError


def layers(context: typer.Context, as_json: AsJson = False) -> None:
    """List the layers: when each thinks, about what, and how much.

    Your own are files in the folder `reflection` beside the settings.

    \b
    Example:
      hearth reflect layers
    """
    with opened(context) as hearth:
        reflection = hearth.reflecting().reflection
        due = {layer.name for layer, _ in reflection.due()}
        found = [(layer, reflection.last_run(layer)) for layer in reflection.layers]
    if as_json:
        for layer, last in found:
            render.as_json(layer_shape(layer, last, is_due=layer.name in due))
        return
    rows = [
        (
            layer.name,
            when(layer),
            f"{layer.budget:g}",
            ", ".join(f"{name} {share:.0%}" for name, share in layer.topics.items()),
            day(last.completed_at) if last and last.completed_at else "never",
        )
        for layer, last in found
    ]
    render.table(("LAYER", "WHEN", "BUDGET", "TOPICS", "LAST RUN"), rows)


def insights(
    context: typer.Context,
    insight_id: Annotated[
        str | None,
        typer.Argument(
            metavar="ID", help="One, with what it rests on; its beginning will do."
        ),
    ] = None,
    topic: Topic = None,
    category: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only such, as daily_digest."),
    ] = None,
    former: Annotated[
        bool, typer.Option("--former", help="Those that newer ones replaced, too.")
    ] = False,
    server: Server = None,
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """Read what came of thinking things over, the newest first.

    \b
    Examples:
      hearth reflect insights --category daily_digest
      hearth reflect insights --topic user:local --former
    """
    with opened(context) as hearth:
        audience = audience_of(hearth, server)
        reflection = hearth.reflecting().reflection
        if insight_id is not None:
            found = [reflection.insight(insight_id, audience)]
        else:
            found = reflection.insights(
                audience,
                key=TopicKey(topic) if topic else None,
                category=category,
                with_former=former,
                limit=limit,
            )
        sources = {each.id: reflection.sources(each) for each in found}
    if as_json:
        for insight in found:
            render.as_json(insight_shape(insight, sources[insight.id]))
        return
    for insight in found:
        _show(insight, len(sources[insight.id]))
        if insight_id is not None:
            for source in sources[insight.id]:
                render.line(f"  from {source.kind} {source.id}")
    if not found:
        render.notice("No insight yet; think now with: hearth reflect run")


def salience(
    context: typer.Context,
    topic: Annotated[
        str | None,
        typer.Argument(metavar="TOPIC", help="One topic's ledger, by its key."),
    ] = None,
    server: Server = None,
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """See which topics deserve thought, or what one earned and spent.

    \b
    Examples:
      hearth reflect salience
      hearth reflect salience user:local -n 50
    """
    with opened(context) as hearth:
        audience = audience_of(hearth, server)
        reflection = hearth.reflecting().reflection
        for _ in reflection.take_stock():
            continue
        if topic is not None:
            entries = reflection.entries(TopicKey(topic), audience, limit=limit)
            if not entries:
                raise NotFoundError(
                    f"No topic {topic}", hint="See: hearth reflect salience"
                )
            _show_entries(entries, as_json=as_json)
            return
        named = [
            (balance, reflection.name_of(balance.topic))
            for balance in reflection.balances(audience, limit=limit)
        ]
    if as_json:
        for balance, name in named:
            render.as_json(balance_shape(balance, name))
    elif named:
        rows = [(each.topic.key, f"{each.amount:.2f}", name) for each, name in named]
        render.table(("TOPIC", "SALIENCE", "NAME"), rows)
    else:
        render.notice("No topic yet; they come of what is said")


_SEEN_BY = {
    SourcesScope.PUBLIC: "for everybody on its server",
    SourcesScope.DM: "for you alone",
    SourcesScope.DERIVED: "for you alone",
}


def _show(insight: Insight, sources: int) -> None:
    state = " · replaced" if insight.is_superseded else ""
    state += " · its sources changed" if insight.is_stale else ""
    render.line(
        f"{insight.id}  {insight.category}  {insight.topic_key}  "
        f"{day(insight.created_at)}{state}"
    )
    for line in insight.content.splitlines():
        render.line(f"  {line}")
    render.line(
        f"  ({_SEEN_BY[insight.reach.scope]}, from {sources} sources, "
        f"{insight.confidence:.0%} sure)"
    )


def _show_entries(entries: list[SalienceEntry], *, as_json: bool) -> None:
    if as_json:
        for entry in entries:
            render.as_json(entry_shape(entry))
        return
    rows = [
        (
            day(entry.created_at),
            entry.entry_type,
            f"{entry.amount:+.3f}",
            f"{entry.evaporated:.3f}" if entry.evaporated else "",
            entry.reason,
            entry.cause,
        )
        for entry in entries
    ]
    render.table(("WHEN", "WHAT", "AMOUNT", "LOST", "WHY", "CAUSE"), rows)
