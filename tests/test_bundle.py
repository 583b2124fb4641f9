"""Bundles of a whole mission: what they hold for whom, and what never leaves."""

import base64
import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import notice_workspace
from bundle_world import Mission, cosigned, witness_key
from truceline.codec.agreement import load_agreement
from truceline.codec.canonical import canonical
from truceline.codec.nouns import finding_to_plain, incident_to_plain
from truceline.errors import AccessError, EvidenceError, WorkflowError, WorkspaceError
from truceline.evidence import Log
from truceline.evidence.commitment import entry_of
from truceline.evidence.keys import read_signer
from truceline.evidence.proof import verify_proof
from truceline.model.case import CaseState, CaseStep
from truceline.model.person import Grant, Person, Principal, Role
from truceline.model.review_rules import StepKind
from truceline.pipeline.acting import AT_DESK, PUBLIC
from truceline.pipeline.bundle import Audience, make_bundle, prove
from truceline.pipeline.bundle_concerned import concerned
from truceline.pipeline.bundle_entries import Prover, Shown
from truceline.pipeline.bundle_public import is_inside, is_sharp, public_form, shown_to_public
from truceline.pipeline.bundle_standing import standing_of
from truceline.pipeline.deletion import delete_entry
from truceline.pipeline.desk import open_desk
from truceline.pipeline.events import Event
from truceline.pipeline.people import register
from truceline.pipeline.reads import reads
from truceline.pipeline.registered import person
from truceline.pipeline.reporting import write_report
from truceline.pipeline.shipped import agreement_folder
from truceline.pipeline.steps import take_step
from truceline.pipeline.verify import verify_workspace
from truceline.publication.grid import cell_of
from truceline.publication.spoken import spoken
from truceline.store import archive, database, records, schema
from truceline.verification.workflow import states
from truceline_check import account
from truceline_check.formats import COSIGNATURE, LOG, read_key
from truceline_check.records import check, status_of

SERIOUS = "INC-000012/R-2"
PARTIAL = "INC-000001/R-2"
"""A finding whose factor of place lies between 0 and 1."""
LATE = datetime(2026, 5, 15, 9, tzinfo=UTC)
CELL, EVERYBODY = Audience.CELL, Audience.PUBLIC
REPLY = (
    "Our battery at 47.21387 N 27.56821 W was silent at 13:27:16; ask V. Example or S-1. The "
    "market of Kelso saw nothing."
)


@pytest.fixture(scope="module", name="made")
def _made(tmp_path_factory):
    """A day with sensors and patrols, people of every role, and a finding gone through review."""
    root = notice_workspace.built(tmp_path_factory.mktemp("mission"))
    with open_desk(root) as desk:
        staffed(desk)
        write_report(desk, (datetime(2026, 5, 12, tzinfo=UTC).date(),) * 2, LATE)
        walked(desk)
    return root


@pytest.fixture(name="desk")
def _desk(made, tmp_path):
    shutil.copytree(made, tmp_path / "ws")
    with open_desk(tmp_path / "ws") as desk:
        yield desk


def staffed(desk):
    """Register people; the first is the administrator."""
    draws = iter(range(1, 99))

    def draw(count):
        return bytes([next(draws)]) * count

    admin = Person("admin.example", "D. Example", "SE", (Grant(Role.ADMINISTRATOR),))
    register(desk, AT_DESK, admin, LATE, draw)
    by = Principal(admin, "token")
    parties = [party.id for party in desk.agreement.parties]
    for name, nation, grant in (
        ("v.example", "CZ", Grant(Role.VERIFIER)),
        ("w.example", "PT", Grant(Role.VERIFIER)),
        ("c.example", "FR", Grant(Role.CHIEF)),
        ("o.example", "IE", Grant(Role.OBSERVER)),
        ("l.example", "XN", Grant(Role.LIAISON, side=parties[0])),
    ):
        new = Person(name, f"{name[0].upper()}. Example", nation, (grant,))
        register(desk, by, new, LATE, draw)


def acting(desk, name):
    """Give somebody who has proved who they are."""
    return Principal(person(desk, f"{name}.example"), "token")


def walked(desk):
    """Take the finding through review, confirmation, notification, reply and dissent."""
    party = desk.agreement.parties[0].id
    for number, (who, step, more) in enumerate(
        (
            ("v", "reviewed", {}),
            ("v", "confirmed", {}),
            ("w", "confirmed", {}),
            ("v", "notified", {"party": party}),
            ("l", "replied", {"party": party}),
            ("w", "dissented", {}),
        )
    ):
        reason = REPLY if step in ("replied", "dissented") else "crater at 47.21387 seen by me"
        now = LATE + timedelta(minutes=number)
        take_step(desk, SERIOUS, step, "", reason, now, principal=acting(desk, who), **more)


def bundle(desk, audience, finding=SERIOUS, now=LATE + timedelta(hours=2), who="v"):
    return make_bundle(desk, finding, audience, now, acting(desk, who))


def checked(desk, made, **more):
    return check(made.data, read_key(desk.workspace.vkey, LOG), **more)


# --- for the cell ---------------------------------------------------------------------------------


def test_the_cell_gets_everything_and_it_stands(desk):
    made = bundle(desk, CELL)
    report = checked(desk, made)
    assert report.problems == []
    assert report.body["case"]["status"] == "confirmed"
    assert {e.state for e in report.entries} == {"open"}
    counts = {kind: len(report.of(kind)) for kind in ("finding.step", "person.recorded")}
    assert counts == {"finding.step": 6, "person.recorded": 3}
    assert len(report.of("report.published")) == 1
    found = concerned(desk, SERIOUS)
    assert len(report.body["rows"]) == len(found.incident.members) == 5
    for plain in report.body["raw"]:
        raw = archive.read_raw(desk.workspace, plain["sha256"])
        assert base64.b64decode(plain["base64"]) == raw
    assert any("signed with the key that the system keeps" in line for line in report.proved)
    text = "\n".join(account.lines(report))
    assert f'"{REPLY}"' in text


def test_that_the_cell_took_everything_out_is_logged_after_it_was_allowed(desk):
    before = len(reads(desk))
    size = Log.open(desk.workspace.root).size
    made = bundle(desk, CELL)
    assert made.size == size  # it rests on the checkpoint from before
    last = reads(desk)[-1]
    assert (len(reads(desk)), last.operation, last.subject, last.person_id) == (
        before + 1,
        "bundle.inside",
        SERIOUS,
        "v.example",
    )
    for who in (PUBLIC, AT_DESK, acting(desk, "o")):
        with pytest.raises(AccessError):
            make_bundle(desk, SERIOUS, CELL, LATE + timedelta(hours=2), who)
    assert len(reads(desk)) == before + 1


def test_the_workspace_stands_after_bundles_were_made(desk):
    bundle(desk, CELL)
    bundle(desk, EVERYBODY)
    desk.close()
    assert verify_workspace(desk.workspace.root).problems == ()


def test_nothing_leaves_before_the_hold_and_nothing_public_before_the_delay(desk):
    end = concerned(desk, SERIOUS).incident.time.end
    hold, delay = desk.agreement.procedure.hold, desk.agreement.procedure.publication_delay
    second = timedelta(seconds=1)
    for audience in Audience:
        with pytest.raises(WorkflowError, match="is still held"):
            bundle(desk, audience, now=end + hold - second)
    assert bundle(desk, CELL, now=end + hold).data
    with pytest.raises(WorkflowError, match="too fresh to be published"):
        bundle(desk, EVERYBODY, now=end + delay - second)
    assert not [e for e in desk.events() if e.type == "finding.released"]
    assert bundle(desk, EVERYBODY, now=end + delay + timedelta(minutes=30)).data


@pytest.mark.parametrize(
    "name", ["", "INC-000012", "INC-000012/R-9", "INC-999999/R-1", "../x", "\udcff", "x\n"]
)
def test_a_finding_that_is_not_there_has_no_bundle(desk, name):
    with pytest.raises(WorkflowError, match=r"no finding is called|is no id of a finding"):
        bundle(desk, CELL, finding=name)


def test_entries_whose_openings_are_gone_are_sealed_and_still_prove_their_places(desk):
    found = concerned(desk, SERIOUS)
    prover = Prover(desk.workspace.root, Log.open(desk.workspace.root).checkpoint_text())
    for path in (desk.workspace.root / "openings").iterdir():
        path.unlink()
    bare = Prover(desk.workspace.root, prover.note)
    entries = bare.entries(Shown(event.index, event.type) for event in found.events)
    assert {entry["state"] for entry in entries} == {"sealed"}
    with pytest.raises(EvidenceError, match="is not covered by the checkpoint"):
        bare.entries([Shown(bare.checkpoint.size, "run.made")])


def test_a_bundle_rests_on_the_best_cosigned_checkpoint_that_covers_it(desk):
    root, name = desk.workspace.root, "north.example/w"
    size = Log.open(root).size
    folder = root / "cosigned"
    folder.mkdir()
    note = cosigned(Log.open(root).checkpoint_text(), name, 1_790_000_000)
    (folder / f"{size}.checkpoint").write_text(note, encoding="utf-8")
    other = Mission()
    (folder / "64.checkpoint").write_text(cosigned(other.note, name, 1), encoding="utf-8")
    shutil.rmtree(other.folder)
    asked = [read_key(witness_key(name), COSIGNATURE)]
    take_step(
        desk,
        SERIOUS,
        "dissented",
        "",
        "No.",
        LATE + timedelta(hours=1),
        principal=acting(desk, "v"),
    )
    old = bundle(desk, CELL, finding=PARTIAL)
    assert (old.size, old.cosignatures) == (size, 1)
    assert not checked(desk, old, witnesses=asked).problems
    new = bundle(desk, CELL)  # has a step that came after
    assert new.size > size
    assert checked(desk, new, witnesses=asked).problems
    # a checkpoint of another history is passed over
    forged = desk_signed(desk, Log.open(root).checkpoint().origin, size + 64)
    (folder / f"{size + 64}.checkpoint").write_text(cosigned(cosigned(forged, name, 2), "x", 3))
    assert bundle(desk, CELL, finding=PARTIAL).size == size


def desk_signed(desk, origin, size):
    """Sign a checkpoint as a mission would that has rewritten its log."""
    text = f"{origin}\n{size}\n{base64.b64encode(bytes(32)).decode()}\n"
    return read_signer(desk.workspace.root).sign(text.encode()).decode()


def test_what_was_lawfully_deleted_stays_as_a_proof_of_its_place_with_its_decision(desk):
    item = concerned(desk, SERIOUS).raw[0]
    now = LATE + timedelta(hours=1)
    delete_entry(
        desk, acting(desk, "c"), item.log_index, "court order 7", "a witness in danger", now
    )
    report = checked(desk, bundle(desk, CELL))
    assert report.problems == []
    (gone,) = [e for e in report.entries if e.state == "deleted"]
    assert gone.index == item.log_index
    assert any(f"Entry {gone.index} (raw.received) is deleted" in w for w in report.withheld)
    with pytest.raises(WorkspaceError, match="do `truceline run"):
        bundle(desk, EVERYBODY)  # what is told must rest on what is held
    assert report.open("entry.deleted")[0].record["authority"] == "court order 7"
    assert any("observations are not here: deleted" in line for line in report.withheld)


def test_a_finding_that_is_no_more_is_still_bundled_as_it_was_signed(desk):
    with database.writing(desk.engine) as connection:
        connection.execute(schema.findings.delete().where(schema.findings.c.finding_id == SERIOUS))
        connection.execute(schema.findings.delete().where(schema.findings.c.finding_id == PARTIAL))
    report = checked(desk, bundle(desk, CELL))
    assert report.problems == []
    assert report.body["case"]["status"] == "confirmed"
    with pytest.raises(WorkflowError, match="no finding is called"):
        bundle(desk, CELL, finding=PARTIAL)  # nobody has signed it
    with pytest.raises(WorkflowError, match="is no more"):
        bundle(desk, EVERYBODY)


def test_a_raw_file_too_large_is_named_by_its_hash(desk, monkeypatch):
    monkeypatch.setattr("truceline.pipeline.bundle.LARGEST_RAW", 10)
    report = checked(desk, bundle(desk, CELL))
    assert report.problems == []
    assert all("base64" not in plain for plain in report.body["raw"])
    assert any("too large for a bundle" in line for line in report.withheld)


# --- for the public -------------------------------------------------------------------------------


def test_the_public_gets_a_coarse_form_that_was_logged_before(desk):
    made = bundle(desk, EVERYBODY)
    report = checked(desk, made)
    assert report.problems == []
    (release,) = report.open("finding.released")
    assert release.record["case"]["status"] == "confirmed"
    sealed = {e.type for e in report.entries if e.state == "sealed"}
    assert {"incident.revised", "finding.made", "finding.step", "person.recorded"} <= sealed
    assert len(report.of("finding.step")) == 6
    text = "\n".join(account.lines(report))
    assert "confirmed by person 2 (verifier, PT)" in text
    assert "dissented by person 2 (verifier, PT)" in text
    assert "must not be found" in text


def test_the_same_public_bundle_twice_is_the_same_file_and_one_release(desk):
    first = bundle(desk, EVERYBODY)
    size = Log.open(desk.workspace.root).size
    assert bundle(desk, EVERYBODY).data == first.data
    assert Log.open(desk.workspace.root).size == size
    take_step(
        desk,
        SERIOUS,
        "dissented",
        "",
        "Once more.",
        LATE + timedelta(hours=3),
        principal=acting(desk, "v"),
    )
    again = bundle(desk, EVERYBODY, now=LATE + timedelta(hours=4))
    assert len(checked(desk, again).open("finding.released")) == 1
    assert again.data != first.data


def test_a_sealed_step_opens_for_whom_its_opening_was_handed(desk):
    made = bundle(desk, EVERYBODY)
    (index,) = [e.index for e in concerned(desk, SERIOUS).of("finding.step")][:1]
    opening = Prover(desk.workspace.root, Log.open(desk.workspace.root).checkpoint_text()).opening(
        index
    )
    handed = {index: (opening.salt.hex(), opening.record.decode())}
    report = checked(desk, made, openings=handed)
    opened = next(e for e in report.entries if e.index == index)
    assert report.problems == []
    assert opened.record["step"] == "reviewed"
    assert any("its record is withheld" in line for line in report.said)


def texts(value):
    if isinstance(value, str):
        yield value
        if value.startswith("{"):
            yield from texts(json.loads(value))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(key)
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, float):
        yield repr(value)


def test_no_public_bundle_holds_anything_sharp(desk):
    """Of every finding: no position, time, sensor, patrol, person, hash or row that is sharp."""
    with database.reading(desk.engine) as connection:
        findings = records.findings(connection)
        incidents = {one.incident_id: one for one in records.current_incidents(connection)}
        inputs = records.raw_inputs(connection)
    sensors = archive.read_raw(
        desk.workspace, next(r.sha256 for r in inputs if r.file_name == "sensors.csv")
    )
    masts = {line.split(",")[0] for line in sensors.decode().splitlines()[1:]}
    sensitive = {r.file_name for r in inputs if r.source in ("stations", "patrol")}
    grid_m = desk.agreement.procedure.publication_grid_m
    shown = 0
    chosen = [f for f in findings[::18] if f.finding_id not in (SERIOUS, PARTIAL)]
    chosen += [f for f in findings if f.finding_id in (SERIOUS, PARTIAL)]
    for finding in chosen:
        incident = incidents[finding.incident_id]
        try:
            made = bundle(desk, EVERYBODY, finding=finding.finding_id)
        except WorkflowError:
            continue
        shown += 1
        text = made.data.decode()
        body = json.loads(text)["body"]
        report = checked(desk, made)
        assert report.problems == []
        position = report.open("finding.released")[-1].record["public"]["incident"]["position"]
        cells = {cell_of(incident.lon, incident.lat, grid_m, level) for level in range(7)}
        centres = {f"{round(v, 6)}" for cell in cells for v in (cell.lon, cell.lat)}
        told = {str(position[name]) for name in ("lon", "lat")}
        assert told <= centres
        numbers = {n for t in texts(body) for n in re.findall(r"\d+\.\d{2,}", t)}
        fine = numbers - {v.lstrip("-") for v in told}
        # what is left with two decimals is a probability; none is a longitude or latitude
        assert all(float(n) <= 1.0 for n in fine if len(n.split(".")[1]) == 2), fine
        assert not [n for n in fine if len(n.split(".")[1]) > 2], fine
        sharp = incident.time.start.isoformat().replace("+00:00", "Z")
        start, minute = sharp[:19], sharp[:16]
        if minute[-2:] not in ("00", "15", "30", "45"):
            assert start not in text
            assert minute not in text
        for name in masts | sensitive | {"Example", "crater"}:
            assert name not in text, text[max(0, text.find(name) - 200) :][:300]
        for noun in (incident_to_plain(incident), finding_to_plain(finding)):
            assert archive.sha256_of(canonical(noun)) not in text
        assert not body["rows"]
        assert all("base64" not in plain for plain in body["raw"])
        assert not body["contents"]
        for entry in body["entries"]:
            assert ("salt" in entry) == (entry["state"] == "open")
    assert shown > 4
    inside = bundle(desk, CELL).data.decode()  # the same look finds all of it in that of the cell
    sharp = incidents["INC-000012"].time.start.isoformat()[:19]
    assert all(word in inside for word in (sharp, "Example", "crater", "stations.csv"))
    assert any(f'\\"{mast}' in inside or f":{mast}" in inside for mast in masts)


def test_a_factor_between_nought_and_one_stays_inside(desk):
    made = bundle(desk, EVERYBODY, finding=PARTIAL)
    release = checked(desk, made).open("finding.released")[-1].record
    place = next(f for f in release["public"]["finding"]["factors"] if f["name"] == "place")
    assert place["probability"] is None
    factor = next(f for f in concerned(desk, PARTIAL).finding.factors if f.name == "place")
    assert f"{factor.probability:.3g}" not in made.data.decode()


def test_words_of_parties_are_told_without_what_is_sharper(desk):
    made = bundle(desk, EVERYBODY)
    told = checked(desk, made).open("finding.released")[-1].record["steps"]
    (words, dissent) = (step["words"] for step in told if "words" in step)
    assert words == dissent
    assert "47.21387" not in words
    assert "13:27" not in words
    assert "V. Example" not in words
    assert "was silent at [time withheld]; ask [withheld]" in words
    assert all("reason" not in step and "person" not in step for step in told)


WORDS = st.text(st.sampled_from("0123456789.:° NEabZ'-"), max_size=60)


@given(WORDS)
@example("1.48.0123")
@example("12:30:15.25Z and 4:05")
@example("48.0123.5")
def test_no_told_words_hold_a_number_finer_than_the_grid_or_a_time_of_day(text):
    told = spoken(text, ["Kelso", "N", ""], 1000.0)
    assert not re.search(r"\d\.\d\d", told.replace("…", "x"))
    assert not re.search(r"\b\d{1,2}:\d{2}\b", told)


def test_a_time_inside_the_published_quarter_is_sharp_and_others_are_not(desk):
    window = concerned(desk, SERIOUS).incident.time
    quarter = replace(window, start=window.start.replace(minute=15, second=0, microsecond=0),
                      end=window.start.replace(minute=30, second=0, microsecond=0))  # fmt: skip
    assert is_inside(window.start.isoformat(), quarter)
    assert not is_inside(quarter.start.isoformat(), quarter)
    assert not is_inside(quarter.end.isoformat(), quarter)
    assert not is_inside("no time", quarter)
    assert is_sharp("ridge-48.0123N.csv", 1000.0)
    assert not is_sharp("reports.csv", 1000.0)
    assert not is_sharp("2026-05-12T13:27:16.642670Z", 1000.0)  # judged as a time


def test_a_version_is_no_coordinate_and_a_file_name_may_be(desk):
    found = concerned(desk, SERIOUS)
    told = public_form(desk, found, standing_of(desk, found), LATE + timedelta(hours=2))
    run = found.of("run.made")[0]
    raw = Event(7, "raw.received", {"source": "reports", "file_name": "reports.csv"})
    calibrated = Event(8, "calibration.made", {"basis": "at 48.0123 N", "version": "x"})

    def shown(event, **fields):
        changed = replace(event, fields={**event.fields, **fields})
        (one,) = shown_to_public(replace(found, events=(changed,)), told)
        return one.withheld

    inside = told.incident.time.window.start + timedelta(minutes=7)
    assert shown(run, code="0.12.0") == ""
    assert "sharper than what is published" in shown(run, time=inside.isoformat())
    assert shown(raw, adapter_version="1.10.3") == ""
    assert "sharper than what is published" in shown(raw, file_name="ridge-48.0123N.csv")
    assert "sharper than what is published" in shown(calibrated)
    assert "sensors or patrols" in shown(raw, source="stations")
    assert shown(Event(9, "custody.step", {})) == "it may name persons or places"


ACTORS = (("a", "CZ"), ("b", "PT"), ("c", "PT"), ("n", "XN"), ("s", ""))
TAKEN = st.lists(
    st.tuples(st.sampled_from(list(StepKind)), st.sampled_from(ACTORS), st.sampled_from("xy")),
    max_size=14,
)
RULES = load_agreement(agreement_folder("riverline")).procedure.review


@given(TAKEN, st.booleans(), st.booleans(), st.integers(1, 3), st.integers(0, 2))
def test_two_programs_agree_where_a_finding_stands(taken, first, own, confirmations, nationalities):
    """The workflow of the mission, and the small machine of the checker, written apart."""
    rules = replace(
        RULES,
        review_first=first,
        own_nationals=own,
        confirmations=confirmations,
        nationalities=min(nationalities, confirmations),
    )
    plain = {
        "review_first": first,
        "own_nationals": own,
        "confirmations": confirmations,
        "nationalities": min(nationalities, confirmations),
        "of_parties": sorted(rules.of_parties),
    }
    case = [
        CaseStep(
            n, kind, who, who, nation, "why", LATE, 1, seen, {"grade": "minor", "party": "NOR"}
        )
        for n, (kind, (who, nation), seen) in enumerate(taken, 1)
    ]
    told = [
        {"step": kind.value, "who": who, "nationality": nation, "seen": seen}
        for kind, (who, nation), seen in taken
    ]
    for given_rules, given_plain in ((rules, plain), (None, None)):
        *_, last = (CaseState(), *(state for _, state in states(case, given_rules)))
        assert status_of(told, given_plain) == last.status.value


# --- one entry ------------------------------------------------------------------------------------


def test_one_entry_is_proved_to_whoever_has_its_opening(desk):
    prover = Prover(desk.workspace.root, Log.open(desk.workspace.root).checkpoint_text())
    for index in (0, 1, prover.checkpoint.size - 1):
        opening = prover.opening(index)
        entry = entry_of(opening.salt, opening.record)
        assert (
            verify_proof(prove(desk.workspace.root, index), entry, desk.workspace.vkey).size
            == prover.checkpoint.size
        )
    for index in (-1, prover.checkpoint.size, 10**30):
        with pytest.raises(WorkflowError, match="and none of index"):
            prove(desk.workspace.root, index)
