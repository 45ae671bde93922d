"""However people talk and change their minds, nothing widens who may see a word."""

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.entities.ids import ServerId, UserId
from assistant.entities.reflection import Reach, SourcesScope, joined
from tests.reflection.village import (
    ELSEWHERE,
    EVERYBODY,
    GARDEN,
    KITCHEN,
    ME,
    A,
    B,
    Village,
    direct,
    in_private,
    in_public,
)
from tests.storage.building import open_file

LAYERS = ("user_reflection", "channel_reflection", "dyad_reflection", "daily_digest")
PEOPLE = st.sampled_from(EVERYBODY)
WHERE = st.sampled_from((GARDEN, KITCHEN, ELSEWHERE, None))
SAY = st.tuples(st.just("say"), PEOPLE, WHERE, st.integers(2, 5))
OTHERS = st.one_of(
    st.tuples(st.just("allow"), PEOPLE),
    st.tuples(st.just("refuse"), PEOPLE),
    st.tuples(st.just("run"), st.sampled_from(LAYERS)),
    st.tuples(st.just("wait"), st.integers(1, 5)),
    st.tuples(st.just("tell"), st.integers(2, 4)),
)


class Secrets:
    """Marks every word with where it was said, so that a leak shows."""

    def __init__(self, village: Village) -> None:
        self.village = village
        self.count = 0

    def step(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("say", author, channel, times):
                for _ in range(times):
                    self.say(author, channel)
            case ("allow", author):
                self.village.allow_direct(author)
            case ("refuse", author):
                self.refuse(author)
            case ("run", layer):
                self.village.run(layer)
            case ("wait", days):
                self.village.wait(days=days)
                self.village.work()
            case ("tell", times):
                for _ in range(times):
                    self.count += 1
                    self.village.tell_hearth(f"xlocalx I will do thing {self.count}?")

    def refuse(self, author: UserId) -> None:
        """Nothing of what was said to Hearth alone is left, nor of what it made."""
        if not self.village.consents.may(author, "dm_read"):
            return
        self.village.refuse_direct(author)
        assert all(
            f"x{author}x" not in each.content
            for each in self.history(in_private(author))
        )

    def say(self, author: UserId, channel: Any) -> None:
        self.count += 1
        mark = {GARDEN: "xax", KITCHEN: "xax", ELSEWHERE: "xbx", None: f"x{author}x"}
        text = f"{mark[channel]} I will do thing {self.count}?"
        self.village.say(author, text, channel or direct(author))

    def check(self) -> None:
        audiences = {
            "xax": in_public(A),
            "xbx": in_public(B),
            "xlocalx": ME,
            **{f"x{each}x": in_private(each) for each in EVERYBODY},
        }
        for own, audience in audiences.items():
            others = set(audiences) - {own}
            shown = [each.content for each in self.history(audience)]
            shown += [topic.key for topic in self.topics(audience)]
            for text in shown:
                assert not [mark for mark in others if mark in text]

    def history(self, audience: Any) -> Any:
        now = self.village.now
        return self.village.desk.insights.history(audience, now=now, limit=999)

    def topics(self, audience: Any) -> Any:
        return self.village.desk.topics.visible(audience)


def insights_of(village: Village) -> int:
    return int(village.database.query("SELECT count(*) AS n FROM insight")[0]["n"])


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.one_of(SAY, SAY, OTHERS), min_size=8, max_size=30))
def test_no_word_is_ever_shown_outside_of_where_it_was_said(
    tmp_path_factory, steps: list[tuple[Any, ...]]
) -> None:
    folder: Path = tmp_path_factory.mktemp("village")
    database = open_file(folder / "hearth.db")
    secrets = Secrets(Village(database))
    for step in steps:
        secrets.step(step)
    for layer in LAYERS:
        secrets.village.run(layer)

    secrets.check()
    database.close()


def test_and_there_is_something_that_could_be_shown(database) -> None:
    """So the test above can fail."""
    secrets = Secrets(Village(database))
    for author in EVERYBODY:
        secrets.step(("allow", author))
        for channel in (GARDEN, ELSEWHERE, None):
            secrets.step(("say", author, channel, 4))
    secrets.step(("tell", 4))
    for layer in LAYERS:
        secrets.village.run(layer)

    assert insights_of(secrets.village) > 10
    assert all(
        any(mark in each.content for each in secrets.history(audience))
        for mark, audience in (
            ("xax", in_public(A)),
            ("xbx", in_public(B)),
            ("xanax", in_private(EVERYBODY[0])),
            ("xlocalx", ME),
        )
    )
    secrets.check()


USERS = st.sampled_from([UserId("ana"), UserId("ben")])
PUBLIC = st.builds(
    Reach,
    scope=st.just(SourcesScope.PUBLIC),
    server_id=st.sampled_from([ServerId("A"), ServerId("B")]),
)
PRIVATE = st.builds(
    Reach,
    scope=st.just(SourcesScope.DM),
    owners=st.frozensets(USERS, min_size=1, max_size=1),
)
DERIVED = st.builds(
    Reach, scope=st.just(SourcesScope.DERIVED), owners=st.frozensets(USERS)
)
REACHES = st.lists(st.one_of(PUBLIC, PRIVATE, DERIVED), min_size=1, max_size=6)


def may_see(reach: Reach, user: str | None, server: str | None) -> bool:
    """As the statements have it: in public on a server, or in private as oneself."""
    if reach.scope is SourcesScope.PUBLIC:
        return reach.server_id == server
    return user is not None and reach.owners == {user}


@given(REACHES)
def test_what_rests_on_several_is_seen_by_nobody_who_could_not_see_the_private_ones(
    reaches: list[Reach],
) -> None:
    whole = joined(reaches)

    for user, server in (("ana", None), ("ben", None), (None, "A"), (None, "B")):
        private = [each for each in reaches if each.scope is not SourcesScope.PUBLIC]
        if may_see(whole, user, server):
            assert all(
                may_see(each, user, server) or not each.owners for each in private
            )
            assert user is not None or all(
                may_see(each, user, server) for each in reaches
            )


@given(REACHES, REACHES)
def test_joining_in_steps_never_reaches_further_than_joining_at_once(
    some: list[Reach], more: list[Reach]
) -> None:
    at_once, in_steps = joined([*some, *more]), joined([joined(some), joined(more)])

    assert at_once.owners == in_steps.owners
    assert at_once.server_id == in_steps.server_id
