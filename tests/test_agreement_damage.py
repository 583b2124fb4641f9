"""Each shipped agreement broken in many ways: every answer names file, line and what to write."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from truceline.codec.agreement import agreement_files, parse_agreement
from truceline.errors import AgreementError

FOLDER = Path(__file__).parents[1] / "agreements"
NAMES = sorted(path.name for path in FOLDER.iterdir() if (path / "agreement.yaml").is_file())
ANSWER = re.compile(r"^(?P<file>[\w/.-]+):(?P<line>\d+): (?P<what>.+?); (?P<remedy>.{8,})$")

Files = dict[str, bytes]
Damage = Callable[[Files], tuple[Files, str] | None]


def law_of(files: Files) -> str:
    """Give the first file that has clauses."""
    return next(
        (
            name
            for name in ["agreement.yaml", *sorted(files)]
            if b"\n  - id:" in files[name] and b"clauses:" in files[name]
        ),
        "agreement.yaml",
    )


def changed(file: str, old: str, new: str) -> Damage:
    """Replace the first place where a pattern stands in a file; null where it stands nowhere."""

    def damage(files: Files) -> tuple[Files, str] | None:
        name = law_of(files) if file == "law" else file
        if name not in files:
            return None
        text = files[name].decode()
        made, count = re.subn(old, new, text, count=1, flags=re.MULTILINE)
        return (files | {name: made.encode()}, name) if count else None

    return damage


def gone(file: str) -> Damage:
    """Take a file away."""

    def damage(files: Files) -> tuple[Files, str] | None:
        name = next((n for n in sorted(files) if re.fullmatch(file, n)), None)
        return (
            None
            if name is None
            else ({k: v for k, v in files.items() if k != name}, "agreement.yaml")
        )

    return damage


DAMAGES: dict[str, tuple[Damage, str]] = {
    "a field is misspelt": (changed("law", r"^(\s+)summary:", r"\1sumary:"), "write 'summary'"),
    "a field of the head is misspelt": (changed("agreement.yaml", r"^title:", "titel:"), "'title'"),
    "a field is missing": (changed("law", r"^    summary: .*\n", ""), "add it"),
    "a text is empty": (changed("agreement.yaml", r"^title: .*", "title:"), "write text"),
    "an unknown party": (changed("law", r"binds: (\[\w+|ALL)", r"binds: [QQQ"), "write"),
    "an unknown act": (changed("law", r"acts: \[\w+", "acts: [fyre"), "write 'fire'"),
    "an unknown source": (changed("law", r"sources: \[\w+", "sources: [Q99"), "write"),
    "an unknown grade": (changed("law", r"grade: [a-z ]+", "grade: serius"), "write 'serious'"),
    "an unknown mode": (changed("law", r"mode: \w+", "mode: forbidden"), "write"),
    "an unknown kind of agreement": (changed("agreement.yaml", r"^kind: .*", "kind: peace"), "write"),
    "a state of a figure that is none": (changed("law", r"verified: \{(\w+): (yes|partly|no)", r"verified: {\1: perhaps"), "write"),
    "an id given twice": (changed("law", r"(?s)^(clauses:\n)(  - id: \S+\n)(.*?)^  - id: \S+\n", r"\1\2\3\2"), "write another id"),
    "an unknown time zone": (changed("agreement.yaml", r"zone: \S+?/\w+", "zone: Europe/Nowhere"), "write an IANA name"),
    "a time that is none": (changed("agreement.yaml", r"start: \d{4}-\d\d-\d\dT", "start: 2026-02-30T"), "correct it"),
    "an offset in local time": (changed("agreement.yaml", r"(start: \d{4}-\d\d-\d\dT\d\d:\d\d)", r"\1+03:00"), "write"),
    "a theatre upside down": (changed("agreement.yaml", r"west: (-?[\d.]+)", "west: 179"), "other way round"),
    "a tab": (changed("agreement.yaml", r"^  - ", "\t- "), "indent with spaces"),
    "a key twice": (changed("agreement.yaml", r"^(title: .*)", r"\1\n\1"), "keep one"),
    "broken YAML": (changed("agreement.yaml", r"^parties:", "parties: ["), "check the indentation"),
    "an alias": (changed("agreement.yaml", r"^title: ", "title: &a "), "write the value out"),
    "a country code NO": (changed("agreement.yaml", r"- \{id: \w+", "- {id: NO"), "in double quotes"),
    "a figure without its reason": (changed("procedure.yaml", r"^  hold: .*\n", ""), "add hold"),
    "thresholds out of order": (changed("procedure.yaml", r"^permitted_at: .*", "permitted_at: 0.96"), "leave room"),
    "a number with a unit": (changed("procedure.yaml", r"^(publication_grid_m: .*)", r"\1 m"), "without a unit"),
    "a length that is none": (changed("procedure.yaml", r"^hold: .*", "hold: an hour"), "write it as PT1H"),
    "a case of no clause": (changed("cases.yaml", r"clause: [\w-]+", "clause: QQ-9"), "write"),
    "a case without a time": (changed("cases.yaml", r"\{(at|from): [^,]+, ", "{"), "write either at"),
    "a case of no act": (changed("cases.yaml", r"kind: [\w.-]+", "kind: smoke"), "write"),
    "an outcome that is none": (changed("cases.yaml", r"outcome: \w+", "outcome: broken"), "write"),
    "an unknown line": (changed("law", r"line: \w+", "line: nowhere"), "write"),
    "an unknown baseline": (changed("law", r"baselines: \{(\w+): [\w-]+", r"baselines: {\1: nowhere"), "write"),
    "a party without baseline": (changed("law", r"baselines: \{\w+: [\w-]+, ", "baselines: {"), "and the line"),
    "an unknown zone": (changed("law", r"\{zone: [\w-]+\}", "{zone: nowhere}"), "write"),
    "an unknown class of weapon": (changed("law", r"classes: \[\w+", "classes: [artilery"), "write 'artillery'"),
    "an unknown system": (changed("law", r"systems: \[[\w -]+", "systems: [Urragan"), "write 'Uragan'"),
    "a calibre without bound": (changed("law", r'calibre: "[^"]+"', 'calibre: "100"'), 'write ">= 100"'),
    "halves that are none": (changed("law", r"of_zone_km: \d+", "of_zone_km: 61"), "or leave it out"),
    "a clause before nothing": (changed("law", r"\{over: [\w-]+", "{over: QQ-1"), "write"),
    "a stage of no zone": (changed("law", r"zone: disengagement\}", "zone: nowhere}"), "write"),
    "an open ring": (changed("geometry.geojson", r'("Polygon", "coordinates": \[\[)\[[^]]+\], ', r"\1"), "repeat the first point"),
    "swapped coordinates": (changed("geometry.geojson", r'("coordinates": \[\[?)\[(-?[\d.]+), ([\d.]+)\]', r"\1[\3, \2]"), ""),
    "no stated error": (changed("geometry.geojson", r'"sigma_m": \d+, ', ""), "add it"),
    "a role that is none": (changed("geometry.geojson", r'"role": "\w+"', '"role": "border"'), "write"),
    "a text that is gone": (gone(r"texts/.*"), "add the file"),
    "a text under another id": (changed("agreement.yaml", r"^texts: \[\w+", "texts: [some_text"), ""),
}  # fmt: skip


def broken(name: str, damage: Damage) -> tuple[list[str], str] | None:
    files = agreement_files(FOLDER / name)
    made = damage(files)
    if made is None or made[0] == files:
        return None
    with pytest.raises(AgreementError) as caught:
        parse_agreement(made[0], name)
    return caught.value.problems, made[1]


@pytest.mark.parametrize("kind", DAMAGES)
@pytest.mark.parametrize("name", NAMES)
def test_each_damage_is_answered_by_file_line_and_remedy(name, kind):
    damage, remedy = DAMAGES[kind]
    found = broken(name, damage)
    if found is None:
        return
    problems, file = found
    answers = [ANSWER.match(one) for one in problems]
    assert all(answers), problems
    assert any(one and one["file"] == f"{name}/{file}" for one in answers), problems
    assert any(remedy in one["remedy"] for one in answers if one), problems
    lines = agreement_files(FOLDER / name)
    for one in answers:
        assert one is not None
        length = lines[one["file"].removeprefix(f"{name}/")].count(b"\n") + 2
        assert 1 <= int(one["line"]) <= length


@pytest.mark.parametrize("name", NAMES)
def test_each_agreement_was_broken_in_more_than_twenty_ways(name):
    files = agreement_files(FOLDER / name)
    made = {kind: damage(files) for kind, (damage, _) in DAMAGES.items()}
    ways = [kind for kind, one in made.items() if one is not None and one[0] != files]
    assert len(ways) > 20, sorted(set(DAMAGES) - set(ways))


def test_the_line_is_that_of_the_damage():
    files = agreement_files(FOLDER / "riverline")
    text = files["texts/riverline_zone.yaml"].decode().splitlines()
    line = next(i for i, one in enumerate(text, 1) if "distance_km: 35" in one)
    text[line - 1] = text[line - 1].replace("SOU: signature", "SOU: signatur")
    with pytest.raises(AgreementError) as caught:
        parse_agreement(files | {"texts/riverline_zone.yaml": "\n".join(text).encode()}, "r")
    (answer,) = caught.value.problems
    assert answer.startswith(
        f"r/texts/riverline_zone.yaml:{line}: clauses[Z-2].keep_back.baselines"
    )
    assert answer.endswith("unknown line 'signatur'; write 'signature'")


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_without_its_procedure_is_answered(name, tmp_path):
    for file, raw in agreement_files(FOLDER / name).items():
        if file != "procedure.yaml":
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_bytes(raw)
    with pytest.raises(AgreementError, match=r"procedure\.yaml:1: the file is missing; write it"):
        agreement_files(tmp_path)
