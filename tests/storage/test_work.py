"""Models, traces, the audit log, jobs and what was learnt of the machine."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.entities.audit import AuditEntry
from assistant.entities.ids import AuditId, JobId, ModelId, SpanId, TraceId, UserId
from assistant.entities.job import Job, JobState
from assistant.entities.model import ModelKind, ModelService, ServiceStatus
from assistant.entities.trace import Span
from assistant.errors import NotFoundError, StorageError
from assistant.storage.audit import AuditLog
from assistant.storage.database import Database
from assistant.storage.jobs import Jobs
from assistant.storage.machine import MachineFacts
from assistant.storage.people import People
from assistant.storage.services import ModelServices
from assistant.storage.spans import Spans
from tests.storage.building import START, a_user, at


def a_model(name: str) -> ModelService:
    return ModelService(
        id=ModelId(f"id of {name}"),
        name=name,
        kind=ModelKind.LOCAL_LLM,
        location=f"/models/{name}",
        context_tokens=2048,
    )


@pytest.fixture
def services(database: Database) -> ModelServices:
    services = ModelServices(database)
    for name in ("beta", "alpha"):
        services.add(a_model(name))
    return services


def test_models_are_known_by_name_whatever_the_capitals(
    services: ModelServices,
) -> None:
    assert [service.name for service in services.all()] == ["alpha", "beta"]
    assert services.find("Alpha") == services.get("alpha")
    assert services.find("gamma") is None
    with pytest.raises(StorageError):
        services.add(replace(a_model("ALPHA"), id=ModelId("another")))
    with pytest.raises(NotFoundError):
        services.get("gamma")


def test_one_model_is_in_use_at_a_time(services: ModelServices) -> None:
    before = services.in_use()

    services.use("alpha")
    services.use("beta")
    used = services.in_use()

    assert before is None
    assert used is not None
    assert used.name == "beta"


def test_using_an_unknown_model_keeps_the_one_in_use(services: ModelServices) -> None:
    services.use("alpha")

    with pytest.raises(NotFoundError):
        services.use("gamma")

    assert services.in_use() == services.get("alpha")


def test_a_change_of_a_models_health_keeps_it_in_use(services: ModelServices) -> None:
    services.use("alpha")
    ill = replace(
        services.get("alpha"), status=ServiceStatus.DEGRADED, consecutive_failures=2
    )

    services.update(ill)

    assert services.in_use() == ill
    with pytest.raises(NotFoundError):
        services.update(a_model("gamma"))


def test_a_removed_model_is_gone(services: ModelServices) -> None:
    services.use("alpha")

    services.remove("alpha")

    assert services.find("alpha") is None
    assert services.in_use() is None
    with pytest.raises(NotFoundError):
        services.remove("alpha")


def a_span(name: str, trace: str, minutes: float, parent: str | None = None) -> Span:
    return Span(
        id=SpanId(f"{trace}-{name}"),
        trace_id=TraceId(trace),
        name=name,
        started_at=at(minutes),
        duration_ms=1.5,
        parent_id=SpanId(f"{trace}-{parent}") if parent else None,
        counts={"tokens": 3},
    )


def test_the_last_turn_is_read_whole_and_other_traces_are_not_taken_for_it(
    database: Database,
) -> None:
    spans = Spans(database)
    old, new = a_span("turn", "t1", 0), a_span("turn", "t2", 10)
    stage = a_span("generate", "t2", 11, parent="turn")
    check = a_span("check", "t3", 20)

    spans.add_all([stage, new, old, check])

    assert spans.last_trace() == [new, stage]
    assert spans.last_trace("check") == [check]
    assert spans.last_trace("import") == []
    assert spans.trace(TraceId("t1")) == [old]
    assert spans.recent_traces(2) == [check, new]


def test_old_traces_are_forgotten_whole(database: Database) -> None:
    spans = Spans(database)
    late_stage = a_span("generate", "t1", 30, parent="turn")
    kept = a_span("turn", "t2", 10)
    spans.add_all([a_span("turn", "t1", 0), late_stage, kept])

    forgotten = spans.prune(at(5), limit=9)

    assert forgotten == 2
    assert spans.recent_traces(9) == [kept]
    assert spans.trace(TraceId("t1")) == []


def an_entry(number: int, resource: str = "model") -> AuditEntry:
    return AuditEntry(
        id=AuditId(f"entry {number}"),
        at=at(-number),
        actor_id=UserId("local"),
        action="use",
        resource=resource,
        resource_id="alpha",
        after={"name": "alpha"},
    )


def test_the_audit_log_is_read_newest_first_whatever_the_clock_said(
    database: Database,
) -> None:
    log = AuditLog(database)
    entries = [an_entry(1), an_entry(2, "conversation"), an_entry(3)]
    for entry in entries:
        log.append(entry)

    assert log.recent(9) == entries[::-1]
    assert log.recent(1) == [entries[2]]
    assert log.recent(9, "model") == [entries[2], entries[0]]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET actor_id = 'somebody else'",
        "DELETE FROM audit_entry",
        "UPDATE OR REPLACE audit_entry SET id = 'entry 0'",
        "INSERT OR REPLACE INTO audit_entry"
        " (number, id, at, actor_id, action, resource, resource_id)"
        " VALUES (1, 'entry 1', '', '', 'x', 'x', '')",
    ],
)
def test_the_audit_log_cannot_be_altered(database: Database, sql: str) -> None:
    log = AuditLog(database)
    log.append(an_entry(1))

    with pytest.raises(StorageError, match="never changed"):
        database.execute(sql)

    assert log.recent(9) == [an_entry(1)]


def a_job(name: str, minutes: float = 0, kind: str = "title") -> Job:
    return Job(
        id=JobId(name),
        kind=kind,
        key=f"key of {name}",
        created_at=START,
        run_after=at(minutes),
    )


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


def claim(jobs: Jobs, minutes: float = 0, by: str = "me") -> str | None:
    job = jobs.claim(["title", "summary"], by=by, now=at(minutes))
    return job.id if job else None


def test_jobs_are_claimed_once_each_when_they_are_due(jobs: Jobs) -> None:
    for job in (a_job("late", 60), a_job("second", 2), a_job("first", 1)):
        jobs.enqueue(job)
    jobs.enqueue(a_job("other", kind="embed"))

    claimed = [claim(jobs, minutes=5) for _ in range(3)]

    assert claimed == ["first", "second", None]
    first = jobs.find(JobId("first"))
    assert first is not None
    assert (first.state, first.attempts, first.held_by) == (JobState.RUNNING, 1, "me")


def test_the_same_work_is_queued_once_but_again_after_it_ran(jobs: Jobs) -> None:
    job = a_job("job")
    again = replace(job, id=JobId("again"))

    jobs.enqueue(job)
    jobs.enqueue(again)
    claimed, nothing = claim(jobs), claim(jobs)
    jobs.enqueue(again)
    jobs.complete(job.id)

    assert (claimed, nothing) == ("job", None)
    assert claim(jobs) == "again"


def test_a_failed_job_runs_again_only_when_there_is_a_time_for_it(jobs: Jobs) -> None:
    jobs.enqueue(a_job("twice"))
    jobs.enqueue(a_job("once"))
    assert {claim(jobs), claim(jobs)} == {"twice", "once"}

    jobs.fail(JobId("twice"), "no model", retry_at=at(10))
    jobs.fail(JobId("once"), "no such conversation")

    assert claim(jobs, minutes=5) is None
    assert claim(jobs, minutes=10) == "twice"
    once = jobs.find(JobId("once"))
    assert once is not None
    assert (once.state, once.error) == (JobState.FAILED, "no such conversation")


def test_a_failed_job_gives_way_to_the_same_work_queued_meanwhile(jobs: Jobs) -> None:
    jobs.enqueue(a_job("job"))
    claim(jobs)
    jobs.enqueue(replace(a_job("job"), id=JobId("newer")))

    jobs.fail(JobId("job"), "no model", retry_at=at(0))

    assert [claim(jobs), claim(jobs)] == ["newer", None]


def test_what_dead_processes_held_is_queued_again(jobs: Jobs) -> None:
    jobs.enqueue(a_job("held", 1))
    jobs.enqueue(a_job("orphan", 2))
    claim(jobs, minutes=5, by="alive")
    claim(jobs, minutes=5, by="dead")

    released = jobs.release_dead(lambda holder: holder == "alive")

    assert released == 1
    assert claim(jobs, minutes=5) == "orphan"
    assert claim(jobs, minutes=5) is None


def test_what_a_dead_process_held_goes_when_the_same_work_waits(jobs: Jobs) -> None:
    jobs.enqueue(a_job("orphan", 1))
    claim(jobs, minutes=5, by="dead")
    jobs.enqueue(replace(a_job("orphan", 1), id=JobId("newer")))

    jobs.release_dead(lambda _: False)

    assert jobs.find(JobId("orphan")) is None
    assert [claim(jobs, minutes=5), claim(jobs, minutes=5)] == ["newer", None]


def test_what_another_process_took_up_meanwhile_is_left_to_it(jobs: Jobs) -> None:
    jobs.enqueue(a_job("orphan", 1))
    claim(jobs, minutes=5, by="dead")

    def looks(holder: str) -> bool:
        """Somebody else releases it, and goes on with it, just before we do."""
        if holder == "dead":
            jobs.release_dead(lambda other: other != "dead")
            claim(jobs, minutes=5, by="alive")
        return False

    assert jobs.release_dead(looks) == 0
    assert claim(jobs, minutes=5) is None


def test_only_a_running_job_can_end(jobs: Jobs) -> None:
    jobs.enqueue(a_job("job"))

    with pytest.raises(NotFoundError):
        jobs.complete(JobId("job"))
    with pytest.raises(NotFoundError):
        jobs.fail(JobId("job"), "no")


def test_facts_about_the_machine_are_remembered_under_their_key(
    database: Database,
) -> None:
    machine = MachineFacts(database)

    machine.remember("cpu|model", {"threads": 1}, START)
    machine.remember("cpu|model", {"threads": 2, "ok": True}, at(1))

    assert machine.find("cpu|model") == {"threads": 2, "ok": True}
    assert machine.find("cpu|other") is None


def test_a_person_is_last_seen_at_the_latest_time(database: Database) -> None:
    people = People(database)
    people.add_user(a_user())

    people.touch_user(UserId("local"), at(10))
    people.touch_user(UserId("local"), START - timedelta(days=1))

    assert people.get_user(UserId("local")) == a_user(last_seen=at(10))
    assert people.find_user(UserId("nobody")) is None
    with pytest.raises(NotFoundError):
        people.get_user(UserId("nobody"))
    with pytest.raises(NotFoundError):
        people.touch_user(UserId("nobody"), START)
