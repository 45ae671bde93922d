"""Models as lines of a list: where each is, what it can do, and how it is doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from textual.content import Content

from assistant.entities.model import ModelKind, ModelService, ServiceStatus
from assistant.figures import size
from assistant.safetext import one_line
from assistant.weights import GgufMetadata
from tui import present
from tui.widgets.rows import Row

_COLOURS = {
    ServiceStatus.HEALTHY: "$success",
    ServiceStatus.DEGRADED: "$warning",
    ServiceStatus.UNAVAILABLE: "$error",
}
_TIERS = ("quotes only", "phrases a quote", "writes from quotes", "plans and judges")
"""What each tier is trusted with, in three words at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A model, and what else is known of it."""

    service: ModelService
    file: GgufMetadata | None = None
    tier: int | None = None
    is_in_use: bool = False
    doing: str = ""
    """What is being done with it just now."""


def place_of(service: ModelService) -> str:
    """This machine, or the server that gets the words."""
    if service.kind is ModelKind.LOCAL_LLM:
        return "this machine"
    return f"→ {one_line(urlsplit(service.location).netloc)}"


def ability(tier: int | None) -> str:
    """What it was found able to do."""
    if tier is None:
        return "not checked yet"
    return f"tier {tier}: {_TIERS[min(tier, len(_TIERS) - 1)]}"


def model_row(standing: Standing) -> Row:
    """Its name and where it runs; below it its figures, and what is wrong."""
    service = standing.service
    status = service.status
    name = Content.assemble(
        (present.mark(status), _COLOURS[status]),
        " ",
        (one_line(service.name), "bold"),
        (" · in use" if standing.is_in_use else "", "$primary"),
        (f" · {standing.doing}" if standing.doing else "", "$muted"),
        (
            f" · {status}" if status is not ServiceStatus.HEALTHY else "",
            _COLOURS[status],
        ),
    )
    is_far = service.kind is ModelKind.EXTERNAL_API
    place = Content.styled(place_of(service), "$warning" if is_far else "$muted")
    return Row(id=service.name, left=name, right=(place,), below=_below(standing))


def _below(standing: Standing) -> Sequence[Content]:
    lines = [Content.styled(f"  {present.GAP.join(_figures(standing))}", "$muted")]
    if standing.service.last_error:
        wrong = one_line(standing.service.last_error)
        lines.append(Content.styled(f"  {wrong}", "$error"))
    return lines


def _figures(standing: Standing) -> list[str]:
    service, file = standing.service, standing.file
    figures = [f"{service.context_tokens:,} tokens of context"]
    if file is not None:
        figures.insert(0, f"{size(file.size_bytes)} {one_line(file.quantisation)}")
    elif service.kind is ModelKind.EXTERNAL_API:
        figures.insert(0, one_line(str(service.config.get("remote_model", ""))))
    figures.append(ability(standing.tier))
    if service.average_response_ms is not None:
        figures.append(f"first word {present.seconds(service.average_response_ms)}")
    return [each for each in figures if each]
