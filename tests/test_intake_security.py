"""Files that come from strangers: none is believed, followed, unpacked or run."""

import gzip
import io
import json
import os
import resource
import socket
import subprocess
import sys
import threading
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody_world import png, signed_png
from truceline.adapters.parquet import read_parquet
from truceline.custody.media import HEAD_BYTES, media_type_of
from truceline.custody.names import LONGEST_NAME, name_as_data, safe_name
from truceline.errors import SourceError, WrongKindOfFile
from truceline.pipeline.acting import AT_DESK
from truceline.pipeline.custody import Upload, hand_in
from truceline.pipeline.custody_items import items
from truceline.pipeline.custody_papers import check_papers
from truceline.pipeline.custody_said import Offer
from truceline.pipeline.ingest import ingest
from truceline.pipeline.sources import ADAPTERS
from truceline.pipeline.verify import verify
from truceline.store import intake, originals
from truceline.store.intake import read_whole
from truceline.store.originals import keep_chunks, keep_file
from workspaces import EASTER_2025, NOW, begin, hashes, lines_of


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """One workspace for all: whatever is refused leaves nothing in it."""
    with begin(tmp_path_factory.mktemp("made") / "ws") as desk:
        yield desk


@pytest.fixture
def unchanged(desk):
    """Everything that a test tries is refused and leaves no trace."""
    before = hashes(desk.workspace.root)
    yield desk
    after = hashes(desk.workspace.root)
    assert {k: v for k, v in after.items() if "truceline.db" not in k} == {
        k: v for k, v in before.items() if "truceline.db" not in k
    }


def take(desk, what, **said):
    return hand_in(desk, AT_DESK, what, Offer("N. Example", **said), NOW, by="R. Example")


def limited(desk, size):
    """Keep with another limit than that of the workspace."""
    return lambda path: keep_file(desk.workspace, path, size)


def test_only_regular_files_are_taken_in(unchanged, tmp_path, monkeypatch):
    (tmp_path / "good.png").write_bytes(png())
    (tmp_path / "link.png").symlink_to(tmp_path / "good.png")
    (tmp_path / "broken.png").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # the name of a socket must be short
        server.bind("socket")
        for name, words in (
            ("link.png", "symbolic link"),
            ("broken.png", "symbolic link"),
            ("pipe", "it is a pipe"),
            ("socket", "cannot be read"),
            (".", "it is a folder"),
            ("nothing", "cannot be read"),
            ("good.png/..", "cannot be read"),
            ("x" * 5000, "cannot be read"),
            ("nul\x00byte", "cannot be read"),
        ):
            with pytest.raises(SourceError, match=words):
                take(unchanged, tmp_path / name)
    with pytest.raises(SourceError, match="it is a device"):
        take(unchanged, Path("/dev/zero"))
    with pytest.raises(SourceError):
        read_whole(tmp_path / "pipe", 100, follow=True)
    assert read_whole(tmp_path / "link.png", 10_000, follow=True) == png()


def test_no_file_descriptor_is_left_behind(desk, tmp_path):
    before = len(list(Path("/proc/self/fd").iterdir()))
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(SourceError):
            keep_file(desk.workspace, path, 10)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_empty_and_oversized_files_are_refused(unchanged, tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(SourceError, match="is empty"):
        take(unchanged, tmp_path / "empty")
    with pytest.raises(SourceError, match="is empty"):
        take(unchanged, Upload("empty", [b"", b""]))
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SourceError, match="1099511627776 bytes"):
        take(unchanged, tmp_path / "sparse")
    (tmp_path / "eleven").write_bytes(b"x" * 11)
    with pytest.raises(SourceError, match="10 are taken in at most"):
        limited(unchanged, 10)(tmp_path / "eleven")
    endless = iter(lambda: b"x" * 1000, b"")
    with pytest.raises(SourceError, match="are taken in at most"):
        keep_chunks(unchanged.workspace, endless, 10_000, "upload")
    assert list((unchanged.workspace.root / ".intake").iterdir()) == []


def test_exactly_the_limit_is_taken_in(desk, tmp_path):
    (tmp_path / "ten").write_bytes(b"x" * 10)
    assert limited(desk, 10)(tmp_path / "ten").size == 10
    desk.workspace.raw_path(limited(desk, 10)(tmp_path / "ten").sha256).unlink()


def test_the_limit_of_the_workspace_counts(tmp_path):
    with begin(tmp_path / "ws") as desk:
        path = desk.workspace.root / "truceline.toml"
        path.write_text(f"{path.read_text()}\n[custody]\nlargest_item_bytes = 100\n")
        (tmp_path / "a").write_bytes(b"x" * 101)
        with pytest.raises(SourceError, match="100 are taken in at most"):
            take(desk, tmp_path / "a")
        with pytest.raises(SourceError, match="100 are taken in at most"):
            take(desk, Upload("a", [b"x" * 60, b"x" * 60]))


@pytest.mark.parametrize("change", ["grow", "shrink", "same size", "put back"])
def test_a_file_that_changes_while_it_is_read_is_refused(unchanged, tmp_path, monkeypatch, change):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"x" * 1000)
    monkeypatch.setattr(intake, "CHUNK_BYTES", 400)

    def changing(given):
        for number, chunk in enumerate(reading(given)):
            yield chunk
            if number == 0:
                if change == "grow":
                    path.write_bytes(b"x" * 2000)
                elif change == "shrink":
                    os.truncate(path, 500)
                elif change == "same size":
                    path.write_bytes(b"x" * 999 + b"y")
                else:
                    path.write_bytes(b"z" * 1000)
                    path.write_bytes(b"x" * 1000)
                os.utime(path, ns=(1, 1))

    reading = originals.chunks_of
    monkeypatch.setattr(originals, "chunks_of", changing)
    with pytest.raises(SourceError, match="was changed while it was read"):
        take(unchanged, path)


def test_a_file_whose_size_is_a_lie_is_refused(unchanged):
    with pytest.raises(SourceError, match="is empty"):
        take(unchanged, Path("/proc/self/status"))


HOSTILE = (
    "../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/shadow", "C:\\boot.ini", "con", "NUL.txt",
    "aux.jpg", ".htaccess", "..", ".", "a\x00b.jpg", "a\nb.jpg", "gpj.\u202eexe", "\u2066x\u2069",
    "[bold red]x[/]", "a" * 3000, "\u200b", "$(rm -rf .)", "; drop table custody_received; --",
    "a\udcff.jpg", "\ud83d", "name.tar.gz/../../x", "e\u0301.png", "-rf", "\x1b[2J",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_data_and_never_a_path(desk, name, tmp_path):
    before = {path for path in desk.workspace.root.rglob("*") if path.is_file()}
    row = take(desk, Upload(name, [name_as_data(name).encode() or b"x"]))
    new = {path for path in desk.workspace.root.rglob("*") if path.is_file()} - before
    assert new >= {desk.workspace.raw_path(row.sha256)}
    assert all(path.parent.name in (row.sha256[:2], "openings") or "log" in path.parts
               for path in new)  # fmt: skip
    assert row.name == name_as_data(name)
    assert (tmp_path / safe_name(name)).parent == tmp_path


@given(st.text() | st.sampled_from(HOSTILE))
def test_a_safe_name_is_safe_wherever(name):
    made = safe_name(name)
    assert made
    assert not set(made) & set('/\\:*?"<>|\x00')
    assert made not in (".", "..")
    assert not made.startswith(".")
    assert len(made.encode()) <= 255
    assert all(unicodedata.category(sign)[0] != "C" for sign in made)
    assert made.split(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}
    assert safe_name(made) == made
    kept = name_as_data(name)
    assert len(kept) <= LONGEST_NAME
    assert "\x00" not in kept
    kept.encode()


@given(st.binary(max_size=200))
def test_any_bytes_have_a_media_type(head):
    assert "/" in media_type_of(head)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (png(), "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\x00\x00\x00\x08wide", "video/quicktime"),
        (b"\x00\x00\x03Yjumb", "application/c2pa"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00????", "application/octet-stream"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"MZ\x90\x00", "application/x-executable"),
        (b"\x7fELF\x02", "application/x-executable"),
        (b"time,level\n", "text/plain"),
        (b"\xef\xbb\xbf[1]", "application/json"),
        (b"<!DOCTYPE html><script>", "text/html"),
        (b"<?xml version='1.0'?><a/>", "application/xml"),
        (b"<svg onload=x>", "image/svg+xml"),
        (b"<?xml version='1.0'?><svg/>", "image/svg+xml"),
        ("їжак".encode() * 2000, "text/plain"),
        (b"\xff\xfe\xfd", "application/octet-stream"),
    ],
)
def test_what_a_file_is_is_told_by_its_bytes(data, media_type):
    assert media_type_of(data[: HEAD_BYTES + 1]) == media_type


def test_a_program_that_calls_itself_a_picture_is_told_apart(desk):
    assert (
        take(desk, Upload("crater.jpg", [b"MZ\x90\x00"])).media_type == "application/x-executable"
    )


def zipped(size):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../../evil", bytes(size))
    return held.getvalue()


def test_archives_are_kept_as_they_are_and_never_unpacked(desk, tmp_path):
    bomb = zipped(50 << 20)
    assert len(bomb) < 100_000
    row = take(desk, Upload("bomb.zip", [bomb]))
    assert row.media_type == "application/zip"
    (check,) = check_papers(desk, AT_DESK, row.sha256, NOW)
    assert check.outcome in ("no manifest", "cannot be read", "kind of file without manifests")
    assert desk.workspace.raw_path(row.sha256).read_bytes() == bomb
    assert not list(desk.workspace.root.parent.rglob("evil"))


WRONG = {
    "a gzip bomb": gzip.compress(bytes(10 << 20)),
    "a zip bomb": zipped(1 << 20),
    "a picture": png(),
    "deep brackets": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000,
    "one long line": b"a," * 500_000,
    "nothing but NUL": bytes(100_000),
    "a lone quote": b'"' + b"x" * 300_000,
    "half of Parquet": b"PAR1" + bytes(100) + b"PAR1",
    "a program": b"\x7fELF" + bytes(1000),
}


@pytest.mark.parametrize("source", sorted(ADAPTERS))
def test_no_adapter_falls_over_what_is_not_its_own(unchanged, source):
    for what, raw in WRONG.items():
        with pytest.raises(SourceError) as refused:
            ingest(unchanged, source, raw, "x.csv", NOW)
        assert len(str(refused.value)) < 3000, what


def parquet(table, **how):
    held = io.BytesIO()
    pq.write_table(table, held, **how)
    return held.getvalue()


@pytest.fixture(scope="module")
def bombs():
    """A row that stands for millions, a text that stands for many, a row of very many columns."""
    zeros = pa.table({"sensor_id": pa.array(np.zeros(20_000_000, np.int8))})
    texts = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(200_000, np.int32)), pa.array(["x" * 100_000])
    )
    nested = pa.table({"sensor_id": pa.array([["x" * 1000]] * 100)})
    return {
        "rows": parquet(zeros, compression="zstd"),
        "texts": parquet(pa.table({"sensor_id": texts}), compression="zstd"),
        "nested": parquet(nested, compression="zstd"),
    }


@pytest.mark.parametrize("kind", ["rows", "texts"])
def test_a_parquet_bomb_is_refused_before_it_is_unpacked(bombs, kind):
    assert len(bombs[kind]) < 100_000
    held = pa.total_allocated_bytes()
    with pytest.raises(WrongKindOfFile, match="unpacks to far more"):
        read_parquet(bombs[kind])
    assert pa.total_allocated_bytes() - held < 16 << 20


def test_parquet_is_read_as_it_is(bombs):
    honest = pa.table({"a": list(range(1000)), "b": ["one", None] * 500})
    assert read_parquet(parquet(honest)).to_pylist() == honest.to_pylist()
    with pytest.raises(WrongKindOfFile, match="within other values"):
        read_parquet(bombs["nested"])
    with pytest.raises(WrongKindOfFile, match="cannot be read"):
        read_parquet(b"PAR1" + bytes(50) + b"PAR1")


def test_a_large_item_is_read_in_pieces(desk, tmp_path):
    """Run apart, so that the most memory that was ever held is that of this alone."""
    (tmp_path / "film.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(192 << 20))
    program = (
        "import resource,sys; from pathlib import Path\n"
        "from truceline.store.workspace import open_workspace\n"
        "from truceline.store.originals import keep_file\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "keep_file(open_workspace(Path(sys.argv[1])), Path(sys.argv[2]), 1 << 30)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, desk.workspace.root, tmp_path / "film.mp4"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert int(done.stdout) < 16 * 1024, "more than 16 MiB of a film of 192 MiB"
    kept = next(p for p in (desk.workspace.root / "raw").rglob("*") if p.stat().st_size > 192 << 20)
    kept.unlink()


def test_a_full_disk_is_told_and_nothing_is_left(desk, tmp_path):
    (tmp_path / "film").write_bytes(b"x" * 300_000)
    held = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, held[1]))
    try:
        with pytest.raises(OSError, match=str(desk.workspace.root)):
            keep_file(desk.workspace, tmp_path / "film", 1 << 20)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, held)
        signal.signal(signal.SIGXFSZ, before)
    assert list((desk.workspace.root / ".intake").iterdir()) == []


def test_what_an_intake_that_was_killed_has_left_goes_with_the_next(desk, tmp_path):
    folder = desk.workspace.root / ".intake"
    folder.mkdir(exist_ok=True)
    (folder / "left.part").write_bytes(b"half of a film")
    take(desk, Upload("a", [b"after a kill"]))
    assert list(folder.iterdir()) == []


def test_an_intake_that_goes_on_is_left_alone(desk):
    started, go_on = threading.Event(), threading.Event()

    def slow():
        yield b"the first half, "
        started.set()
        assert go_on.wait(30)
        yield b"the second"

    made = []
    thread = threading.Thread(
        target=lambda: made.append(keep_chunks(desk.workspace, slow(), 1000, "slow"))
    )
    thread.start()
    assert started.wait(30)
    quick = take(desk, Upload("quick", [b"meanwhile"]))
    go_on.set()
    thread.join(30)
    assert desk.workspace.raw_path(made[0].sha256).read_bytes() == b"the first half, the second"
    assert quick.size == 9
    desk.workspace.raw_path(made[0].sha256).unlink()


def test_the_same_bytes_at_once_are_one_file(desk):
    kept = []

    def work():
        kept.append(keep_chunks(desk.workspace, [b"at once"] * 100, 10_000, "x").sha256)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(kept) == 8
    assert len(set(kept)) == 1
    desk.workspace.raw_path(kept[0]).unlink()


def test_papers_have_limits_of_their_own(unchanged, tmp_path):
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b.tsr").write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(SourceError, match="1048576 are taken in at most"):
        take(unchanged, tmp_path / "a", stamp=tmp_path / "b.tsr")
    (tmp_path / "good.tsr").write_bytes(b"a stamp")
    for refused in (tmp_path / "nothing", tmp_path):
        with pytest.raises(SourceError):
            take(unchanged, refused, stamp=tmp_path / "good.tsr")


@pytest.mark.parametrize("seed", range(6))
def test_a_manifest_that_was_garbled_falls_over_nothing(tmp_path, seed):
    from truceline.custody.manifest import read_manifest

    rng = np.random.default_rng(seed)
    data = bytearray(_signed())
    for at in rng.integers(30, len(data), 40):
        data[at] = rng.integers(256)
    (tmp_path / "x.png").write_bytes(data)
    report = read_manifest(tmp_path / "x.png")
    assert "intact" not in report.outcome.value
    json.dumps(report.said)


def _signed(made=[]):  # noqa: B006 - made once
    from custody_world import camera

    if not made:
        made.append(signed_png(camera())[0])
    return made[0]


def test_who_handed_in_a_raw_file_is_recorded_once(tmp_path):
    raw = lines_of(EASTER_2025 / "reports.csv", 2, 3)
    with begin(tmp_path / "ws") as desk:
        first = ingest(desk, "reports", raw, "r\udcff.csv", NOW, handed_in_by="N. Example")
        assert [row.handed_in_by for row in items(desk)[0].hand_ins] == ["N. Example"]
        before = hashes(desk.workspace.root)
        again = ingest(desk, "reports", raw, "other.csv", NOW, handed_in_by="N. Example")
        assert again.again
        assert not first.again
        assert ingest(desk, "reports", raw, "other.csv", NOW).again
        assert hashes(desk.workspace.root) == before
        ingest(desk, "reports", raw, "o.csv", NOW, handed_in_by="O. Example")
        assert len(items(desk)[0].hand_ins) == 2
        assert verify(desk).ok
