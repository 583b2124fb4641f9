"""The calibration: learned once, cited, logged before it is used, refused when it was changed."""

import pytest

from truceline.errors import WorkspaceError
from truceline.pipeline.calibration import calibrate, current, pointer_path
from truceline.pipeline.heat import background_of
from truceline.pipeline.holdings import holdings
from truceline.pipeline.run import run
from truceline.pipeline.verify import verify
from workspaces import EASTER_2025, NOW, begin, flip, hashes, lines_of, take

REPORTS = EASTER_2025 / "reports.csv"


@pytest.fixture
def desk(tmp_path):
    desk = begin(tmp_path / "ws")
    take(desk, "reports", lines_of(REPORTS, *range(2, 12)), "first.csv")
    yield desk
    desk.close()


def made(desk):
    return calibrate(desk, holdings(desk), background_of(desk)[1], NOW)


def versions(desk):
    return [e.fields["version"] for e in desk.events() if e.type == "calibration.made"]


def test_there_is_none_before_the_first_run(desk):
    assert current(desk) is None
    run(desk, NOW)
    calibration = current(desk)
    assert calibration is not None
    assert versions(desk) == [calibration.version]


def test_what_is_used_at_once_is_what_is_read_later(desk):
    assert current(desk) is None
    assert made(desk) == current(desk)


def test_the_same_again_changes_nothing(desk):
    made(desk)
    before = hashes(desk.workspace.root)
    made(desk)
    assert hashes(desk.workspace.root) == before


def test_more_observations_give_another_version_and_the_old_one_stays(desk):
    first = made(desk)
    take(desk, "reports", lines_of(REPORTS, *range(80, 120)), "more.csv")
    run(desk, NOW)
    assert current(desk) == first  # never a side effect of late rows
    second = made(desk)
    assert second.version != first.version
    assert versions(desk) == [first.version, second.version]
    assert desk.workspace.calibration_path(first.version).is_file()
    run(desk, NOW)
    assert verify(desk).problems == ()


@pytest.mark.parametrize("how", ["changed", "gone", "no json", "another", "pointer", "not ascii"])
def test_one_that_cannot_be_trusted_stops_the_run(desk, how):
    calibration = made(desk)
    path, pointer = (
        desk.workspace.calibration_path(calibration.version),
        pointer_path(desk.workspace),
    )
    if how == "changed":
        path.write_text(path.read_text().replace(calibration.basis, "another basis"))
    elif how == "gone":
        path.unlink()
    elif how == "no json":
        path.write_text("[1, 2")
    elif how == "another":
        path.write_text("{}")
    else:
        flip(pointer, 0, 1 if how == "pointer" else 0x80)
    with pytest.raises(WorkspaceError, match="truceline calibrate"):
        run(desk, NOW)
    assert verify(desk).problems
    made(desk)  # as the message says
    run(desk, NOW)
    assert verify(desk).problems == ()


class CutOffError(Exception):
    """The machine stops."""


@pytest.mark.parametrize("at", [0, 1])
def test_a_stop_while_calibrating_is_healed_by_calibrating_again(desk, monkeypatch, at):
    from truceline.pipeline import calibration as under_test

    run(desk, NOW)
    take(desk, "reports", lines_of(REPORTS, *range(80, 120)), "more.csv")
    real, left = under_test.write_durably, at

    def stopping(path, data):
        nonlocal left
        left -= 1
        if left < 0:
            raise CutOffError
        real(path, data)

    monkeypatch.setattr(under_test, "write_durably", stopping)
    with pytest.raises(CutOffError):
        made(desk)
    monkeypatch.undo()
    before = verify(desk).problems
    assert all("again" in p for p in before)
    made(desk)
    run(desk, NOW)
    assert verify(desk).problems == ()
