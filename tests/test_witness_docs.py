"""What docs/witness.md shows is what the program prints, with real keys, times and ports."""

import re
import shlex
import shutil
import threading
from pathlib import Path

import pytest

from truceline.evidence.log import Log, create_log
from truceline.evidence.note import parse_vkey
from truceline.store.workspace import create
from truceline.transport import witness_server
from witness_world import NOW, witness_in
from workspaces import called

PAGE = Path(__file__).parents[1] / "docs" / "witness.md"
BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)


def sessions():
    """Give each command of the page with the lines that it prints."""
    for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.rstrip("\n").split("\n")
            yield command, lines


def fits(lines, said):
    pattern = "\n".join(re.escape(line).replace("…", ".+") for line in lines)
    return re.fullmatch(pattern, said.strip("\n")) is not None


class Mission:
    def __init__(self, folder):
        self.root = folder / "ws"
        self.vkey = create_log(self.root, "evidence.example/log", bytes(range(32)))
        self.verifier = parse_vkey(self.vkey)
        Log.open(self.root).append([b'{"n":1}'])
        create(self.root, "riverline", "evidence.example/log", self.vkey)
        (folder / "log.vkey").write_text(self.vkey + "\n")
        shutil.copytree(self.root / "log", folder / "copy")
        shutil.copy(self.root / "log/checkpoint", folder / "checkpoint")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Make what the page presupposes: a mission's workspace, and what the parties were given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUCELINE_NOW", NOW.isoformat())
    mission = Mission(tmp_path)
    other = tmp_path / "other-mission"
    create_log(other, "evidence.example/log", bytes(range(32)))
    Log.open(other).append([b'{"n":2}'])
    Log.open(other).append([b'{"n":3}'])
    shutil.copytree(other / "log", tmp_path / "other")
    shutil.copy(other / "log/checkpoint", tmp_path / "theirs")
    return mission


def test_the_page_is_true(place, tmp_path, capsys, monkeypatch):
    servers = []
    threads = []

    def in_thread(witness, listening, now, told):
        servers.append(witness_server.make_server(witness, now, told))
        threads.append(threading.Thread(target=servers[-1].run, args=([listening.dup()],)))
        threads[-1].start()

    monkeypatch.setattr(witness_server, "serve", in_thread)
    done = []
    try:
        for command, lines in sessions():
            code, said, errors = called(capsys, monkeypatch, *shlex.split(command)[1:])
            assert fits(lines, errors + said), f"{command}\n{errors}{said}"
            assert code == ("compare" in command)
            done.append(shlex.split(command)[2])
            if "cosign" in done[-1:]:  # the party hands back its copy with the line under it
                line = said.encode()
                (tmp_path / "cosigned").write_bytes((tmp_path / "checkpoint").read_bytes() + line)
            if "witness" in done[-1:]:
                write_policy(place, tmp_path, said, in_thread)
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.should_exit = True
            thread.join()
    assert done == ["witness", "collect", "policy", "cosign", "keep", "compare", "fork"]
    assert (tmp_path / "north/witness.key").stat().st_mode & 0o777 == 0o600


def write_policy(mission, folder, said, in_thread):
    """Write the policy of the page, with the keys and addresses that there are here."""
    south = witness_in(folder / "south", mission, name="south.example/witness", key="south")
    east = witness_in(folder / "east", mission, name="east.example/witness", key="east")
    with witness_server.listen("127.0.0.1", 0) as listening:
        in_thread(south, listening, lambda: NOW, print)
        place = witness_server.address(listening)
    vkey, address = said.split("\n")[0], said.split("listening on ")[1].strip()
    found = re.search(r"^```\n(log .*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)[1]
    policy = (
        found.replace("NAME+KEYID+KEY", mission.vkey)
        .replace("north.example/witness+… https://witness.north.example", f"{vkey} {address}")
        .replace("east.example/witness+…", east.cosigner.verifier.vkey)
        .replace("south.example/witness+…", south.cosigner.verifier.vkey)
        .replace("https://witness.south.example", place)
    )
    (folder / "policy").write_text(policy)


def test_every_answer_that_the_page_names_is_one_of_the_program():
    text = PAGE.read_text(encoding="utf-8")
    from truceline.evidence import witness_request

    known = {value for value in vars(witness_request).values() if isinstance(value, int)}
    named = {int(code) for code in re.findall(r"\b([45]\d\d)\b(?! KiB)", text)}
    assert named == {400, 403, 404, 409, 422, 503} <= known
    assert f"{witness_request.LONGEST_BODY // 1024} KiB" in text
