"""Items of evidence: what may happen to one, and what its papers may be worth."""

from __future__ import annotations

from enum import StrEnum


class CustodyStep(StrEnum):
    """What a person does with an item after it was handed in."""

    TRANSFERRED = "transferred"
    """Given into other hands."""
    EXAMINED = "examined"
    """Looked at, measured, compared."""
    LINKED = "linked"
    """Said to bear on a finding or an incident."""
    SEALED = "sealed"
    """Withheld: the entry goes on proving its place, the content is shown to few."""
    UNSEALED = "unsealed"
    """Shown again to those who may read items."""


class Provenance(StrEnum):
    """What a C2PA manifest is worth; none of these says that a picture is true."""

    TRUSTED = "intact, signer on the trust list"
    """The bytes are as they were signed, by somebody whom a root of ours vouches for."""
    UNTRUSTED = "intact, signer not on the trust list"
    """The bytes are as they were signed, by somebody for whom nobody that we trust vouches."""
    ALTERED = "altered since it was signed"
    """The bytes, or the manifest, are not those that were signed."""
    BROKEN = "manifest is not valid"
    """The manifest breaks its own rules, or its certificate does not hold."""
    ELSEWHERE = "manifest lies elsewhere"
    """The file only names an address; no address is asked."""
    NONE = "no manifest"
    """Nothing comes with the file: the usual case, and no sign of anything."""
    NOT_READ = "kind of file without manifests"
    """The library reads no manifests in files of this kind."""
    UNREADABLE = "cannot be read"
    """The library could make nothing of the file."""
    NOT_CHECKED = "not checked"
    """It could not be looked at here; the report says why."""


class Paper(StrEnum):
    """What comes with an item and says something about it."""

    MANIFEST = "manifest"
    """C2PA: who made the file, with what, and whether it is as they signed it."""
    STAMP = "stamp"
    """RFC 3161: an authority saw its hash at a time."""
