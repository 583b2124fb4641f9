"""What every command says that takes a step on a finding, and how it tells what it did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import typer

from truceline.access.signatures import sign_with_file
from truceline.cli.acting import acting, ask_secret, secret_in
from truceline.cli.screen import err, now, out, print_json
from truceline.errors import WorkflowError
from truceline.model.case import Attribution
from truceline.model.finding import Outcome, Status
from truceline.model.person import Person, Principal, Signature
from truceline.model.review_rules import UNDETERMINED, StepKind
from truceline.pipeline.case import WITHOUT_RULES, case_plain, look, proves, shown_to
from truceline.pipeline.desk import Desk, open_desk
from truceline.pipeline.registered import person
from truceline.pipeline.workflow import Request, act
from truceline.store import database
from truceline.store.notices import FindingStep

WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
FINDING = typer.Argument(help="Id of a finding.", metavar="FINDING")
BY = typer.Option(
    "", "--by", help="Who acts: a name at a desk, else the id of a registered person.",
    metavar="NAME",
)  # fmt: skip
WHY = typer.Option(..., "--why", help="The reason, in words.", metavar="TEXT")
REVISION = typer.Option(
    0, "--revision", min=0, metavar="N",
    help="Revision of the incident that you saw; refused where there is a newer one.",
)  # fmt: skip
KEY = typer.Option(
    None, "--key", help="Sign with this private key of your own; it is not kept.", metavar="FILE"
)
PASSPHRASE_FILE = typer.Option(
    None, "--passphrase-file", help="File with the passphrase of --key.", metavar="FILE"
)
SIGNATURE = typer.Option(
    None, "--signature", metavar="FILE",
    help="Signature under what `findings statement` printed; with --time.",
)  # fmt: skip
TIME = typer.Option("", "--time", help="Time in the statement that was signed.", metavar="TIME")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")
_LONGEST = 8192
"""Of a file with a key or a signature. Unit: bytes."""


class Signing:
    """With which key of their own somebody signs, and what time stands in the statement."""

    def __init__(
        self, key: Path | None, passphrase: Path | None, signature: Path | None, time: str
    ) -> None:
        if key is not None and signature is not None:
            raise typer.BadParameter("give --key or --signature, not both")
        if (signature is None) != (not time):
            raise typer.BadParameter("--signature and --time belong together")
        self._key, self._passphrase, self._signature = key, passphrase, signature
        self.time = parsed_time(time) if time else None

    def sign_for(self, who: Person | None) -> Callable[[bytes], Signature] | None:
        """Give how somebody signs; null where the system signs for them.

        Raises:
            WorkflowError: when no key of the person's own is registered.
        """
        if self._key is None and self._signature is None:
            return None
        if who is None or who.key is None:
            raise WorkflowError(
                "no key of yours is registered here: an administrator registers people with "
                "`truceline people add`, and keys with `truceline people key`."
            )
        public = who.key
        if self._signature is not None:
            value = _text(self._signature)
            return lambda _: Signature(public, value)
        assert self._key is not None
        data, secret = _bytes(self._key), self._secret(_bytes(self._key))
        return lambda message: sign_with_file(public, data, secret, message)

    def _secret(self, data: bytes) -> bytes | None:
        if self._passphrase is not None:
            return secret_in(self._passphrase).text.encode()
        return ask_secret("passphrase of the key").text.encode() if _locked(data) else None


def _locked(data: bytes) -> bool:
    """Tell whether a key file says that it is encrypted; OpenSSH's is asked by trying to open it."""
    return b"ENCRYPTED" in data or (b"OPENSSH PRIVATE KEY" in data and _openssh_locked(data))


def _openssh_locked(data: bytes) -> bool:
    import base64  # noqa: PLC0415 - needed for this question alone

    body = b"".join(line for line in data.split(b"\n") if line and not line.startswith(b"-----"))
    try:
        return b"\x00\x00\x00\x04none" not in base64.b64decode(body)[:32]
    except ValueError:
        return False


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LONGEST + 1)


def _text(path: Path) -> str:
    return _bytes(path).decode("utf-8", errors="replace").strip("\n") + (
        "\n" if b"SSH SIGNATURE" in _bytes(path) else ""
    )


def parsed_time(text: str) -> datetime:
    """Read a time with a zone.

    Raises:
        typer.BadParameter: when it is none.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min  # noqa: DTZ901 - has no zone, so it is refused below
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{text!r} is no time; write it as 2026-05-13T09:00:00Z")
    return moment


def attribution(party: str, probability: float) -> Attribution:
    """Give who did it, and what is left undetermined."""
    if party == UNDETERMINED or probability >= 1:
        return ((party, probability),)
    return ((party, probability), (UNDETERMINED, round(1 - probability, 9)))


def who_acts(desk: Desk, by: str, token_file: Path | None) -> Principal:
    """Tell who acts, with the key of now.

    Raises:
        AccessError: when people are registered and none of them is proved.
    """
    principal = acting(desk, by, token_file)
    if principal.person is None:
        return principal
    now_known = person(desk, principal.person.person_id)
    return Principal(now_known, principal.how, principal.scopes, principal.expires)


def step(
    ws: Path, request: Request, by: str, token_file: Path | None, signing: Signing, *, json: bool
) -> None:
    """Take a step and tell what it did."""
    with open_desk(ws) as desk:
        principal = who_acts(desk, by, token_file)
        sign = signing.sign_for(principal.person)
        row = act(desk, request, now(), principal, by=by, time=signing.time, sign=sign)
        _told(desk, ws, row, principal, json=json)


def _told(desk: Desk, ws: Path, row: FindingStep, who: Principal, *, json: bool) -> None:
    with database.reading(desk.engine) as connection:
        one = shown_to(connection, desk.agreement, look(desk, row.finding_id, now()), who)
    if json:
        print_json({"step": case_plain(one)["steps"][-1], "case": case_plain(one)})
        return
    out.print(
        f"{row.finding_id} {row.step} by {row.person} at {row.time} "
        f"(incident revision {row.incident_revision}, entry {row.log_index} of the log)",
        markup=False,
    )
    out.print(f"  {proves(row)}", markup=False)
    out.print(f"  now {one.state.status.value}; next: {one.state.missing}", markup=False)
    if one.rules is None and row.step in (StepKind.CONFIRMED, StepKind.REJECTED):
        out.print(f"  {WITHOUT_RULES}", markup=False)
    confirmed = one.state.status is Status.CONFIRMED and row.step == StepKind.CONFIRMED
    if confirmed and one.finding.outcome is not Outcome.VIOLATED:
        err.print(
            f"remark: the finding says {one.finding.outcome.value}, so confirming it opens no "
            "procedure",
            markup=False,
        )
    elif (confirmed or row.step == StepKind.REJECTED) and desk.agreement.responses:
        out.print(f"who must be told: truceline notices list {ws}", markup=False)
