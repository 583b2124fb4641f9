"""The PDF of the register: deterministic, accessible, from embedded fonts, with every entry."""

import re
import shutil
import subprocess
import sys
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from register_views import HOSTILE, entry, sample_view, view_of
from register_world import reading
from truceline.errors import WorkflowError
from truceline.model.register import Origin
from truceline.publication import register_words as words
from truceline.publication.register import STATUS_SIGNS
from truceline.publication.register_pdf import register_images, register_pdf
from truceline.publication.register_pdf_data import METHOD, pdf_data
from truceline.publication.register_pdf_text import printable
from truceline.publication.register_view import MatrixCell, MatrixRow

NOW = datetime(2031, 3, 1, 12, tzinfo=UTC)
VIEW = sample_view()


def text_of(data, tmp_path):
    """Give the text of a PDF, hyphens of line ends taken out."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    path = tmp_path / "register.pdf"
    path.write_bytes(data)
    run = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True)
    return run.stdout.decode()


def test_the_same_view_and_time_give_the_same_bytes():
    first = register_pdf(VIEW, NOW)
    assert first == register_pdf(sample_view(), NOW)
    assert first != register_pdf(VIEW, NOW.replace(hour=13))
    assert first.startswith(b"%PDF-")


def test_the_time_in_the_file_is_the_one_given():
    assert b"D:20310301120000" in register_pdf(VIEW, NOW)


def test_every_font_is_embedded_and_comes_with_typst():
    fonts = set(re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([A-Za-z]+)", register_pdf(VIEW, NOW)))
    assert {name for name in fonts if not name.startswith((b"Libertinus", b"DejaVuSansMono"))} == set()  # fmt: skip
    assert len(fonts) >= 2


def test_the_document_says_everything(tmp_path):
    text = text_of(register_pdf(VIEW, NOW), tmp_path)
    flat = " ".join(text.split())
    for one in VIEW.shown:
        assert one.id in text
    for d in VIEW.disputes:
        assert d.id in text
    assert "Method and limits" in flat
    assert "Who leads, who hosts, who refused" in flat
    assert "R. Eader ruled: side 1 is followed" in flat
    assert "No ceasefire is in force." in flat
    assert "\ufffd" not in flat


def test_text_of_others_is_never_read_as_markup(tmp_path):
    wild = entry("e1", name='#panic("x") *b* $x$ \\ ' + HOSTILE, summary="= Heading\n#let x = 1")
    view = replace(VIEW, entries=(wild,), matrix=())
    flat = " ".join(text_of(register_pdf(view, NOW), tmp_path).split())
    assert '#panic("x") *b* $x$' in flat
    assert "#let x = 1" in flat


def test_letters_of_other_scripts_show_and_soft_hyphens_break_words(tmp_path):
    long = "\u00ad".join(["Zusammen", "arbeits", "verein", "barung"] * 12)
    one = entry("e1", name="Володимир Їжакевич-Ґудзь", summary=long, limits="中文 label")
    flat = " ".join(text_of(register_pdf(replace(VIEW, entries=(one,), matrix=()), NOW), tmp_path).split())  # fmt: skip
    assert "Володимир Їжакевич-Ґудзь" in flat
    assert "[U+4E2D][U+6587] label" in flat


@settings(max_examples=12, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_set(name, summary):
    """Also lone surrogates, controls and scripts that no embedded font has."""
    one = entry("e1", name=name, summary=summary, condition=summary)
    view = replace(VIEW, entries=(one,), matrix=(), disputes=(), title=name or "x")
    assert register_pdf(view, NOW).startswith(b"%PDF-")


@given(st.text())
def test_printable_text_stays_so(text):
    once = printable(text)
    assert printable(once) == once
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Cn"} for c in once)


def test_every_sign_of_ours_can_be_shown(tmp_path):
    signs = [*STATUS_SIGNS.values(), *words.ORIGIN_SIGNS.values(), *words.TURN_SIGNS.values(), "≠"]
    assert [printable(sign) for sign in signs] == signs
    assert "[U+" not in text_of(register_pdf(VIEW, NOW), tmp_path)


def test_an_error_of_typst_is_told_with_what_to_do(monkeypatch):
    def broken(*_, **__):
        error = typst.TypstError("no", "no")
        error.message = "no"
        raise error

    monkeypatch.setattr(typst, "compile", broken)
    with pytest.raises(WorkflowError, match=r"requirements\.lock"):
        register_pdf(VIEW, NOW)


def test_the_pages_can_be_looked_at():
    images = register_images(VIEW, NOW)
    assert len(images) >= 4
    assert all(data.startswith(b"\x89PNG") for data in images)


def test_an_empty_register_is_a_document_too(tmp_path):
    agreement = replace(VIEW.agreement, pledges=(), notes=(), sources={})
    empty = replace(view_of(reading([]), agreement=agreement), events=(), frameworks=())
    flat = " ".join(text_of(register_pdf(empty, NOW), tmp_path).split())
    assert "No entry is on record" in flat
    assert "Nobody is named." in flat
    alone = replace(empty, agreement=None)
    assert pdf_data(alone, NOW)["sources"] == []


def test_words_of_articles_stay_out_where_they_must():
    data = pdf_data(replace(VIEW, words=False), NOW)
    assert "pledged ships" not in str(data)
    assert "not for publication" not in data["footer"]
    assert "pledged ships" in str(pdf_data(VIEW, NOW))


def test_proposals_stand_apart_and_rejected_ones_are_left_out():
    data = pdf_data(VIEW, NOW)
    shown = [e for party in data["parties"] for e in party["entries"]]
    assert len(shown) == len(VIEW.shown)
    for one in shown:
        assert one["sign"].startswith("(") is not one["origin"]["firm"]
    assert all(line["origin"]["firm"] for line in data["open"])
    assert data["method"] == list(METHOD)


def test_a_matrix_with_a_rejected_entry_is_refused():
    cell = MatrixCell("naval", (entry("e1", origin=Origin.REJECTED),))
    wrong = replace(VIEW, matrix=(MatrixRow("NB", "Northbank", False, (cell,)),))
    with pytest.raises(WorkflowError, match="was rejected"):
        register_pdf(wrong, NOW)


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        register_pdf(VIEW, NOW.replace(tzinfo=None))


def test_without_typst_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(WorkflowError, match=r"pip install 'truceline\[pdf\]'"):
        register_pdf(VIEW, NOW)
