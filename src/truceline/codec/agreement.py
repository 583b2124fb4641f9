"""An agreement's folder to its noun: the only place that reads those files.

::

    agreement.yaml    what the parties promised          (must be there)
    texts/ID.yaml     one document of a family of texts
    procedure.yaml    how the mission verifies it        (must be there)
    geometry.geojson  lines and zones
    pledges.yaml      who pledged what, on which condition
    cases.yaml        situations with the finding that must follow
    procedures.yaml   who is told when a condition is met
    events.yaml       summits, calls, declarations
    frameworks.yaml   earlier texts that later ones lean on
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from truceline.codec import agreement_build as build
from truceline.codec.agreement_documents import Documents
from truceline.codec.agreement_events import (
    EventsShape,
    FrameworksShape,
    check_events,
    events_of,
    frameworks_of,
)
from truceline.codec.agreement_fields import Shape
from truceline.codec.agreement_links import CaseNames, check_case_names, check_links
from truceline.codec.agreement_parse import parse_shape
from truceline.codec.agreement_responses import (
    ResponsesShape,
    check_responses,
    recipients_of,
    responses_of,
)
from truceline.codec.agreement_rules import PledgesShape, ProcedureShape
from truceline.codec.agreement_shape import AgreementShape, CasesShape
from truceline.codec.agreement_texts import (
    FOLDER,
    clauses_of_texts,
    lines_needed,
    read_texts,
    text_of,
    text_shapes,
)
from truceline.codec.agreement_windows import (
    check_place,
    check_window,
    check_windows,
    theatre_of,
    zone_of,
)
from truceline.codec.clause_build import clauses_of
from truceline.codec.geometry import read_geometry
from truceline.codec.located_yaml import Located, Problems, read_located
from truceline.codec.provisions_build import provisions_of
from truceline.errors import AgreementError
from truceline.model.agreement import Agreement, Case, Clause, Geometry, InForce
from truceline.model.interval import Interval
from truceline.model.place import BoundingBox

REQUIRED = ("agreement.yaml", "procedure.yaml")
OPTIONAL = (
    "geometry.geojson",
    "pledges.yaml",
    "cases.yaml",
    "procedures.yaml",
    "events.yaml",
    "frameworks.yaml",
)
S = TypeVar("S", bound=Shape)


def agreement_files(folder: Path) -> dict[str, bytes]:
    """Give the bytes of the folder's files by name, sorted; an absent optional file is left out.

    Raises:
        AgreementError: when the folder or a required file is missing or cannot be read.
    """
    missing = [name for name in REQUIRED if not (folder / name).is_file()]
    if missing:
        raise AgreementError(
            [
                f"{folder / name}:1: the file is missing; write it, see docs/agreements.md"
                for name in missing
            ]
        )
    texts = (FOLDER + path.name for path in (folder / FOLDER).glob("*.yaml"))
    single = (name for name in (*REQUIRED, *OPTIONAL) if (folder / name).is_file())
    names = sorted((*single, *texts))
    try:
        return {name: (folder / name).read_bytes() for name in names}
    except OSError as error:
        raise AgreementError(
            [f"{error.filename}:1: cannot be read ({error.strerror}); open it to reading"]
        ) from error


def load_agreement(folder: Path) -> Agreement:
    """Read, check and build the agreement of a folder.

    Raises:
        AgreementError: with every problem found, each ``FILE:LINE: what; what to write instead``.
    """
    return parse_agreement(agreement_files(folder), folder.as_posix())


def parse_agreement(files: dict[str, bytes], shown: str) -> Agreement:
    """Build an agreement from the bytes of its files (which need not lie on a disk).

    Args:
        files: name to bytes, as ``agreement_files`` gives them.
        shown: the folder's name, put before the file names in problems.

    Raises:
        AgreementError: with every problem found.
    """
    problems = Problems()
    docs = _documents(files, shown, problems)
    agreement = _shape(docs.agreement, AgreementShape, problems)
    procedure = _shape(docs.procedure, ProcedureShape, problems)
    pledges = _shape(docs.pledges, PledgesShape, problems)
    cases = _shape(docs.cases, CasesShape, problems)
    responses = _shape(docs.responses, ResponsesShape, problems)
    events = _shape(docs.events, EventsShape, problems)
    frameworks = _shape(docs.frameworks, FrameworksShape, problems)
    texts = text_shapes(docs.texts, problems)
    in_force = _in_force(agreement)
    geometry: tuple[Geometry, ...] = ()
    if docs.agreement is not None:  # else every reference of the other files would seem wrong
        check_links(docs, problems)
        check_responses(docs, problems)
        check_events(docs, problems)
        check_windows(docs, problems)
        needed = lines_needed(agreement, texts) if docs.texts and agreement else None
        geometry = _geometry(docs, in_force, needed, problems)
    if problems.found or agreement is None or procedure is None:
        raise AgreementError(problems.texts())
    zone = in_force.zone if in_force else "UTC"
    everyone = build.everyone_of(agreement)
    sources = dict(agreement.sources)
    for one in texts:
        sources.update(one.sources)
    return Agreement(
        id=agreement.id,
        title=agreement.title,
        version=agreement.version,
        kind=agreement.kind,
        status=agreement.status,
        parties=tuple(build.party_of(one) for one in agreement.parties),
        bodies=tuple(build.body_of(one) for one in agreement.bodies),
        in_force=in_force,
        theatre=theatre_of(docs.agreement),
        clauses=(
            *clauses_of(agreement.clauses, in_force, everyone),
            *clauses_of_texts(texts, everyone),
        ),
        exemptions=tuple(build.exemption_of(one, zone) for one in agreement.exemptions),
        geometry=geometry,
        procedure=build.procedure_of(procedure),
        pledges=tuple(build.pledge_of(one) for one in pledges.pledges) if pledges else (),
        cases=_cases(cases, docs.cases, zone),
        sources=sources,
        notes=tuple(agreement.notes),
        recipients=recipients_of(responses),
        responses=responses_of(responses),
        events=events_of(events),
        frameworks=frameworks_of(frameworks),
        texts=tuple(text_of(one, zone) for one in texts),
        provisions=provisions_of(agreement, zone),
    )


def read_cases(file: Path, agreement: Agreement) -> tuple[Case, ...]:
    """Read cases that lie outside the agreement's folder.

    Raises:
        AgreementError: when the file cannot be read, or with every problem found in it.
    """
    problems = Problems()
    try:
        where = read_located(file.read_bytes(), file.as_posix(), problems)
    except OSError as error:
        raise AgreementError(
            [f"{file}:1: cannot be read ({error.strerror}); check the path"]
        ) from error
    shape = _shape(where, CasesShape, problems)
    zone = agreement.in_force.zone if agreement.in_force else "UTC"
    check_case_names(where, _case_names(agreement), problems)
    for number, case in enumerate(shape.cases if shape else ()):
        assert where is not None
        path = ("cases", number, "situation")
        said = case.situation.model_dump(by_alias=True)
        check_window(where, path, said, zone, problems)
        check_place(where, path, said, agreement.theatre, problems)
    if problems.found:
        raise AgreementError(problems.texts())
    return _cases(shape, where, zone)


def _case_names(agreement: Agreement) -> CaseNames:
    return CaseNames(
        clauses=frozenset(one.id for one in agreement.clauses),
        parties=frozenset(one.id for one in agreement.parties),
        bodies=frozenset(one.id for one in agreement.bodies),
        lines=frozenset(one.id for one in agreement.geometry if one.role == "line"),
        texts=frozenset(one.id for one in agreement.texts),
    )


def unverified_figures(agreement: Agreement, clause: Clause) -> tuple[str, ...]:
    """Give the figures that a finding of this clause hangs on and that are not fully verified.

    The window of its text (or of the agreement) counts where the clause has no window of its own;
    what the clause says about a figure goes before what the text says about it.
    """
    figures = {}
    own = next((one.in_force for one in agreement.texts if one.id == clause.text), None)
    if not clause.text:
        own = agreement.in_force
    if own is not None and (own.time.start == clause.time.start or own.time.end == clause.time.end):
        figures.update({one.figure: one for one in own.verified})
    figures.update({one.figure: one for one in clause.verified})
    return tuple(
        f"{name}: {one.state}" + (f" ({one.note})" if one.note else "")
        for name, one in sorted(figures.items())
        if one.state != "yes"
    )


def _documents(files: dict[str, bytes], shown: str, problems: Problems) -> Documents:
    def read(name: str) -> Located | None:
        if name not in files:
            return None
        where = read_located(files[name], f"{shown}/{name}", problems)
        if where is not None and not isinstance(where.data, dict):
            problems.add(where, (), "fields were expected", "write 'name: value' lines")
            return None
        return where

    single = {name: read(name) for name in (*REQUIRED, *OPTIONAL)}
    law = single["agreement.yaml"]
    return Documents(
        agreement=law,
        procedure=single["procedure.yaml"],
        geometry=single["geometry.geojson"],
        pledges=single["pledges.yaml"],
        cases=single["cases.yaml"],
        responses=single["procedures.yaml"],
        events=single["events.yaml"],
        frameworks=single["frameworks.yaml"],
        texts=read_texts(files, shown, law, problems),
    )


def _shape(where: Located | None, shape: type[S], problems: Problems) -> S | None:
    return None if where is None else parse_shape(where, shape, problems)


def _in_force(agreement: AgreementShape | None) -> InForce | None:
    """Build the agreement's own time; null where there is none or it was reported as wrong."""
    try:
        said = agreement.in_force if agreement is not None else None
        return build.in_force_of(said) if said is not None else None
    except ValueError:
        return None


def _geometry(
    docs: Documents,
    in_force: InForce | None,
    needed: dict[str, Interval] | None,
    problems: Problems,
) -> tuple[Geometry, ...]:
    if docs.geometry is None:
        return ()
    own: Interval | None = in_force.time if in_force else None
    theatre: BoundingBox | None = theatre_of(docs.agreement)
    return read_geometry(docs.geometry, own, zone_of(docs.agreement), theatre, problems, needed)


def _cases(shape: CasesShape | None, where: Located | None, zone: str) -> tuple[Case, ...]:
    if shape is None or where is None:
        return ()
    return tuple(
        build.case_of(case, zone, where.line(("cases", number, "id")))
        for number, case in enumerate(shape.cases)
    )
