"""One tree of errors; each root says whose fault it is.

::

    TrucelineError
    ├── SourceError          what somebody sent us cannot be used
    │   ├── WrongKindOfFile  the whole file is not of the expected kind; nothing was ingested
    │   └── RejectedRow      one record cannot be read; the rest of the file goes on
    ├── AgreementError       the agreement's files are wrong (file, line, what to write)
    ├── EvidenceError        a proof fails
    ├── WorkflowError        somebody asked for a step that is not allowed
    │   └── AccessError      not for this person: the role, its side or area, or the proof of who it is
    ├── DiskError            the disk refuses: full, only to be read, failing (an OSError as well)
    └── WorkspaceError       the workspace is missing, incomplete or of another version

Every message says what is wrong, where, why, and what to do about it.
"""

from __future__ import annotations


class TrucelineError(Exception):
    """Anything that Truceline refuses to do, with a sentence for the person in front of it."""


class SourceError(TrucelineError):
    """What somebody sent us cannot be used."""


class WrongKindOfFile(SourceError):  # noqa: N818 - reads as a sentence where it is raised
    """The whole file is not of the kind the adapter reads; nothing of it was ingested."""


class RejectedRow(SourceError):  # noqa: N818 - the same
    """One record cannot be read. Raised inside an adapter, kept as a rejected record."""


class AgreementError(TrucelineError):
    """A file of an agreement is wrong.

    Attributes:
        problems: one line each, ``FILE:LINE: what is wrong; what to write instead``.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class EvidenceError(TrucelineError):
    """A proof fails: something was changed, is missing, or was never in the log."""


class WorkflowError(TrucelineError):
    """A step that the procedure does not allow, or not yet."""


class AccessError(WorkflowError):
    """Not for this person: the role, its side or its area does not allow it, or who it is is not proved."""


class DiskError(TrucelineError, OSError):
    """The disk refuses: it is full, can only be read, or fails."""


class WorkspaceError(TrucelineError):
    """The workspace is missing, incomplete or of another version."""
