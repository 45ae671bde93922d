"""The models: which there are, how each is doing, and bringing more of them here.

Fetching and checking take minutes; they go on while another page is looked at, and
end where they are told to. What has arrived is kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from assistant.entities.model import HealthReport, ModelService, ServiceStatus
from assistant.errors import AssistantError
from assistant.figures import duration, plural, size
from assistant.models.files import FETCHED_FROM
from assistant.safetext import one_line
from tui.bridge import Tell
from tui.core import Core
from tui.keymap import Where, bindings
from tui.modals.choose import Choose
from tui.modals.confirm import Confirm
from tui.modals.form import Blank, Form
from tui.screens.page import PageScreen
from tui.typeahead import AWAITED
from tui.widgets.page import Gauge, PageBar
from tui.widgets.places import completions
from tui.widgets.rows import Rows
from tui.widgets.shelf import Standing, model_row

_TELLING = 1.0
"""Seconds before a speed means anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file at the hub, as it was asked for last; asking again goes on with it."""

    repo: str
    filename: str


class ModelsScreen(PageScreen):
    """Looking, checking, fetching, connecting, choosing, forgetting."""

    CSS_PATH = "page.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Where.MODELS)]
    name_ = "models"
    heading = "Models"
    where = Where.MODELS
    words: ClassVar[Sequence[tuple[str, str]]] = (
        ("use", "use it"),
        ("check", "check"),
        ("pull", "fetch"),
        ("add", "add a file"),
        ("connect", "server"),
        ("remove", "forget"),
    )

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.standings: dict[str, Standing] = {}
        self._checked = ""
        """The model that is being asked just now."""

        self._fetched: Wanted | None = None
        self._began = 0.0
        self._there = 0
        """Bytes that had arrived when the fetch began."""

    def body(self) -> Iterator[Widget]:
        yield Rows()

    @work(exclusive=True, group="fill", name=AWAITED)
    async def fill(self) -> None:
        with self.troubles_told():
            found = await self.errands.run(self._look)
            self.standings = {each.service.name: each for each in found}
            in_use = next((each for each in found if each.is_in_use), None)
            answers = f" · {one_line(in_use.service.name)} answers" if in_use else ""
            self.query_one(PageBar).facts = plural(len(found), "model") + answers
            self._list()

    def _look(self) -> list[Standing]:
        models = self.core.models
        in_use = models.in_use().name
        return [
            Standing(
                service=each,
                file=models.metadata(each),
                tier=models.find_tier(each),
                is_in_use=each.name == in_use,
                doing="being checked" if each.name == self._checked else "",
            )
            for each in models.list()
        ]

    def _list(self) -> None:
        self.query_one(Rows).rows = tuple(map(model_row, self.standings.values()))

    @property
    def marked(self) -> ModelService | None:
        """The model of the marked line."""
        standing = self.standings.get(self.query_one(Rows).marked or "")
        return standing.service if standing else None

    @on(Rows.Chosen)
    def _enter(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_use()

    @work(group="use", name=AWAITED)
    async def action_use(self) -> None:
        """Let the marked model answer from now on."""
        model = self.marked
        if model is None:
            return
        with self.troubles_told():
            actor = self.core.audience.user_id
            used = await self.errands.run(self.core.models.use, model.name, actor=actor)
            self.note(f"{one_line(used.name)} answers from now on")
            self.fill()

    def action_check(self) -> None:
        """Ask the marked model for a word, and find out what it can do."""
        model = self.marked
        if model is None:
            return

        def call(tell: Tell) -> HealthReport:
            return self.core.models.check(
                model.name, told=lambda done, of: tell((done, of))
            )

        if self.begin("check", call):
            self._checked = model.name
            self._show_asking(model.name)
            self.fill()

    def _show_asking(self, name: str, *steps: str) -> None:
        doing = " · ".join((f"Asking {one_line(name)} for a word", *steps))
        self.show_word(Content(doing), Content.styled("Esc stops", "$muted"))

    @work(group="pull", name=AWAITED)
    async def action_pull(self) -> None:
        """Ask for a repository and one of its files, and fetch it."""
        before = self._fetched
        form = Form(
            "Fetch a model from the hub",
            [
                Blank(
                    name="repo",
                    label="Repository",
                    value=before.repo if before else "",
                    hint="OWNER/NAME",
                )
            ],
            verb="look what it has",
            about="GGUF files of models that answer; what was fetched in part goes on",
        )
        written = await self.app.push_screen_wait(form)
        if written is None:
            return
        self.note(f"Asking the hub for {one_line(written['repo'])}")
        with self.troubles_told():
            files = await self.errands.run(self.core.models.choices, written["repo"])
            filename = await self._choose_file(written["repo"], files)
            if filename is not None:
                self.fetch(Wanted(repo=written["repo"], filename=filename))

    async def _choose_file(self, repo: str, files: dict[str, int]) -> str | None:
        """The file that is meant; the only one there is need not be asked for."""
        if not files:
            self.warn(f"{repo} has no model file that can be fetched", "Try another")
            return None
        if len(files) == 1:
            return next(iter(files))
        lines = {f"{name}  {size(count)}": name for name, count in files.items()}
        chosen = await self.app.push_screen_wait(
            Choose(f"Which file of {one_line(repo)}?", list(lines))
        )
        if chosen is None:
            self.show_word()
            return None
        return lines[chosen]

    def fetch(self, wanted: Wanted) -> None:
        """Bring a file here, and show how far it is."""
        actor = self.core.audience.user_id

        def call(tell: Tell) -> ModelService:
            return self.core.models.pull(
                wanted.repo,
                wanted.filename,
                actor=actor,
                progress=lambda there, size: tell((there, size)),
            )

        if self.begin("pull", call):
            self._fetched, self._began, self._there = wanted, monotonic(), -1
            self.query_one(Gauge).share = 0.0
            self.note(f"Fetching {one_line(wanted.filename)}")

    def progressed(self, events: Sequence[object]) -> None:
        done, of = _steps(events)
        if not of:
            return
        self.query_one(Gauge).share = done / of
        if self._checked:
            self._show_asking(self._checked, f"task {done + 1} of {of}")
        elif self._fetched is not None:
            if self._there < 0:
                self._there, self._began = done, monotonic()
            self._show_fetching(self._fetched, done, of)

    def _show_fetching(self, wanted: Wanted, done: int, of: int) -> None:
        spent = monotonic() - self._began
        parts = [f"{done * 100 // of} % of {size(of)}"]
        if spent > _TELLING and done > self._there:
            speed = (done - self._there) / spent
            parts += [f"{size(speed)}/s", f"{duration((of - done) / speed)} left"]
        self.show_word(
            Content(" · ".join(parts)),
            Content.styled(
                f"{one_line(wanted.filename)}   Esc stops; what has arrived is kept",
                "$muted",
            ),
        )

    def ended(self) -> None:
        checked, self._checked = self._checked, ""
        if isinstance(self.result, HealthReport):
            self._tell_health(self.result)
        elif isinstance(self.result, ModelService):
            name = one_line(self.result.name)
            self._fetched = None
            self.show_word(
                Content.assemble(("✓ ", "$success"), f"{name} is here"),
                Content.styled("Enter on its line lets it answer", "$muted"),
            )
            if not self.is_current:
                self.say(f"{name} is here")
        if checked:
            self.query_one(Rows).mark(checked)

    def _tell_health(self, report: HealthReport) -> None:
        name = one_line(report.service)
        if report.status is ServiceStatus.UNAVAILABLE:
            wrong = str(report.details.get("error", "It gave no answer"))
            self.warn(f"{name}: {wrong}", "Its line keeps it; c asks again")
            return
        tier = report.details.get("tier")
        parts = [f"{name} is {report.status}"]
        if report.response_time_ms is not None:
            parts.append(f"first word {duration(report.response_time_ms / 1000)}")
        if tier is not None:
            parts.append(f"tier {tier}")
        notice = str(report.details.get("notice", ""))
        self.show_word(
            Content.assemble(("✓ ", "$success"), " · ".join(parts)),
            *([Content.styled(one_line(notice), "$muted")] if notice else []),
        )

    def stopped(self) -> None:
        if self._checked:
            self._checked = ""
            self.note("Stopped; nothing was kept of the check")
        else:
            self.note("Stopped; what has arrived is kept. p goes on with it")

    def failed(self, error: Exception) -> None:
        self._checked = ""
        self.tell(error)

    @work(group="add", name=AWAITED)
    async def action_add(self) -> None:
        """Ask for a model file, and make it known where it lies."""
        form = Form(
            "Add a model file",
            [
                Blank(
                    name="path",
                    label="A GGUF file on this machine; it stays where it is",
                    hint="~/models/qwen.gguf",
                    complete=self._complete,
                ),
                Blank(
                    name="name",
                    label="What to call it",
                    hint="as the file says",
                    may_be_empty=True,
                ),
            ],
            verb="add it",
        )
        written = await self.app.push_screen_wait(form)
        if written is None:
            return
        add = partial(
            self.core.models.add_file,
            Path(written["path"]),
            name=written["name"] or None,
            actor=self.core.audience.user_id,
        )
        if self.begin("add", lambda _: add()):
            self.note(f"Reading {one_line(written['path'])}")

    async def _complete(self, text: str) -> Sequence[str]:
        return await self.errands.run(completions, text, suffix=".gguf")

    @work(group="connect", name=AWAITED)
    async def action_connect(self) -> None:
        """Ask for a server and one of its models, and make it known."""
        form = Form(
            "Connect a server",
            [
                Blank(
                    name="address",
                    label="Address of an OpenAI-compatible server",
                    hint="http://localhost:8080/v1",
                ),
                Blank(
                    name="variable",
                    label="Environment variable that holds its key, if it needs one",
                    hint="none",
                    may_be_empty=True,
                ),
            ],
            verb="ask what it offers",
            about="What you ask its models leaves this machine for that server",
        )
        written = await self.app.push_screen_wait(form)
        if written is None:
            return
        address, variable = written["address"], written["variable"] or None
        with self.troubles_told():
            model = await self._choose_offered(address, variable)
            if model is None:
                return
            added = await self.errands.run(
                self.core.models.add_remote,
                address,
                model,
                key_variable=variable,
                actor=self.core.audience.user_id,
            )
            self.note(f"{one_line(added.name)} is known; c checks it, Enter uses it")
            self.fill()

    async def _choose_offered(self, address: str, variable: str | None) -> str | None:
        """The model that is meant; asked for by name where the server tells none."""
        self.note(f"Asking {one_line(address)} what it offers")
        offered: Sequence[str] = ()
        about = "It does not tell its models"
        try:
            offered = await self.errands.run(
                self.core.models.offered, address, key_variable=variable
            )
        except AssistantError as error:
            self.tell(error)
            about = str(error)
        if offered:
            self.show_word()
            return await self.app.push_screen_wait(Choose("Which model?", offered))
        form = Form(
            "Which model of the server?",
            [Blank(name="model", label="Its name there")],
            verb="connect",
            about=about,
        )
        written = await self.app.push_screen_wait(form)
        return written["model"] if written else None

    @work(group="remove", name=AWAITED)
    async def action_remove(self) -> None:
        """Forget the marked model, after a question."""
        model = self.marked
        if model is None:
            return
        is_fetched = FETCHED_FROM in model.config
        consequence = (
            "Hearth fetched its file, and deletes it now."
            if is_fetched
            else "Only Hearth forgets it; nothing is deleted."
        )
        question = Confirm(
            f"Forget {one_line(model.name)}?",
            consequence=consequence,
            verb="forget it",
        )
        if not await self.app.push_screen_wait(question):
            return
        with self.troubles_told():
            actor = self.core.audience.user_id
            await self.errands.run(self.core.models.remove, model.name, actor=actor)
            self.note(f"{one_line(model.name)} is forgotten")
            self.fill()


def _steps(events: Sequence[object]) -> tuple[int, int]:
    """How far it has come by the last of these."""
    match events[-1]:
        case (int(done), int(of)):
            return done, of
        case _:
            return 0, 0
