"""The register as a PDF, set by typst from its own embedded fonts."""

from __future__ import annotations

from datetime import datetime

from truceline.publication.register_view import RegisterView


def register_pdf(view: RegisterView, now: datetime) -> bytes:
    """Set the register as a PDF; the same view and time give the same bytes.

    Args:
        view: what is shown.
        now: time stamp of the document, with a zone.

    Raises:
        WorkflowError: when the package ``typst`` is not installed; it says how to install it.
    """
    raise NotImplementedError
