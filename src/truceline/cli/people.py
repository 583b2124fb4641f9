"""People of a mission: who they are, what they may do, and by which key they are known."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import typer

from truceline.access.hidden import Hidden
from truceline.access.person_keys import read_public_key
from truceline.cli import people_access
from truceline.cli.acting import TOKEN_FILE, acting
from truceline.cli.screen import now, out, print_json, shown
from truceline.errors import WorkflowError
from truceline.model.person import Grant, KeptBy, Person, PersonKey, Role
from truceline.pipeline import people as desk_of
from truceline.pipeline.desk import open_desk
from truceline.pipeline.seeing import seen_people, seen_person
from truceline.pipeline.tokens import invite
from truceline.store.people import PersonVersion, person_of

app = typer.Typer(
    help="People: register them, say what they may do, how they log in, who read what.",
    no_args_is_help=True,
)
WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
ID = typer.Argument(help="Id of the person, such as r.example.", metavar="ID")
NAME = typer.Option(..., "--name", help="Name as it is shown.", metavar="NAME")
NATIONALITY = typer.Option(
    "", "--nationality", help="ISO 3166-1, two letters, such as CH.", metavar="CC"
)
ROLE = typer.Option(
    ..., "--role", help="ROLE, ROLE:SIDE or ROLE@AREA,AREA; may be given again.", metavar="ROLE"
)
PUBLIC_KEY = typer.Option(
    None, "--public-key", help="Public half of a key that the person keeps.", metavar="FILE"
)
NEW_NAME = typer.Option(None, "--name", help="Another name.", metavar="NAME")
NEW_NATIONALITY = typer.Option(None, "--nationality", help="Another one.", metavar="CC")
NEW_ROLE = typer.Option([], "--role", help="All roles from now on.", metavar="ROLE")
ENABLE = typer.Option(False, "--enable", help="Let a disabled person in again.")
NEW_KEY = typer.Option(False, "--new", help="Let the system make a new key and keep it.")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")


@app.command()
def add(
    ws: Path = WS,
    person: str = ID,
    name: str = NAME,
    role: list[str] = ROLE,
    nationality: str = NATIONALITY,
    public_key: Path | None = PUBLIC_KEY,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Register a person and invite them to set a password; the first is an administrator.

    Example: truceline people add ws r.example --name "R. Example" --role verifier --nationality SE
    """
    new = Person(person, name, nationality, grants_of(role), key_in(public_key))
    with open_desk(ws) as desk:
        principal = acting(desk, token_file=token_file)
        row = desk_of.register(desk, principal, new, now(), secrets.token_bytes)
        invitation = invite(desk, principal, row.person_id, now(), secrets.token_bytes)
    _tell(row)
    tell_invitation(ws, row.person_id, invitation.secret)


@app.command("list")
def list_people(ws: Path = WS, json: bool = JSON, token_file: Path | None = TOKEN_FILE) -> None:
    """List who is registered, with roles and keys.

    Example: truceline people list ws
    """
    with open_desk(ws) as desk:
        found = seen_people(desk, acting(desk, token_file=token_file), now())
    if json:
        print_json([_plain(one) for one in found])
        return
    for one in found:
        out.print(_line(one), markup=False)
    if not found:
        out.print(
            "nobody is registered: this workspace is a desk, where a name is taken at its word"
        )


@app.command()
def show(
    ws: Path = WS, person: str = ID, json: bool = JSON, token_file: Path | None = TOKEN_FILE
) -> None:
    """Show a person with every version of them: roles, keys, who changed what and when.

    Example: truceline people show ws r.example
    """
    with open_desk(ws) as desk:
        rows = seen_person(desk, acting(desk, token_file=token_file), person, now())
    if json:
        print_json([{**_plain(person_of(r)), **_when(r)} for r in rows])
        return
    for row in rows:
        out.print(f"{row.time} by {row.by or 'the desk'} (entry {row.log_index} of the log)")
        out.print(f"  {_line(person_of(row))}", markup=False)
        out.print(f"  {_key_line(person_of(row).key)}", markup=False)


@app.command()
def change(
    ws: Path = WS,
    person: str = ID,
    name: str | None = NEW_NAME,
    nationality: str | None = NEW_NATIONALITY,
    role: list[str] = NEW_ROLE,
    enable: bool = ENABLE,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Change a person's name, nationality or roles; what was signed before stays as it is.

    Example: truceline people change ws r.example --role verifier@storage --role analyst
    """
    with open_desk(ws) as desk:
        row = desk_of.change(
            desk,
            acting(desk, token_file=token_file),
            person,
            now(),
            secrets.token_bytes,
            name=name,
            nationality=nationality,
            grants=grants_of(role) if role else None,
            disabled=False if enable else None,
        )
    _tell(row)


@app.command()
def disable(ws: Path = WS, person: str = ID, token_file: Path | None = TOKEN_FILE) -> None:
    """Shut a person out at once; what they signed stays.

    Example: truceline people disable ws r.example
    """
    with open_desk(ws) as desk:
        principal = acting(desk, token_file=token_file)
        row = desk_of.disable(desk, principal, person, now(), secrets.token_bytes)
    _tell(row)


@app.command()
def key(
    ws: Path = WS,
    person: str = ID,
    public_key: Path | None = PUBLIC_KEY,
    new: bool = NEW_KEY,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Change the key by which a person's steps are known; the earlier one stays for earlier steps.

    Example: truceline people key ws r.example --public-key id_ed25519.pub
    """
    if (public_key is None) is not new:
        raise typer.BadParameter("give either --public-key FILE or --new")
    with open_desk(ws) as desk:
        principal = acting(desk, token_file=token_file)
        row = desk_of.change(
            desk, principal, person, now(), secrets.token_bytes,
            key=key_in(public_key), new_key=new,
        )  # fmt: skip
    _tell(row)
    out.print(_key_line(person_of(row).key), markup=False)


people_access.register(app)


def grants_of(texts: list[str]) -> tuple[Grant, ...]:
    """Read roles as the command line writes them.

    Raises:
        WorkflowError: when a role is none.

    >>> grants_of(["party_liaison:NOR", "verifier@storage,lights"])[1].areas
    ('storage', 'lights')
    """
    found = []
    for text in texts:
        head, _, areas = text.partition("@")
        name, _, side = head.partition(":")
        if name not in [role.value for role in Role]:
            raise WorkflowError(
                f"{name[:64]!r} is no role; one of {', '.join(r for r in Role if r != Role.PUBLIC)}."
            )
        found.append(Grant(Role(name), side, tuple(a for a in areas.split(",") if a)))
    return tuple(found)


def key_in(path: Path | None) -> PersonKey | None:
    """Read the public half of a key from a file, if one is given.

    Raises:
        WorkflowError: when it is no such key.
        OSError: when the file cannot be read.
    """
    if path is None:
        return None
    with path.open("rb") as file:
        return read_public_key(file.read(10_000))


def tell_invitation(ws: Path, person_id: str, secret: Hidden) -> None:
    """Print an invitation: the only time that it is shown."""
    out.print(
        f"invitation for {person_id}, good once and for 7 days; hand it over in person or by a line "
        "that nobody reads:",
        markup=False,
    )
    out.print(f"  TRUCELINE_TOKEN={secret.text} truceline people password {ws}", markup=False)


def _tell(row: PersonVersion) -> None:
    out.print(f"{_line(person_of(row))} (entry {row.log_index} of the log)", markup=False)


def _line(person: Person) -> str:
    nation = person.nationality or "--"
    roles = ", ".join(_grant_text(grant) for grant in person.grants)
    state = " DISABLED" if person.disabled else ""
    return shown(f"{person.person_id:<20} {person.name:<24} {nation} {roles}{state}")


def _grant_text(grant: Grant) -> str:
    return (
        grant.role.value
        + (f":{grant.side}" if grant.side else "")
        + (f"@{','.join(grant.areas)}" if grant.areas else "")
    )


def _key_line(key: PersonKey | None) -> str:
    if key is None:
        return "no key"
    who = (
        "kept by the system: a signature proves the system's word"
        if key.kept_by is KeptBy.SYSTEM
        else "kept by the person"
    )
    return f"key {key.kind} {key.public} ({who})"


def _plain(person: Person) -> dict[str, Any]:
    key = person.key
    return {
        "person_id": person.person_id,
        "name": person.name,
        "nationality": person.nationality,
        "roles": [_grant_text(grant) for grant in person.grants],
        "disabled": person.disabled,
        "key": None
        if key is None
        else {"kind": key.kind, "public": key.public, "kept_by": key.kept_by.value},
    }


def _when(row: PersonVersion) -> dict[str, Any]:
    return {"by": row.by, "time": row.time, "log_index": row.log_index}
