"""A process killed or a machine stopped at any step of an append leaves a log that stands."""

import hashlib
import shutil

import pytest

from truceline.evidence import Log, create_log, keys, verify_log
from truceline.evidence.durable import Disk

ORIGIN = "evidence.example/log"
SEED = hashlib.sha256(b"a seed for tests").digest()


def records_of(count, what=b"n"):
    return [b'{"%s":%d}' % (what, n) for n in range(count)]


def tree(root):
    return {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def assert_sound(root, vkey):
    report = verify_log(root / "log", root / "openings", vkey)
    assert report.problems == ()
    assert report.complete
    return report


class PowerCutError(Exception):
    """The machine stops."""


class FailingDisk(Disk):
    """Stops at the n-th step, and knows what a power cut at that moment may leave.

    Bytes that were not forced to the disk are lost; names in a folder that was not forced to the
    disk are as they were.
    """

    def __init__(self, root, stop_at=10**9):
        self.root = root
        self.stop_at = stop_at
        self.steps = 0
        self.names = {p: None if p.is_dir() else object() for p in [root, *root.rglob("*")]}
        self.names_on_disk = dict(self.names)
        self.bytes_on_disk = {f: p.read_bytes() for p, f in self.names.items() if f is not None}

    def _step(self):
        self.steps += 1
        if self.steps > self.stop_at:
            raise PowerCutError

    def make_folder(self, folder, mode):
        self._step()
        super().make_folder(folder, mode)
        self.names[folder] = None

    def write(self, path, data, mode):
        self._step()
        super().write(path, data[: len(data) // 2], mode)
        self.names[path] = object()
        self._step()
        super().write(path, data, mode)

    def sync(self, path):
        self._step()
        super().sync(path)
        if path.is_file():
            self.bytes_on_disk[self.names[path]] = path.read_bytes()
            return
        kept = {p: f for p, f in self.names_on_disk.items() if p.parent != path}
        self.names_on_disk = kept | {p: f for p, f in self.names.items() if p.parent == path}

    def sync_all(self, paths):
        for path in dict.fromkeys(paths):
            self.sync(path)

    def rename(self, old, new):
        self._step()
        super().rename(old, new)
        self.names[new] = self.names.pop(old)

    def remove(self, path):
        self._step()
        super().remove(path)
        self.names.pop(path, None)

    def remove_folder(self, folder):
        self._step()
        super().remove_folder(folder)
        del self.names[folder]

    def leave(self, target, names):
        """Write what a power cut leaves if these names have reached the disk."""
        target.mkdir()
        for path in sorted(names):
            place = target / path.relative_to(self.root)
            if path != self.root and place.parent.is_dir():
                if names[path] is None:
                    place.mkdir()
                else:
                    place.write_bytes(self.bytes_on_disk.get(names[path], b""))


def crash(root, batch, stop_at):
    """Append until the disk stops; tell whether it stopped."""
    disk = FailingDisk(root, stop_at)
    try:
        Log.open(root, disk=disk).append(batch)
    except PowerCutError:
        return disk, True
    return disk, False


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A log of 192 entries, so that the next append fills a tile."""
    root = tmp_path_factory.mktemp("grown") / "ws"
    vkey = create_log(root, ORIGIN, SEED)
    for _ in range(3):
        Log.open(root).append(records_of(2))
    return root, vkey


def assert_recovers(root, vkey, first):
    """The log stands after a stop, and continues as if the stop had not been."""
    assert Log.open(root).size in (192, 192 + first)
    assert_sound(root, vkey)
    before = list(Log.open(root).records())
    indices = Log.open(root).append(records_of(2, b"after"))
    report = assert_sound(root, vkey)
    assert report.pending == ()
    assert list(Log.open(root).records()) == [
        *before,
        *zip(indices, records_of(2, b"after"), strict=True),
    ]


def states_after_each_stop(tmp_path, source, batch):
    """Stop an append at each step; give each different state that a kill or a power cut leaves.

    After a power cut no name that was not forced to the disk is there, or all of them are: a file
    system that keeps a journal has those up to some step, which is all of them at an earlier stop.
    """
    seen, stopped, stop_at = set(), True, 0
    while stopped:
        root = tmp_path / f"stop {stop_at}"
        shutil.copytree(source, root)
        disk, stopped = crash(root, batch, stop_at)
        left = [root, tmp_path / f"cut {stop_at}", tmp_path / f"cut with names {stop_at}"]
        disk.leave(left[1], disk.names_on_disk)
        disk.leave(left[2], disk.names)
        for state in left:
            key = frozenset(tree(state).items())
            if key not in seen:
                seen.add(key)
                yield state, stopped
        stop_at += 1


def test_a_stop_at_any_step_of_an_append_leaves_a_sound_log(tmp_path, grown):
    source, vkey = grown
    states, sizes = 0, set()
    for root, stopped in states_after_each_stop(tmp_path, source, records_of(100)):
        sizes.add(size := Log.open(root).size)
        assert stopped or size == 192 + 128  # what append has returned from outlasts the cut
        assert_recovers(root, vkey, 128)
        states += 1
    assert sizes == {192, 192 + 128}
    assert states > 30


@pytest.mark.parametrize("first_stop", [14, 36])
def test_a_stop_while_clearing_up_after_a_stop_leaves_a_sound_log(tmp_path, grown, first_stop):
    source, vkey = grown
    once = tmp_path / "once"
    shutil.copytree(source, once)
    assert crash(once, records_of(500), first_stop)[1]
    report = assert_sound(once, vkey)
    assert (report.size, bool(report.pending)) == (192, True)
    for root, _ in states_after_each_stop(tmp_path, once, records_of(1, b"second")):
        assert_recovers(root, vkey, 64)


def test_a_stop_while_creating_leaves_no_log_or_a_sound_one(tmp_path):
    stopped, stop_at = True, 0
    while stopped:
        root, after = tmp_path / str(stop_at), tmp_path / f"{stop_at} after the cut"
        root.mkdir()
        disk = FailingDisk(root, stop_at)
        try:
            create_log(root, ORIGIN, SEED, disk)
            stopped = False
        except PowerCutError:
            pass
        disk.leave(after, disk.names_on_disk)
        for left in (root, after):
            if not (left / "log/checkpoint").exists():
                assert stopped
                create_log(left, ORIGIN, SEED)
            Log.open(left).append(records_of(1))
            assert_sound(left, keys.read_signer(left).verifier.vkey)
        stop_at += 1
