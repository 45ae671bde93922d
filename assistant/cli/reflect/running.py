"""`hearth reflect run`: think now, or see what would be thought about."""

from collections.abc import Generator
from typing import Annotated

import typer

from assistant.app import Assistant
from assistant.cli import render
from assistant.cli.opening import opened
from assistant.cli.options import AsJson
from assistant.cli.reflect.options import Topic
from assistant.cli.reflect.shapes import planned_shape, run_shape
from assistant.cli.words import plural
from assistant.entities.ids import TopicKey
from assistant.entities.reflection import Insight, Layer, LayerRun, RunStatus
from assistant.errors import AssistantError
from assistant.reflection.choosing import thinks_about
from assistant.reflection.reflection import Planned, Reflection


def run(
    context: typer.Context,
    layer: Annotated[
        str | None,
        typer.Argument(metavar="LAYER", help="One layer; all of them without it."),
    ] = None,
    topic: Topic = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only say what would be thought about."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Think over what was said since the last time, due or not.

    \b
    Examples:
      hearth reflect run
      hearth reflect run user_reflection --topic user:local
      hearth reflect run daily_digest --dry-run
    """
    key = TopicKey(topic) if topic else None
    with opened(context) as hearth:
        reflection = hearth.reflecting().reflection
        wanted = _layers(reflection, layer, key)
        if dry_run:
            said = sum(_plan(hearth, one, key, as_json=as_json) for one in wanted)
        else:
            said = sum(_run(hearth, one, key, as_json=as_json) for one in wanted)
    if not said:
        render.notice("There is nothing new to think over; talk some more first")


def _layers(
    reflection: Reflection, name: str | None, key: TopicKey | None
) -> list[Layer]:
    if name is not None:
        return [reflection.layer(name)]
    return [
        layer for layer in reflection.layers if key is None or thinks_about(layer, key)
    ]


def _plan(
    hearth: Assistant, layer: Layer, key: TopicKey | None, *, as_json: bool
) -> int:
    reflection = hearth.reflecting().reflection
    _finished(reflection.take_stock())
    planned = [
        each for each in reflection.plan(layer, only=key) if _is_mine(hearth, each)
    ]
    for each in planned:
        if as_json:
            render.as_json(planned_shape(layer, each))
            continue
        read = plural(len(each.choice.material.said), "message")
        cost = f"{each.choice.cost:g} salience"
        render.line(f"{layer.name}, {each.name}: would read {read} for {cost}")
        render.block(_indented(each.text))
    return len(planned)


def _is_mine(hearth: Assistant, planned: Planned) -> bool:
    """What others said in private is thought over, and shown to nobody here."""
    owner = planned.choice.circle.owner_id
    return owner is None or owner == hearth.audience.user_id


def _run(
    hearth: Assistant, layer: Layer, key: TopicKey | None, *, as_json: bool
) -> int:
    reflection = hearth.reflecting().reflection
    done = _finished(reflection.run_now(layer, only=key))
    if done is None:
        render.notice(f"{layer.name}: another Hearth is at it")
        return 1
    if done.status is RunStatus.FAILED:
        raise AssistantError(f"{layer.name} failed: {done.error}")
    insights = [
        insight
        for insight in reflection.insights(hearth.audience)
        if insight.layer_run_id == done.id
    ]
    if as_json:
        render.as_json(run_shape(done, insights))
    elif done.targets:
        _show(done, insights)
    return len(done.targets)


def _show(done: LayerRun, insights: list[Insight]) -> None:
    tokens = f", {plural(done.tokens_used, 'token')}" if done.tokens_used else ""
    render.line(f"{done.layer_name}: {', '.join(done.targets)}{tokens}")
    for insight in insights:
        render.block(_indented(insight.content))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _finished(work: Generator[None, None, LayerRun | None]) -> LayerRun | None:
    """All of it, at once: nobody else waits in a command."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            done: LayerRun | None = end.value
            return done
