"""Reading and writing the table of persistent heat; one sample per way of being wrong."""

from pathlib import Path

import pytest

from truceline.codec.heat_table import read_table, write_table
from truceline.errors import WrongKindOfFile

DATA = Path(__file__).parent / "data" / "background"
GOOD = (DATA / "small.csv").read_bytes()


def test_reads_the_small_table():
    table = read_table(GOOD)
    assert table.about["satellites"] == "Suomi NPP"
    assert table.cells.tolist() == [[3487, 4717], [3488, 4717]]
    assert table.cell_days[0].tolist() == [0, 30, 33, 20]
    assert table.coarse_rows[0, 7] == 11
    assert table.weeks_looked == 38


def test_writing_gives_the_same_bytes():
    assert write_table(read_table(GOOD)) == GOOD


def test_order_of_lines_does_not_matter():
    first, *rest = GOOD.decode().splitlines(keepends=True)
    assert write_table(read_table("".join([first, *reversed(rest)]).encode())) == GOOD


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("another_file.csv", "not a table of persistent heat"),
        ("other_version.csv", "not a table of persistent heat"),
        ("short_cell.csv", "line 4"),
        ("unknown_record.csv", "line 3"),
        ("negative_count.csv", "below zero"),
        ("not_finite.csv", "finite"),
        ("prior_without_name.csv", "line 2"),
        ("no_looked.csv", "exactly one line 'looked'"),
        ("two_looked.csv", "exactly one line 'looked'"),
        ("binary.csv", "not a table of persistent heat"),
        ("empty.csv", "not a table of persistent heat"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(name, words):
    with pytest.raises(WrongKindOfFile, match=words):
        read_table((DATA / name).read_bytes())


def test_a_number_that_is_not_finite_is_not_written():
    table = read_table(GOOD)
    table.prior["hot_day"] = (float("nan"), 1.0)
    with pytest.raises(ValueError, match="hot_day"):
        write_table(table)
