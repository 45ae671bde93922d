"""A week in a village, by a clock set by hand: `python -m tests.evals.week`.

Four people talk on two servers and in private, and somebody talks to the bundled model
at the terminal. Every morning Hearth thinks it over, as it would in an idle moment.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from time import perf_counter

from assistant import app
from assistant.app import Assistant, open_assistant
from assistant.config.paths import find_paths
from assistant.config.settings import Settings
from assistant.entities.audience import Audience, Place
from assistant.entities.ids import ChannelId, MessageId, ServerId, TopicKey, UserId
from assistant.entities.people import Channel, ChannelKind, Server, User
from assistant.entities.reflection import Insight
from assistant.entities.turn import Ask, TurnRequest
from assistant.knowledge.sentences import sentences_of
from assistant.models.shelf import ModelShelf
from assistant.reflection.observing import Observing, SeenMessage, SeenReaction
from assistant.reflection.prose import write
from assistant.storage.observed import Stretch

KEY = "0f" * 32
MONDAY = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
ANA, BEN, CY, DORA = map(UserId, ("ana", "ben", "cy", "dora"))
PEOPLE = (ANA, BEN, CY, DORA)
ALLOTMENT, BAKERY = ServerId("allotment"), ServerId("bakery")
PLACES = {"garden": ALLOTMENT, "market": ALLOTMENT, "ovens": BAKERY}

# Each day: who says what and where; `>` answers the line before.
TALK = """
ana garden The compost heap is steaming this morning
ben garden > Mine is not, is it too dry?
cy market We need three tables for the market on Saturday
ana market > I will bring two tables
dora ovens The rye starter rose overnight
--
ana garden Frost tonight, cover the tomatoes
ben garden > I have fleece for the tomatoes
dora ovens I'm going to bake forty rye loaves on Friday
cy market Who brings the scales for the market?
ana dm I owe Ben eighty crowns and cannot pay him
--
ben garden The fleece held, no frost on the tomatoes
ana garden > Then the seedlings can move on Thursday
cy market The council wants the market fee by Friday
dora market > I will pay the market fee tomorrow
ana dm Nobody may know of the eighty crowns
--
ana garden Seedlings are moved, the compost helped
cy garden > How much compost for each seedling?
ben garden > Two handfuls of compost
dora ovens The oven door sticks again
ana dm I'll sell the old spade to pay the debt
--
dora ovens Forty rye loaves are done
cy market Tables, scales and fee: all ready for the market
ana market > Let's meet at seven on Saturday
ben garden Who waters the seedlings on Saturday?
--
ana market The market was full, all rye loaves sold
dora market > Next time I will bake sixty rye loaves
cy market > And we need a fourth table
ben garden Seedlings watered
--
ben garden First flowers on the tomatoes
ana garden > Too early, frost may come back next week
dora ovens Somebody must fix the oven door
cy market The council thanked us for the market
"""
ASKED = """
When should I prune a pear tree?
I will prune the pear tree on Sunday
--
What feeds a pear tree?
My sister Ines lives in Porto
--
How far is Porto from Lisbon?
I'm going to visit Ines in March
--
Which train goes from Lisbon to Porto?
--
My sister Ines moved to Lisbon
--
Can a pear tree grow in a pot?
--
I pruned the pear tree today
"""
MARKS = {"eighty crowns": "ana", "debt": "ana", "pear": "local", "Porto": "local"}


class Week:
    """The program, the people in it, and the time."""

    def __init__(self, hearth: Assistant) -> None:
        self.hearth = hearth
        self.observing: Observing = hearth.reflecting().observing
        self.reflection = hearth.reflecting().reflection
        self.seconds = Counter[str]()
        self._ids = count(1)
        self._populate()

    def _populate(self) -> None:
        people, now = self.hearth.people, self.hearth.clock()
        for user_id in PEOPLE:
            name = user_id.title()
            people.add_user(
                User(
                    id=user_id,
                    name=user_id,
                    display_name=name,
                    first_seen=now,
                    last_seen=now,
                )
            )
        for server_id in (ALLOTMENT, BAKERY):
            name = server_id.title()
            people.upsert_server(
                Server(id=server_id, name=name, joined_at=now, updated_at=now)
            )
        for name, server in {**PLACES, "dm": None}.items():
            people.upsert_channel(
                Channel(
                    id=ChannelId(name),
                    name=name,
                    kind=ChannelKind.TEXT if server else ChannelKind.DIRECT,
                    server_id=server,
                    created_at=now,
                    updated_at=now,
                )
            )
        ana = Audience(user_id=ANA)
        self.hearth.consents.grant(ANA, "dm_read", audience=ana)

    def talk(self, lines: list[str]) -> None:
        before: MessageId | None = None
        for line in lines:
            author, place, words = line.split(" ", 2)
            said = MessageId(f"m{next(self._ids)}")
            self.observing.take(
                SeenMessage(
                    id=said,
                    channel_id=ChannelId(place),
                    author_id=UserId(author),
                    content=words.removeprefix("> "),
                    created_at=self.hearth.clock(),
                    reply_to=before if words.startswith("> ") else None,
                )
            )
            for fan in PEOPLE[: len(words) % 3]:
                given = SeenReaction(message_id=said, user_id=fan, emoji="+1")
                self.observing.react(given)
            before = said
            CLOCK.wait(minutes=20)

    def ask(self, questions: list[str]) -> None:
        conversation = None
        for question in questions:
            begun = perf_counter()
            request = TurnRequest(
                audience=self.hearth.audience,
                intent=Ask(text=question, conversation_id=conversation),
            )
            for event in self.hearth.chat.send(request):
                saved = getattr(event, "question", None)
                conversation = saved.conversation_id if saved else conversation
            self.hearth.learning.drain()
            self.seconds["answering"] += perf_counter() - begun
            CLOCK.wait(minutes=5)

    def think(self) -> None:
        begun = perf_counter()
        for _ in self.reflection.work():
            pass
        self.seconds["thinking"] += perf_counter() - begun


class HandClock:
    """Shows what it is told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **duration: float) -> None:
        self.now += timedelta(**duration)


CLOCK = HandClock(MONDAY)


def main() -> None:
    app.utc_now = CLOCK  # the program's one real clock, set by hand here
    with tempfile.TemporaryDirectory() as folder:
        environment = {"HEARTH_HOME": folder, "HEARTH_KEY": KEY}
        paths = find_paths(environment)
        with open_assistant(Settings(), paths=paths, environment=environment) as hearth:
            live(Week(hearth))


def live(week: Week) -> None:
    for number, (lines, questions) in enumerate(
        zip(days(TALK), days(ASKED), strict=True)
    ):
        CLOCK.now = MONDAY + timedelta(days=number, hours=2)
        week.talk(lines)
        week.ask(questions)
        CLOCK.now = MONDAY + timedelta(days=number + 1, hours=2)
        week.think()
    show_counts(week)
    show_insights(week)
    show_fading(week)
    show_writing(week, week.hearth.models)


def days(text: str) -> list[list[str]]:
    return [part.strip().splitlines() for part in text.split("--\n")]


def audiences() -> Iterator[tuple[str, Audience]]:
    yield "local", Audience(user_id=UserId("local"))
    for server in (ALLOTMENT, BAKERY):
        place = Place(server_id=server, is_private=False)
        yield server, Audience(user_id=ANA, place=place)
    for person in PEOPLE:
        yield person, Audience(user_id=person)


def show_counts(week: Week) -> None:
    query = week.hearth.database.query
    print(f"{'a week':28}{'count':>8}{'amount':>10}")
    for table in ("observed_message", "observed_reaction", "topic", "insight"):
        rows = query(f"SELECT count(*) AS n FROM {table}")  # four names of our own
        print(f"{table:28}{rows[0]['n']:>8}")
    for row in query(
        "SELECT entry_type, count(*) AS n, sum(amount) AS amount,"
        "       sum(evaporated) AS lost FROM salience_entry GROUP BY entry_type"
    ):
        print(f"{row['entry_type']:28}{row['n']:>8}{row['amount']:>10.2f}")
    drift = query(
        "SELECT topic_key FROM topic_salience WHERE balance < 0 OR balance > 100"
    )
    runs = query("SELECT status, count(*) AS n FROM layer_run GROUP BY status")
    owing = query(
        "SELECT r.id FROM layer_run AS r WHERE"
        " (SELECT ifnull(-sum(amount), 0) FROM salience_entry"
        "   WHERE run_id = r.id AND entry_type = 'spend') <>"
        " (SELECT ifnull(sum(json_extract(metadata, '$.cost')), 0) FROM insight"
        "   WHERE layer_run_id = r.id)"
    )
    ended = [f"{row['n']} {row['status']}" for row in runs]
    print(f"runs: {', '.join(ended)}")
    print(
        f"balances out of bounds {len(drift)}, runs that spent otherwise {len(owing)}"
    )
    for name, seconds in week.seconds.items():
        print(f"{name}: {seconds:.1f} s")


def show_insights(week: Week) -> None:
    leaks, seen = 0, dict[str, Insight]()
    for name, audience in audiences():
        found = week.reflection.insights(audience, with_former=True, limit=999)
        kinds = Counter(each.category for each in found if not each.is_superseded)
        print(f"\n{name} sees {sum(kinds.values())} insights: {dict(kinds)}")
        leaks += sum(
            mark in each.content and name != owner
            for each in found
            for mark, owner in MARKS.items()
        )
        seen.update((each.id, each) for each in found)
        for each in found:
            if not each.is_superseded:
                print(f"  [{each.category} {each.topic_key} {each.confidence:.0%}]")
                print("    " + each.content.replace("\n", "\n    "))
    replaced = sum(each.is_superseded for each in seen.values())
    print(f"\n{len(seen)} insights, {replaced} of them replaced, {leaks} leaks")


def show_fading(week: Week) -> None:
    key = TopicKey("user:local")
    print("\nsalience of what rests, and insights that still hold")
    for rest in (0, 7, 14, 28, 56):
        CLOCK.now = MONDAY + timedelta(days=7 + rest, hours=2)
        week.think()
        balance = week.hearth.reflecting().desk.salience.balance(key)
        held = sum(
            len(week.reflection.insights(audience)) for _, audience in audiences()
        )
        print(f"after {rest:>2} days: {key} {balance:.2f}, {held} insights")


def show_writing(week: Week, models: ModelShelf) -> None:
    """What would stay of the bundled model's words, were it trusted to write."""
    CLOCK.now = MONDAY + timedelta(days=7, hours=3)
    service = models.wanted(None)
    engine, desk = models.engine(service), week.hearth.reflecting().desk
    layer = desk.shelf.get("user_reflection")
    print(f"\n{service.name} is of tier {models.tier(service)}; were it to write:")
    for key in ("user:ana", "user:ben", "channel:market"):
        topic = desk.topics.find(TopicKey(key))
        assert topic is not None
        circle = desk.topics.circles(topic.key)[0]
        stretch = Stretch(since=MONDAY, until=CLOCK(), limit=40)
        material = desk.gathering.of(topic, circle, stretch)
        writing = write(material, layer.prompt, engine)
        try:
            while True:
                next(writing)
        except StopIteration as end:
            kept = len(sentences_of(end.value.text))
            print(f"  {key}: {kept} sentences rest on what was said,")
            print(f"    {end.value.tokens} tokens: {end.value.text[:200]!r}")


if __name__ == "__main__":
    main()
