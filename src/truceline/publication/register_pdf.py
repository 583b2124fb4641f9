"""The register as a PDF, set by typst from its own embedded fonts."""

from __future__ import annotations

import json
from datetime import datetime
from importlib.resources import files
from typing import Literal

from truceline.errors import WorkflowError
from truceline.publication.register_pages import check
from truceline.publication.register_pdf_data import pdf_data
from truceline.publication.register_pdf_text import printable_data
from truceline.publication.register_view import RegisterView


def register_pdf(view: RegisterView, now: datetime) -> bytes:
    """Set the register as an accessible PDF (PDF/UA-1); the same view and time give the same bytes.

    Args:
        view: what is shown.
        now: time stamp of the document, with a zone.

    Raises:
        WorkflowError: when the package ``typst`` is not installed (it says how to install it), typst
            cannot set the document, or the matrix holds a rejected entry or one that was not known
            by its day.
        ValueError: when ``now`` has no zone.
    """
    return _set(view, now, "pdf")[0]


def register_images(view: RegisterView, now: datetime) -> tuple[bytes, ...]:
    """Give the pages of the same document as PNG images, to look at.

    Raises:
        WorkflowError: as :func:`register_pdf`.
        ValueError: as :func:`register_pdf`.
    """
    return _set(view, now, "png")


def _set(view: RegisterView, now: datetime, form: Literal["pdf", "png"]) -> tuple[bytes, ...]:
    if now.utcoffset() is None:
        raise ValueError("the time stamp of a PDF needs a zone; give an aware time")
    check(view)
    try:
        import typst  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise WorkflowError(
            "the PDF of the register is set by the package typst, which is not installed; install "
            "it with: pip install 'truceline[pdf]'"
        ) from None
    template = files("truceline.publication").joinpath("templates/register_pdf.typ").read_bytes()
    text = json.dumps(printable_data(pdf_data(view, now)), ensure_ascii=False)
    try:
        made = typst.compile(
            template,
            format=form,
            ppi=80.0 if form == "png" else None,
            sys_inputs={"data": text},
            ignore_system_fonts=True,
            timestamp=int(now.timestamp()),
            pdf_standards="ua-1" if form == "pdf" else [],
        )
    except typst.TypstError as error:
        raise WorkflowError(
            f"typst could not set the register as a PDF ({error.message}); install the version of "
            "requirements.lock, or take the pages or the CSV instead."
        ) from error
    return tuple(made) if isinstance(made, list) else (made,)
