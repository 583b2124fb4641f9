"""Backup, restore, export and import: without loss, on both databases, and from hostile files."""

import json
import shutil
import stat
import tarfile
import threading

import pytest
import sqlalchemy as sa

from truceline.errors import EvidenceError, SourceError, WorkspaceError
from truceline.pipeline.backup import backup, restore
from truceline.pipeline.desk import open_desk, start
from truceline.pipeline.export import export
from truceline.pipeline.import_ import import_
from truceline.pipeline.notices import drill
from truceline.pipeline.recording import alone
from truceline.pipeline.reporting import write_report
from truceline.pipeline.run import run
from truceline.pipeline.shipped import agreement_folder
from truceline.pipeline.verify import verify_workspace
from truceline.store import database, dump, schema_people
from workspaces import (
    DAYS_2025,
    EASTER_2025,
    NOW,
    SEED,
    called,
    hashes,
    lines_of,
    small_files,
    take,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace with a day, a report and a row in a secret table."""
    root = tmp_path_factory.mktemp("made") / "ws"
    with start(root, agreement_folder("easter-2025"), SEED, NOW) as desk:
        for source, name, raw in small_files()[:3]:
            take(desk, source, raw, name)
        run(desk, NOW)
        write_report(desk, DAYS_2025, NOW)
        with database.writing(desk.engine) as connection:
            values = {"person_id": "r-example", "hash": "f" * 64}
            connection.execute(sa.insert(schema_people.recovery_codes).values(values))
    return root


@pytest.fixture(scope="module")
def archives(made, tmp_path_factory):
    """A backup and an export of it."""
    folder = tmp_path_factory.mktemp("archives")
    with open_desk(made) as desk:
        backup(desk, folder / "backup.tar")
        export(desk, folder / "export.tar")
    return folder


def content(root):
    """Give every file but those of the database, which lie elsewhere or differ in their pages."""
    return {n: h for n, h in hashes(root).items() if not n.startswith("truceline.")}


def test_a_restored_backup_is_the_workspace(made, archives, tmp_path):
    done = restore(archives / "backup.tar", tmp_path / "again")
    assert done.verification.ok
    assert content(tmp_path / "again") == content(made)
    for name in ("keys", "openings"):
        for path in (tmp_path / "again" / name).rglob("*"):
            if path.is_file():
                assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["again"]
    with open_desk(tmp_path / "again") as desk:
        assert run(desk, NOW).again
        with database.reading(desk.engine) as connection:
            assert connection.scalar(sa.select(schema_people.recovery_codes.c.hash)) == "f" * 64
        desk.log([{"type": "position.opened", "incident_id": "INC-000001", "time": "x"}])


def test_the_archive_is_for_its_owner_and_any_tar_opens_it(archives):
    for name in ("backup.tar", "export.tar"):
        assert stat.S_IMODE((archives / name).stat().st_mode) == 0o600
    with tarfile.open(archives / "export.tar") as tar:
        names = tar.getnames()
        lines = tar.extractfile("rows/findings.jsonl").read().splitlines()
    assert names[0] == "manifest.json"
    assert {"rows/runs.jsonl", "workspace/truceline.toml", "workspace/log/checkpoint"} <= {*names}
    assert {"finding_id", "content"} <= json.loads(lines[0]).keys()


def test_an_export_holds_no_secret(made, archives):
    secret = {table.name for table in schema_people.SECRET}
    with tarfile.open(archives / "export.tar") as tar:
        names = tar.getnames()
    assert not [n for n in names if n.startswith("workspace/keys")]
    assert not [n for n in names if n.removeprefix("rows/").removesuffix(".jsonl") in secret]
    data = (archives / "export.tar").read_bytes()
    for path in (made / "keys").rglob("*"):
        if path.is_file() and path.suffix != ".vkey":
            assert path.read_bytes().strip() not in data
    assert b"f" * 64 not in data
    with tarfile.open(archives / "backup.tar") as tar:
        assert {f"rows/{name}.jsonl" for name in secret} <= {*tar.getnames()}


@pytest.mark.parametrize("secrets", [False, True])
def test_export_import_export_gives_the_same_bytes_over_both_databases(
    archives, tmp_path, server_url, secrets
):
    first = archives / ("backup.tar" if secrets else "export.tar")
    before = first
    for name, url in (("there", server_url), ("back", "")):
        done = import_(before, tmp_path / name, url)
        assert done.secrets is secrets
        with open_desk(tmp_path / name) as desk:
            export(desk, tmp_path / f"{name}.tar", secrets=secrets)
        assert (tmp_path / f"{name}.tar").read_bytes() == first.read_bytes()
        before = tmp_path / f"{name}.tar"


def test_a_copy_without_keys_can_be_verified_and_takes_no_entry(archives, tmp_path):
    import_(archives / "export.tar", tmp_path / "copy")
    assert verify_workspace(tmp_path / "copy").ok
    with open_desk(tmp_path / "copy") as desk, pytest.raises(WorkspaceError, match="key"):
        desk.log([{"type": "position.opened", "incident_id": "INC-000001", "time": "x"}])


def test_an_export_is_no_backup(archives, tmp_path):
    with pytest.raises(SourceError, match="no backup"):
        restore(archives / "export.tar", tmp_path / "ws")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("what", ["folder", "file", "link", "dangling"])
def test_nothing_is_written_over(archives, tmp_path, what):
    place = tmp_path / "ws"
    if what == "folder":
        place.mkdir()
        (place / "mine").write_text("x")
    elif what == "file":
        place.write_text("x")
    else:
        place.symlink_to(tmp_path if what == "link" else tmp_path / "nowhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(WorkspaceError, match="nothing is written over"):
        restore(archives / "backup.tar", place)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_archive_is_not_written_over_nor_into_the_workspace(made, archives):
    with open_desk(made) as desk:
        for place, why in (
            (archives / "backup.tar", "exists"),
            (made / "out" / "backup.tar", "inside"),
            (made / ".." / "ws" / "b.tar", "inside"),
        ):
            with pytest.raises(WorkspaceError, match=why):
                backup(desk, place)
    assert not list(made.glob(".truceline-*"))


def test_a_database_that_is_taken_is_refused_and_nothing_is_made(archives, tmp_path, server_url):
    import_(archives / "export.tar", tmp_path / "one", server_url)
    with pytest.raises(WorkspaceError, match="holds records of a workspace already"):
        import_(archives / "export.tar", tmp_path / "two", server_url)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one"]


# hostile and damaged archives: refused before anything is written


def members(path):
    with tarfile.open(path) as tar:
        return [(info, tar.extractfile(info).read()) for info in tar.getmembers()]


def packed(path, parts):
    """Write a tar of members as given."""
    blocks = []
    for info, data in parts:
        info.size = len(data) if info.isreg() else 0
        info.mode, info.mtime = 0o600, 0
        body = data if info.isreg() else b""
        blocks += [info.tobuf(tarfile.USTAR_FORMAT), body, bytes(-len(body) % 512)]
    path.write_bytes(b"".join([*blocks, bytes(1024)]))
    return path


def renamed(archives, path, old, new, *, listed=True):
    """Give a member another name, in the manifest too; the manifest stays in order."""
    parts = members(archives / "export.tar")
    if listed:
        manifest = json.loads(parts[0][1])
        for one in manifest["files"]:
            one[0] = new if one[0] == old else one[0]
        order = sorted(range(len(manifest["files"])), key=lambda n: manifest["files"][n][0])
        manifest["files"] = [manifest["files"][n] for n in order]
        from truceline.codec.canonical import canonical

        parts = [(parts[0][0], canonical(manifest)), *(parts[1 + n] for n in order)]
    for info, _ in parts:
        if info.name == old:
            info.name = new
    return packed(path, parts)


NAMES = (
    "../outside", "/outside", "workspace/../../outside", "workspace/./a", "workspace//a",
    "workspace/a\\b", "workspace/C:a", "workspace/\x1b[2J", "workspace/\u202egnp.exe",
    "workspace/.truceline-x/a", "workspace/truceline.db", "workspace/truceline.db-wal",
    "other/a", "top", "rows/drills.jsonl/x", "rows/sqlite_master.jsonl",
    "workspace/truceline.toml/inside",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=[ascii(n) for n in NAMES])
def test_a_name_that_leads_elsewhere_is_refused(archives, tmp_path, name):
    old = "workspace/agreement/agreement.yaml"
    bad = renamed(archives, tmp_path / "bad.tar", old, name)
    with pytest.raises(SourceError):
        import_(bad, tmp_path / "ws")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.tar"]


def test_a_name_that_the_manifest_does_not_list_is_refused(archives, tmp_path):
    old = "workspace/agreement/agreement.yaml"
    bad = renamed(archives, tmp_path / "bad.tar", old, "workspace/agreement/other", listed=False)
    with pytest.raises(SourceError, match="not where it should be"):
        import_(bad, tmp_path / "ws")


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE]
)
def test_what_is_no_plain_file_is_refused(archives, tmp_path, kind):
    parts = members(archives / "export.tar")
    info = parts[-1][0]
    info.type, info.linkname = kind, "/outside"
    packed(tmp_path / "bad.tar", parts)
    with pytest.raises(SourceError, match="no plain file"):
        import_(tmp_path / "bad.tar", tmp_path / "ws")
    assert not (tmp_path / "ws").exists()


def changed_manifest(archives, path, change):
    from truceline.codec.canonical import canonical

    parts = members(archives / "export.tar")
    manifest = json.loads(parts[0][1])
    change(manifest)
    return packed(path, [(parts[0][0], canonical(manifest)), *parts[1:]])


MANIFESTS = {
    "twice": lambda m: m["files"].append(m["files"][-1]),
    "out of order": lambda m: m["files"].reverse(),
    "size": lambda m: m["files"][0].__setitem__(1, 10**15),
    "negative": lambda m: m["files"][0].__setitem__(1, -1),
    "size in words": lambda m: m["files"][0].__setitem__(1, "1"),
    "no size": lambda m: m["files"][0].pop(),
    "name": lambda m: m["files"][0].__setitem__(0, 7),
    "hash": lambda m: m["files"][0].__setitem__(2, "0" * 64),
    "format": lambda m: m.update(format="other"),
    "one missing": lambda m: m["files"].pop(),
    "more": lambda m: m.update(more=1),
    "another key": lambda m: m["about"].update(vkey="other"),
    "no secrets": lambda m: m["about"].update(secrets=True),
}


@pytest.mark.parametrize("what", MANIFESTS)
def test_a_manifest_that_lies_is_refused(archives, tmp_path, what):
    bad = changed_manifest(archives, tmp_path / "bad.tar", MANIFESTS[what])
    with pytest.raises(SourceError):
        import_(bad, tmp_path / "ws")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.tar"]


def test_damage_anywhere_is_found_before_anything_is_written(archives, tmp_path):
    whole = (archives / "export.tar").read_bytes()
    bad = tmp_path / "bad.tar"
    step = len(whole) // 40
    for at in [*range(0, len(whole), step), len(whole) - 1]:
        data = bytearray(whole)
        data[at] ^= 0x40
        bad.write_bytes(data)
        with pytest.raises(SourceError):
            import_(bad, tmp_path / "ws")
    for cut in (0, 1, 511, 512, 5000, len(whole) // 2, len(whole) - 1024, len(whole) - 1):
        bad.write_bytes(whole[:cut])
        with pytest.raises(SourceError):
            import_(bad, tmp_path / "ws")
    bad.write_bytes(whole + b"more")
    with pytest.raises(SourceError, match="does not end"):
        import_(bad, tmp_path / "ws")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.tar"]


@pytest.mark.parametrize("what", ["gzip", "zip", "text", "folder", "nothing", "zeros"])
def test_another_kind_of_file_is_told(archives, tmp_path, what):
    import gzip
    import zipfile

    bad = tmp_path / "bad"
    if what == "gzip":
        bad.write_bytes(gzip.compress(bytes(10**7)))
    elif what == "zip":
        with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("manifest.json", bytes(10**6))
    elif what == "text":
        bad.write_text("hello\n" * 500)
    elif what == "folder":
        bad.mkdir()
    elif what == "zeros":
        bad.write_bytes(bytes(10240))
    with pytest.raises(SourceError):
        import_(bad, tmp_path / "ws")
    assert not (tmp_path / "ws").exists()


ROWS = {
    "no JSON": (b"{\n", "no JSON"),
    "a list": (b"[]\n", "columns"),
    "other columns": (b'{"a":1}\n', "columns"),
    "half a line": (b'{"log_index":1', "does not end"),
    "kind": (b'{"log_index":"1","number":1,"person":"","procedure":"","time":""}\n', "another kind"),
    "true": (b'{"log_index":true,"number":1,"person":"","procedure":"","time":""}\n', "another kind"),
    "null": (b'{"log_index":1,"number":1,"person":null,"procedure":"","time":""}\n', "another kind"),
    "huge": (b'{"log_index":1e400,"number":1,"person":"","procedure":"","time":""}\n', "kind"),
    "surrogate": (
        b'{"log_index":1,"number":1,"person":"\\ud800","procedure":"","time":""}\n', "another kind",
    ),
    "deep": (b"[" * 100_000 + b"\n", "no JSON"),
}  # fmt: skip


def with_rows(archives, path, data, table="drills"):
    """Write an archive whose manifest fits and whose rows do not."""
    import hashlib

    from truceline.codec.canonical import canonical

    parts = members(archives / "export.tar")
    name = f"rows/{table}.jsonl"
    manifest = json.loads(parts[0][1])
    for one in manifest["files"]:
        if one[0] == name:
            one[1:] = [len(data), hashlib.sha256(data).hexdigest()]
    parts = [(info, data if info.name == name else was) for info, was in parts[1:]]
    info = tarfile.TarInfo("manifest.json")
    info.mode = 0o600
    return packed(path, [(info, canonical(manifest)), *parts])


@pytest.mark.parametrize("what", ROWS)
def test_rows_that_are_none_are_refused(archives, tmp_path, what):
    data, why = ROWS[what]
    bad = with_rows(archives, tmp_path / "bad.tar", data)
    with pytest.raises(SourceError, match=why):
        import_(bad, tmp_path / "ws")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.tar"]


FORGED = b'{"log_index":1,"number":1,"person":"R. Example","procedure":"P","time":"t"}\n'


@pytest.mark.parametrize("where", ["here", "there"])
def test_rows_that_the_log_does_not_know_do_not_stand_up(archives, tmp_path, where, server_url):
    """Well-formed, with hashes that fit: only the log tells."""
    bad = with_rows(archives, tmp_path / "bad.tar", FORGED)
    url = server_url if where == "there" else ""
    with pytest.raises(EvidenceError, match="in the records and not in the log"):
        import_(bad, tmp_path / "ws", url)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.tar"]
    if url:  # the database is as empty as it was
        import_(archives / "export.tar", tmp_path / "ws", url)


# while others write


def test_a_backup_is_of_one_moment_while_others_write(made, tmp_path):
    shutil.copytree(made, tmp_path / "ws")
    stop = threading.Event()
    wrong = []

    def work():
        try:
            with open_desk(tmp_path / "ws") as desk:
                number = 0
                while not stop.is_set() and number < 60:
                    number += 1
                    raw = lines_of(EASTER_2025 / "reports.csv", number + 60)
                    take(desk, "reports", raw, f"{number}.csv")
                    if number % 3 == 0:
                        run(desk, NOW)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told below
            wrong.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        with open_desk(tmp_path / "ws") as desk:
            for number in range(3):
                backup(desk, tmp_path / f"{number}.tar")
    finally:
        stop.set()
        worker.join()
    assert wrong == []
    assert restore(tmp_path / "2.tar", tmp_path / "again").verification.ok


def test_what_is_logged_and_never_recorded_is_told(made, tmp_path, monkeypatch):
    shutil.copytree(made, tmp_path / "ws")
    monkeypatch.setattr("truceline.pipeline.export._PATIENCE_S", (0.01,))
    with open_desk(tmp_path / "ws") as desk:
        with database.writing(desk.engine) as connection:
            connection.exec_driver_sql("DELETE FROM raw_inputs")
        with pytest.raises(WorkspaceError, match="could not be brought back"):
            backup(desk, tmp_path / "b.tar")
    assert not list((tmp_path / "ws").glob(".truceline-*"))
    assert not (tmp_path / "b.tar").exists()


def test_a_backup_waits_for_its_turn_and_then_says_so(made, tmp_path, monkeypatch):
    monkeypatch.setattr("truceline.pipeline.recording._PATIENCE_S", 0.05)
    with (
        open_desk(made) as desk,
        alone(made / "openings", "recording"),
        pytest.raises(WorkspaceError, match="another process"),
    ):
        backup(desk, tmp_path / "b.tar")


def test_a_link_in_the_workspace_is_told(made, tmp_path):
    shutil.copytree(made, tmp_path / "ws")
    (tmp_path / "ws" / "out" / "root").symlink_to("/")
    with open_desk(tmp_path / "ws") as desk, pytest.raises(WorkspaceError, match="no plain file"):
        backup(desk, tmp_path / "b.tar")


def test_what_was_cut_off_is_left_out(made, archives, tmp_path):
    shutil.copytree(made, tmp_path / "ws")
    stale = tmp_path / "ws" / "raw" / "aa" / ("aa" * 32)
    stale.parent.mkdir(exist_ok=True)
    stale.write_bytes(b"never logged")
    (tmp_path / "ws" / "out" / "half.part").write_bytes(b"half")
    (tmp_path / "ws" / ".truceline-archive-left").mkdir()
    with open_desk(tmp_path / "ws") as desk:
        backup(desk, tmp_path / "b.tar")
    assert (tmp_path / "b.tar").read_bytes() == (archives / "backup.tar").read_bytes()
    assert not list((tmp_path / "ws").glob(".truceline-*"))


# the command line


def test_the_four_commands(made, tmp_path, capsys, monkeypatch):
    code, said, warned = called(capsys, monkeypatch, "backup", made, tmp_path / "b.tar")
    assert (code, "files" in said, "keep it as you keep a key" in warned) == (0, True, True)
    code, said, _ = called(capsys, monkeypatch, "restore", tmp_path / "b.tar", tmp_path / "ws")
    assert (code, "verified:" in said) == (0, True)
    code, said, _ = called(capsys, monkeypatch, "export", made, tmp_path / "e.tar", "--json")
    assert (code, json.loads(said)["secrets"]) == (0, False)
    code, said, _ = called(capsys, monkeypatch, "import", tmp_path / "e.tar", tmp_path / "copy")
    assert (code, "no private keys" in said) == (0, True)
    code, said, _ = called(
        capsys, monkeypatch, "import", tmp_path / "e.tar", tmp_path / "c2", "--json"
    )
    assert json.loads(said)["verified"]["raw files"] == 3
    code, _, wrong = called(capsys, monkeypatch, "restore", tmp_path / "b.tar", tmp_path / "ws")
    assert (code, "nothing is written over" in wrong) == (2, True)


def test_every_table_is_kept_but_those_that_follow():
    from truceline.store.schema import metadata

    left = metadata.tables.keys() - {table.name for table in dump.tables(secret=True)}
    assert left == {"places", "belonging"}
    assert drill  # the forged row above is one of this kind
