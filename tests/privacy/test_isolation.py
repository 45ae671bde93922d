"""Whatever people do, nobody is ever shown a word that is not for them.

`just isolation` runs it long; the gate runs it short.
"""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from assistant.agents.overheard import Overhearing
from assistant.entities.audience import Audience, Earshot, Scope
from assistant.entities.conversation import MessageRole
from tests.privacy.crowd import (
    ALONE,
    LAYERS,
    OWN_DOORS,
    PEOPLE,
    SERVERS,
    SPOTS,
    Crowd,
    channels_of,
)

_A_FEW = 500
_A_RUN = 50

USERS, WHERE = st.sampled_from(PEOPLE), st.sampled_from(SPOTS)
SCOPES = st.sampled_from(tuple(Scope))
ANY = st.integers(0, 10_000)
ROOMS = st.sets(st.integers(0, 1))
performed: Counter[str] = Counter()


class Isolation(RuleBasedStateMachine):
    """People talk, agree, change their minds, forget; and somebody always looks."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="hearth-crowd-")
        self.crowd = Crowd(Path(self._folder.name) / "data" / "hearth.db")

    def teardown(self) -> None:
        try:
            for user in PEOPLE:
                self._look(user, ALONE, 0)
            for spot in SPOTS[1:]:
                self._look(PEOPLE[0], spot, 0)
        finally:
            self.crowd.close()
            self._folder.cleanup()

    @rule(user=USERS, spot=WHERE)
    def begin(self, user, spot) -> None:
        performed["begin"] += 1
        self.crowd.begin(user, spot)

    @precondition(lambda self: self.crowd.talks)
    @rule(talk=ANY, scope=SCOPES, role=st.sampled_from(["user", "assistant"]))
    def say(self, talk, scope, role) -> None:
        performed["say"] += 1
        self.crowd.say(talk, scope, role=MessageRole(role))

    @rule(user=USERS, spot=WHERE, scope=SCOPES)
    def shelve(self, user, spot, scope) -> None:
        performed["shelve"] += 1
        self.crowd.shelve(user, spot, scope)

    @rule(user=USERS, spot=WHERE, scope=SCOPES)
    def remember(self, user, spot, scope) -> None:
        performed["remember"] += 1
        self.crowd.remember(user, spot, scope)

    @rule(user=USERS, spot=WHERE, times=st.integers(1, 4))
    def observe(self, user, spot, times) -> None:
        performed["observe"] += 1
        for _ in range(times):
            self.crowd.observe(user, spot)

    @rule(user=USERS, server=st.sampled_from((None, *SERVERS)), yes=st.booleans())
    def consent(self, user, server, yes) -> None:
        performed["consent"] += 1
        self.crowd.consent(user, server, yes=yes)

    @rule(user=USERS, server=st.sampled_from(SERVERS), rooms=ROOMS)
    def move(self, user, server, rooms) -> None:
        performed["move"] += 1
        chosen = {channels_of(server)[room] for room in rooms}
        self.crowd.move(user, server, chosen)

    @rule(layer=st.sampled_from(LAYERS))
    def reflect(self, layer) -> None:
        performed["reflect"] += 1
        self.crowd.reflect(layer)

    @rule()
    def embed(self) -> None:
        performed["embed"] += 1
        self.crowd.embed()

    @rule(chosen=ANY, user=USERS, spot=WHERE)
    def fork(self, chosen, user, spot) -> None:
        performed["fork"] += 1
        self.crowd.fork(chosen, user, spot)

    @rule(chosen=ANY)
    def forget_message(self, chosen) -> None:
        performed["forget message"] += 1
        self.crowd.forget_message(chosen)

    @rule(chosen=ANY, user=USERS)
    def forget_text(self, chosen, user) -> None:
        performed["forget text"] += 1
        self.crowd.forget_text(chosen, user)

    @rule(chosen=ANY)
    def delete_talk(self, chosen) -> None:
        performed["delete"] += 1
        self.crowd.delete_talk(chosen)

    @rule(user=USERS, spot=WHERE, chosen=ANY)
    def look(self, user, spot, chosen) -> None:
        performed["look"] += 1
        self._look(user, spot, chosen)

    def _look(self, user, spot, chosen) -> None:
        words = self.crowd.words
        asked = self.crowd._pick(list(words.known), chosen) or "zq0x"
        for door, shown in self.crowd.shown(user, spot, asked).items():
            performed["shown"] += len(shown)
            performed[door] += len(shown)
            allowed = words.allowed(user, spot, door)
            assert shown <= allowed, (door, user, spot, sorted(shown - allowed))
        for identity, text in self.crowd.said.items():
            found = self.crowd.messages.find(identity, spot.audience(user))
            assert found is None or found.content == text


def run(operations: int) -> Counter[str]:
    """Perform about so many; how many of each, and how many words were shown."""
    performed.clear()
    run_state_machine_as_test(
        Isolation,
        settings=settings(
            max_examples=max(1, operations // _A_RUN),
            stateful_step_count=_A_RUN,
            deadline=None,
            # To make a leak smaller takes far longer than to find it.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
    return performed


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nobody_is_shown_a_word_that_is_not_for_them() -> None:
    done = run(_A_FEW)

    assert done["shown"] > done["look"] > 0
    assert done["overheard"] > 0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_wall_without_channels_leaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the test above can fail by what is overheard, too."""
    whole = frozenset(each for server in SERVERS for each in channels_of(server))

    def everything(self: Overhearing, earshot: Earshot, audience: Audience) -> bool:
        object.__setattr__(earshot, "channels", whole)
        return True

    monkeypatch.setattr(Overhearing, "_is_in", everything)

    with pytest.raises(AssertionError, match="overheard"):
        run(_A_FEW * 4)


def test_a_wider_wall_would_be_noticed(tmp_path: Path) -> None:
    """So the test above can fail: each door shows each word to whom it is for."""
    crowd = Crowd(tmp_path / "hearth.db")
    for user in PEOPLE[:2]:
        crowd.consent(user, None, yes=True)
        for spot in SPOTS[:2]:
            crowd.begin(user, spot)
            for _ in range(4):
                crowd.say(-1, Scope.PUBLIC, role=MessageRole.USER)
                crowd.observe(user, spot)
            crowd.shelve(user, spot, Scope.PUBLIC)
            crowd.remember(user, spot, Scope.PUBLIC)
    for layer in LAYERS:
        crowd.reflect(layer)
    crowd.embed()

    for spot in SPOTS[:2]:
        word = sorted(crowd.words.allowed(PEOPLE[0], spot))[0]
        shown = crowd.shown(PEOPLE[0], spot, word)
        empty = {door for door, words in shown.items() if not words}
        assert empty <= (OWN_DOORS if spot.server else set())
        for door, words in shown.items():
            assert words <= crowd.words.allowed(PEOPLE[0], spot, door)
    everything = crowd.words.allowed(PEOPLE[1], ALONE)
    assert not everything <= crowd.words.allowed(PEOPLE[0], ALONE)
    crowd.close()
