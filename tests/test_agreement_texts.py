"""Families of texts: order, time, unique names; and what a text says about itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from law_texts import CLAUSE, HEAD, box, files, line, problems, read
from truceline.codec.agreement import agreement_files, parse_agreement, unverified_figures
from truceline.guarantees.describe import describe
from truceline.model.interval import Interval

FAMILY = HEAD + "texts: [old, new]\n"
OLD = """\
id: old
title: The old text
signed: 2026-05-01
signatories: [Side A, Side B]
languages: [en, fr]
status: superseded
in_force: {start: 2026-05-02T00:00, zone: UTC, verified: {window: no}}
sources: {S3: a third text}
notes: [A caveat.]
clauses:
  - {id: O-1, ref: 1, summary: No fire., mode: prohibited, binds: ALL, acts: [fire], area: everywhere, grade: serious, sources: [S3, S1]}
"""
NEW = """\
id: new
title: The new text
signed: unknown
amends: [old]
clauses:
  - {id: N-1, ref: 1, kind: political, summary: Talks., mode: pledged, binds: [A]}
  - {id: N-2, ref: 2, summary: No strike., mode: prohibited, binds: [B, A], acts: [strike], area: everywhere, grade: minor, start: 2026-06-01T00:00, zone: UTC}
"""
TEXTS = {"old": OLD, "new": NEW}


def test_clauses_stand_in_the_order_of_the_texts_with_the_time_of_their_text():
    found = read("", head=FAMILY, texts=TEXTS)
    assert [(one.id, one.text) for one in found.clauses] == [
        ("O-1", "old"), ("N-1", "new"), ("N-2", "new"),
    ]  # fmt: skip
    old, talks, strike = found.clauses
    assert old.time.start == datetime(2026, 5, 2, tzinfo=UTC)
    assert talks.time.start.year == 9999, "no time has brought the new text into force"
    assert strike.time.start == datetime(2026, 6, 1, tzinfo=UTC), "its own start"
    assert strike.time.end.year == 9999
    assert old.binds == strike.binds == ("A", "B"), "ALL is every party that is no third party"


def test_a_text_keeps_what_it_says_of_itself():
    old, new = read("", head=FAMILY, texts=TEXTS).texts
    assert (old.signed, old.signatories, old.languages) == (
        "2026-05-01",
        ("Side A", "Side B"),
        ("en", "fr"),
    )
    assert old.in_force is not None
    assert (old.in_force.zone, new.in_force) == ("UTC", None)
    assert (new.amends, old.notes, old.status) == (("old",), ("A caveat.",), "superseded")


def test_sources_of_all_texts_are_one_list():
    assert set(read("", head=FAMILY, texts=TEXTS).sources) == {"S1", "S2", "S3"}
    clash = TEXTS | {"new": NEW.replace("amends: [old]", "sources: {S3: something else}")}
    (said,) = problems("", head=FAMILY, texts=clash)
    assert "the source 'S3' is another one in law/texts/old.yaml:8; write another name" in said


def test_the_flag_of_a_window_is_that_of_the_clauses_own_text():
    found = read("", head=FAMILY, texts=TEXTS)
    assert unverified_figures(found, found.clauses[0]) == ("window: no",)
    assert unverified_figures(found, found.clauses[2]) == ()


def test_an_agreement_may_have_clauses_of_its_own_beside_its_texts():
    found = read(CLAUSE, head=FAMILY, texts=TEXTS)
    assert [one.id for one in found.clauses] == ["C-1", "O-1", "N-1", "N-2"]
    assert (found.clauses[0].text, unverified_figures(found, found.clauses[0])) == (
        "", ("window: partly",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "head", "said"),
    [
        ({"old": OLD}, FAMILY, "agreement.yaml:14: texts: the text 'new' has no file texts/new.yaml; add the file"),
        ({"old": OLD, "nwe": NEW}, FAMILY, "write 'nwe'"),
        (TEXTS | {"odd": NEW.replace("N-", "X-")}, FAMILY, "texts/odd.yaml:1: no family names this text; add odd to texts:"),
        (TEXTS, HEAD + "texts: [old, new, old]\n", "old stands twice; keep one"),
        (TEXTS | {"new": NEW.replace("id: new", "id: other")}, FAMILY, "the id 'other' is not the name of the file; write 'new'"),
        (TEXTS | {"new": NEW.replace("N-1", "O-1")}, FAMILY, "the id 'O-1' was given already in law/texts/old.yaml:11"),
        (TEXTS | {"new": NEW.replace("amends: [old]", "amends: [odl]")}, FAMILY, "unknown text 'odl'; write 'old'"),
        (TEXTS | {"new": "- a\n"}, FAMILY, "texts/new.yaml:1: fields were expected"),
        (TEXTS | {"new": "\t"}, FAMILY, "texts/new.yaml:1: "),
        (TEXTS | {"new": NEW.split("clauses:", maxsplit=1)[0]}, FAMILY, "the field 'clauses' is missing"),
        (TEXTS | {"old": OLD.replace("2026-05-02T00:00", "2026-05-32T00:00")}, FAMILY, "no date of the calendar"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_family_is_said(texts, head, said):
    found = problems("", head=head, texts=texts)
    assert any(said in one for one in found), found


def test_times_of_a_text_are_in_its_own_zone():
    new = NEW.replace("amends: [old]", "in_force: {start: 2026-03-29T03:30, zone: Europe/Kyiv}")
    found = problems("", head=FAMILY, texts=TEXTS | {"new": new})
    assert any(
        "texts/new.yaml:4: in_force.start: 2026-03-29T03:30 does not exist" in p for p in found
    )


def test_a_folder_gives_the_bytes_of_its_texts(tmp_path):
    for name, raw in files("", head=FAMILY, texts=TEXTS).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(raw)
    found = agreement_files(tmp_path)
    assert [name for name in found if "/" in name] == ["texts/new.yaml", "texts/old.yaml"]
    assert len(parse_agreement(found, "x").texts) == 2


PROVISIONS = """\
definitions: [{id: D-1, term: heavy, meaning: Above 100 mm., sources: [S1], verified: {content: partly}}]
languages: [en]
language_rule: English first.
life:
  starts_after: {days: 7, zone: z, reset_on: any}
  start_words: seven quiet days
  duration: P180D
  until: a treaty
  renewal: {words: It goes on., length: P90D, notice: P14D, automatic: yes}
  suspension: {words: It rests., by: [A, MISSION], clauses: [C-1]}
  termination: {words: It ends., by: [A]}
windows:
  - {id: LW-1, kind: repair, words: The dam., where: z, start: 2026-06-01T08:00, end: 2026-06-01T12:00, binds: [A], clauses: [C-1], notified: 2026-06-01T06:00, lead: PT24H, sources: [S1]}
  - {id: LW-2, kind: local_ceasefire, words: The bridge., start: 2026-06-01T08:00, end: 2026-06-01T12:00}
dispute:
  - {id: talk, what: They talk., who: [A, B], within: PT12H}
  - {id: meet, what: They meet., after: [talk]}
decision: {by: [MISSION], rule: consensus, without_consensus: The mission says what is open.}
reply: {within: PT48H, published: no}
publication: {words: By day., by: [MISSION], delay: PT24H}
triggers: [{id: G-1, words: A breach., clauses: [C-1], grade: serious, event: in_force_starts, verified: {content: no}}]
"""


def test_what_a_text_says_about_itself_is_read():
    said = read(PROVISIONS + CLAUSE, box("z", 24, 44, 26, 46)).provisions
    assert said.definitions[0].term == "heavy"
    assert said.life is not None
    assert (said.life.quiet_days, said.life.quiet_zone, said.life.duration) == (
        7,
        "z",
        timedelta(days=180),
    )
    assert said.life.renewal is not None
    assert (said.life.renewal.automatic, said.life.renewal.notice) == (True, timedelta(days=14))
    assert said.windows[0].time == Interval(
        datetime(2026, 6, 1, 5, tzinfo=UTC), datetime(2026, 6, 1, 9, tzinfo=UTC)
    )
    assert [one.within for one in said.dispute] == [timedelta(hours=12), None]
    assert said.decision is not None
    assert (said.decision.rule, said.decision.by) == ("consensus", ("MISSION",))
    assert said.reply is not None
    assert (said.reply.within, said.reply.published) == (timedelta(hours=48), False)
    assert said.publication is not None
    assert said.publication.delay == timedelta(days=1)
    assert (said.triggers[0].event, said.triggers[0].clauses) == ("in_force_starts", ("C-1",))


def test_what_a_text_says_about_itself_is_shown():
    text = "\n".join(describe(read(PROVISIONS + CLAUSE, box("z", 24, 44, 26, 46))))
    for said in (
        "D-1 heavy: Above 100 mm. [NOT FULLY VERIFIED: content partly]",
        "begins after 7 quiet days in z",
        "lasts: 180 days, a treaty",
        "renewal: It goes on; for 90 days; 14 days of notice; by itself",
        "suspension: It rests; by A, MISSION; clauses C-1",
        "notified 2 h ahead, 24 h asked: TOO LATE",
        "local ceasefire LW-2: The bridge",
        "dispute meet: They meet., after talk",
        "who decides: MISSION, consensus; without consensus: The mission says what is open.",
        "right of reply: the side that is named, within 2 days, not published",
        "publication: By day. [MISSION], not before 24 h",
        "trigger G-1: A breach.; breach of C-1, serious or graver; event in_force_starts",
    ):
        assert said in text, said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sources: [S1], verified", "sources: [S7], verified", "unknown source 'S7'"),
        ("zone: z, reset_on", "zone: y, reset_on", "unknown zone 'y'; write one of: z"),
        ("by: [A, MISSION]", "by: [A, MISION]", "unknown party or body 'MISION'; write 'MISSION'"),
        ("clauses: [C-1]}\n  termination", "clauses: [C-9]}\n  termination", "unknown clause 'C-9'; write 'C-1'"),
        ("where: z", "where: y", "unknown zone or line 'y'"),
        ("binds: [A], clauses", "binds: [C], clauses", "unknown party 'C'"),
        ("after: [talk]", "after: [meet]", "unknown step above 'meet'; write one of: talk"),
        ("grade: serious, event", "grade: grave, event", "unknown grade 'grave'"),
        ("rule: consensus", "rule: consent", "'consent' is not allowed here; write 'consensus'"),
        ("end: 2026-06-01T12:00, binds", "end: 2026-06-01T07:00, binds", "is not after the start"),
        ("languages: [en]", "languages: [English]", "does not fit"),
        ("words: By day.", "wrods: By day.", "unknown field 'wrods'; write 'words'"),
        ("id: LW-2", "id: LW-1", "the id 'LW-1' was given already"),
        ("published: no", "published: perhaps", "'perhaps' is neither yes nor no; write yes or no"),
        ("triggers: [{id: G-1,", "triggers: [{id: G-1, pledges: [P-9],", "unknown pledge 'P-9'"),
    ],
)  # fmt: skip
def test_a_wrong_reference_of_a_text_about_itself_is_said(old, new, said):
    assert old in PROVISIONS
    found = problems(PROVISIONS.replace(old, new) + CLAUSE, box("z", 24, 44, 26, 46), line())
    assert any(said in one for one in found), found


def test_parties_and_bodies_have_roles_and_one_name_each():
    found = read(
        head=HEAD.replace("{id: B, name: Side B}", "{id: B, name: Side B, role: proxy, of: A}")
    )
    assert [(one.role, one.of) for one in found.parties] == [
        ("party", ""),
        ("proxy", "A"),
        ("third_party", ""),
    ]
    assert "(proxy of A)" in "\n".join(describe(found))
    (said,) = problems(head=HEAD.replace("id: MISSION, name", "id: A, name"))
    assert "A is a party already" in said
    assert (
        "unknown party 'C'"
        in problems(head=HEAD.replace("name: Side B}", "name: Side B, of: C}"))[0]
    )
    assert (
        "ALL stands for every party"
        in problems(head=HEAD.replace("{id: T, name", "{id: ALL, name"))[0]
    )
