"""How a model is doing, worked out from how its answers went.

Pure. A service gets worse quickly and better slowly, so that it never flickers:

    HEALTHY      one failure, or slow            DEGRADED
    DEGRADED     three successes, and quick      HEALTHY
    any          three failures running,         UNAVAILABLE
                 or one that will not pass
    UNAVAILABLE  two successes running,          HEALTHY
                 or a check that succeeds
"""

from dataclasses import replace
from datetime import datetime, timedelta

from assistant.entities.model import ModelService, ServiceStatus

FAILURES_UNTIL_UNAVAILABLE = 3
SUCCESSES_UNTIL_HEALTHY = 3
SUCCESSES_UNTIL_RESTORED = 2
SLOW_MS = 20_000.0
"""Above this average time to the first word a service is slow."""

QUICK_MS = 15_000.0
"""Below this one it no longer is."""

_WEIGHT_OF_THE_LATEST = 0.2
_FIRST_RETRY = timedelta(seconds=30)
_LONGEST_RETRY = timedelta(minutes=10)


def after_success(
    service: ModelService, *, response_ms: float | None, at: datetime
) -> ModelService:
    """The service after an answer in passing."""
    better = replace(
        service,
        average_response_ms=_average(service.average_response_ms, response_ms),
        consecutive_failures=0,
        consecutive_successes=service.consecutive_successes + 1,
        last_check=at,
        last_error=None,
    )
    return replace(better, status=_status_after_success(better))


def after_check(
    service: ModelService, *, response_ms: float, at: datetime
) -> ModelService:
    """The service after a check on purpose, which settles at once that it is back."""
    better = after_success(service, response_ms=response_ms, at=at)
    if service.status is ServiceStatus.UNAVAILABLE:
        return replace(better, status=ServiceStatus.HEALTHY)
    return better


def after_failure(
    service: ModelService, *, error: str, at: datetime, is_lasting: bool = False
) -> ModelService:
    """The service after no answer came; `is_lasting` when trying again is no use."""
    failures = service.consecutive_failures + 1
    is_gone = is_lasting or failures >= FAILURES_UNTIL_UNAVAILABLE
    is_gone = is_gone or service.status is ServiceStatus.UNAVAILABLE
    return replace(
        service,
        status=ServiceStatus.UNAVAILABLE if is_gone else ServiceStatus.DEGRADED,
        consecutive_failures=failures,
        consecutive_successes=0,
        last_check=at,
        last_error=error,
    )


def is_worth_trying(service: ModelService, *, now: datetime) -> bool:
    """Whether a question may go to it: always, unless it is known to be gone.

    Then once in a while, and again at once after it has answered.
    """
    if service.status is not ServiceStatus.UNAVAILABLE:
        return True
    if service.last_check is None or service.consecutive_successes:
        return True
    return now - service.last_check >= _retry_after(service.consecutive_failures)


def _retry_after(failures: int) -> timedelta:
    """Doubles with each failure that has followed."""
    doublings = min(max(failures - FAILURES_UNTIL_UNAVAILABLE, 0), 10)
    return min(_FIRST_RETRY * (1 << doublings), _LONGEST_RETRY)


def _average(before: float | None, latest: float | None) -> float | None:
    """Moves towards the latest; stays exactly where it is when that is the same."""
    if before is None or latest is None:
        return latest if before is None else before
    return before + _WEIGHT_OF_THE_LATEST * (latest - before)


def _status_after_success(service: ModelService) -> ServiceStatus:
    """`service` has the success counted in already."""
    successes = service.consecutive_successes
    average = service.average_response_ms or 0.0
    match service.status:
        case ServiceStatus.HEALTHY:
            is_slow = average > SLOW_MS
            return ServiceStatus.DEGRADED if is_slow else ServiceStatus.HEALTHY
        case ServiceStatus.DEGRADED:
            is_well = successes >= SUCCESSES_UNTIL_HEALTHY and average < QUICK_MS
            return ServiceStatus.HEALTHY if is_well else ServiceStatus.DEGRADED
        case ServiceStatus.UNAVAILABLE:
            is_back = successes >= SUCCESSES_UNTIL_RESTORED
            return ServiceStatus.HEALTHY if is_back else ServiceStatus.UNAVAILABLE
