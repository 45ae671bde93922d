"""Only regular files are opened, and never another in their place."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import DocumentRefusedError, Refusal
from assistant.media.extract import Reader
from assistant.media.folder import Found, Skipped, walk
from assistant.media.opening import open_file
from assistant.media.sources import is_page, path_of, source_of


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


def found(folder: Path, **options: bool) -> list[str]:
    return [
        str(entry.path.relative_to(folder.resolve()))
        for entry in walk(folder, **options)
        if isinstance(entry, Found)
    ]


def skipped(folder: Path) -> dict[str, str]:
    return {
        str(entry.path.relative_to(folder.resolve())): entry.reason
        for entry in walk(folder)
        if isinstance(entry, Skipped)
    }


@pytest.fixture
def strange(tmp_path: Path) -> Iterator[Path]:
    """A folder with one of everything that is not a file."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (inside / "plain.txt").write_text("plain")
    os.mkfifo(inside / "pipe")
    (inside / "loop").symlink_to("loop")
    (inside / "around").symlink_to(inside)
    (inside / "escape").symlink_to(outside / "secret.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "same").symlink_to("plain.txt")
    (inside / "nowhere").symlink_to("missing")
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(os.path.relpath(inside / "plug"))
        yield inside


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pipe", "pipe"),
        ("plug", "socket"),
        ("loop", "link"),
        ("escape", "link"),
        ("same", "link"),
        ("missing", "not there"),
        (".", "outside"),
    ],
)
def test_below_a_root_nothing_but_a_file_is_opened(
    strange: Path, name: str, reason: str
) -> None:
    """IN-12."""
    with (
        pytest.raises(DocumentRefusedError, match=reason),
        open_file(strange / name, root=strange),
    ):
        pass


def test_a_way_through_a_linked_folder_is_no_way(strange: Path) -> None:
    """IN-12."""
    with (
        pytest.raises(DocumentRefusedError, match="link or file"),
        open_file(strange / "folder" / "secret.txt", root=strange),
    ):
        pass


@pytest.mark.parametrize(
    "way", ["../out/secret.txt", "a/../../out/secret.txt", "./../out/secret.txt"]
)
def test_a_way_that_climbs_out_is_refused(strange: Path, way: str) -> None:
    """IN-13."""
    with (
        pytest.raises(DocumentRefusedError),
        open_file(Path(f"{strange}/{way}"), root=strange),
    ):
        pass


def test_a_link_that_is_named_by_the_user_is_followed(strange: Path) -> None:
    with open_file(strange / "same") as opened:
        assert opened.head(9) == b"plain"


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_device_is_not_read_even_when_named(device: str) -> None:
    """IN-12."""
    with (
        pytest.raises(DocumentRefusedError) as refused,
        open_file(Path(device)),
    ):
        pass

    assert refused.value.kind in {Refusal.NOT_A_FILE, Refusal.UNREADABLE}


def test_swapping_a_file_for_a_link_never_leads_out(strange: Path) -> None:
    """A thread swaps the name between a file and a link while it is opened."""
    target, stop = strange / "swapped", threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for make in (
                lambda path: path.symlink_to(strange.parent / "out" / "secret.txt"),
                lambda path: path.write_text("plain"),
            ):
                make(strange / "next")
                (strange / "next").replace(target)

    thread = threading.Thread(target=swap)
    thread.start()
    seen = set()
    for _ in range(1_000):
        try:
            with open_file(target, root=strange) as opened:
                seen.add(opened.head(9))
        except DocumentRefusedError:
            seen.add(b"refused")
    stop.set()
    thread.join()

    assert seen <= {b"plain", b"", b"refused"}


def test_a_walk_finds_files_and_says_why_it_passed_over_the_rest(
    strange: Path,
) -> None:
    """IN-12."""
    assert found(strange) == ["plain.txt"]
    assert skipped(strange) == {
        "pipe": "not a file but a pipe, socket or device",
        "plug": "not a file but a pipe, socket or device",
        "loop": "a link that leads nowhere",
        "nowhere": "a link that leads nowhere",
        "around": "a link to what is read by itself",
        "same": "a link to what is read by itself",
        "escape": "a link that leads out of the folder",
        "folder": "a link that leads out of the folder",
    }


def test_hidden_and_ignored_files_are_passed_over_unless_asked_for(
    tmp_path: Path,
) -> None:
    for name in (
        "a.txt",
        ".hidden/b.txt",
        "build/c.txt",
        "src/d.log",
        "src/keep.log",
        "src/deep/e.log",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / ".gitignore").write_text("build/\n*.log\n")
    (tmp_path / "src" / ".gitignore").write_text("!keep.log\n")

    assert found(tmp_path) == ["a.txt", "src/keep.log"]
    assert found(tmp_path, ignored=True) == [
        "a.txt",
        "build/c.txt",
        "src/d.log",
        "src/deep/e.log",
        "src/keep.log",
    ]
    assert ".hidden/b.txt" in found(tmp_path, hidden=True)


STRANGE_NAMES = [
    b"new\nline.txt",
    b"\x1b]52;c;aGk=\x07.txt",
    b"n" * 251 + b".txt",
    b"\xff\xfe not utf8.txt",
    "combining e\u0301 \u202e.txt".encode(),
    b" leading and trailing ",
    b"-rf",
    b"file:%41.txt",
]


def test_names_of_any_bytes_are_found_read_and_written_down(
    tmp_path: Path, reader: Reader
) -> None:
    """IN-13."""
    for name in STRANGE_NAMES:
        (tmp_path / os.fsdecode(name)).write_text("The text.")

    entries = [entry for entry in walk(tmp_path) if isinstance(entry, Found)]

    assert sorted(os.fsencode(entry.path.name) for entry in entries) == sorted(
        STRANGE_NAMES
    )
    for entry in entries:
        assert reader.read(entry.path, root=entry.root).text == "The text."
        source = source_of(entry.path)
        source.encode()
        assert path_of(source) == entry.path
        assert not is_page(source)


def test_folders_within_folders_end_somewhere(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 120)
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text("x")

    assert found(tmp_path) == []
    assert list(skipped(tmp_path).values()) == ["more than 100 folders deep"]


def test_a_walk_is_in_the_same_order_every_time(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "B.txt", "a.txt", "é.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")

    assert found(tmp_path) == ["B.txt", "a/z.txt", "a.txt", "b.txt", "é.txt"]


def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, reader: Reader
) -> None:
    """IN-15."""
    path = tmp_path / "log.txt"
    path.write_text("first line\n" * 100_000)

    with reader.open(path) as reading:
        sections = iter(reading)
        next(sections)
        with path.open("a") as file:
            file.write("another line\n")
        with pytest.raises(DocumentRefusedError) as refused:
            list(sections)

    assert refused.value.kind is Refusal.CHANGED


def test_a_file_that_keeps_changing_is_tried_twice_and_then_refused(
    tmp_path: Path, reader: Reader
) -> None:
    """IN-15."""
    path, stop = tmp_path / "log.txt", threading.Event()
    path.write_text("first line\n" * 1_000_000)

    def write() -> None:
        while not stop.is_set():
            os.utime(path, ns=(0, time.time_ns()))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        with pytest.raises(DocumentRefusedError) as refused:
            reader.read(path)
    finally:
        stop.set()
        thread.join()

    assert refused.value.kind is Refusal.CHANGED


def test_a_file_that_is_removed_while_it_is_read_is_read_to_its_end(
    tmp_path: Path, reader: Reader
) -> None:
    """IN-15."""
    path = tmp_path / "a.txt"
    path.write_text("line\n" * 100_000)

    with reader.open(path) as reading:
        path.unlink()
        text = "".join(section.text for section in reading)

    assert text == "line\n" * 100_000
