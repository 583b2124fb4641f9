"""Sending what is owed: at least once, never twice in the record, and no carrier waits for another.

Before each try it is written down that it begins; after it, that it went out. A machine that stops
in between sends again, with the same key. Where the finding is rejected meanwhile, a notice that may
have gone out counts as sent, so that it is taken back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from truceline.codec.canonical import rfc3339
from truceline.guarantees import procedure_clock as clock
from truceline.guarantees.procedure_notices import notices
from truceline.model.procedure import Notice
from truceline.pipeline import recording
from truceline.pipeline.carriers import Carriers, Parcel
from truceline.pipeline.desk import Desk
from truceline.pipeline.notices import (
    attempts_of,
    clock_records,
    open_now,
    records_of,
    taken_back,
)
from truceline.pipeline.steps import moment_of
from truceline.store import database
from truceline.store import notices as store
from truceline.store.notices import Attempt, NoticeRecord
from truceline.transport.outcome import Outcome, Result
from truceline.transport.settings import Route

FIRST_PAUSE: Final = timedelta(minutes=1)
"""Before the second try; doubled with each, up to :data:`LONGEST_PAUSE`."""
LONGEST_PAUSE: Final = timedelta(hours=1)
BY: Final = "truceline"
"""Who sends, in the record."""
_MAYBE: Final = ("begun", "unsure")


@dataclass(frozen=True, slots=True)
class Owed:
    """A notice that is to go out now by one way."""

    notice: Notice
    route: Route | None
    """Null where nobody said how the recipient is reached."""
    attempt: Attempt | None
    """What was tried before."""
    ways: tuple[Route, ...] = ()
    """Every way by which this notice is owed."""

    @property
    def id(self) -> tuple[str, str]:
        """Notice and way."""
        return self.notice.id, self.route.id if self.route is not None else ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one notice by one way."""

    notice: Notice
    route: str
    """Id of the way; empty where there is none."""
    outcome: Outcome


def owed_now(
    desk: Desk, carriers: Carriers, now: datetime, *, again: bool = False
) -> tuple[Owed, ...]:
    """Give what is to go out now, in its order.

    Args:
        desk: the workspace.
        carriers: that know the ways.
        now: UTC.
        again: also what failed for good, and what waits for its next try.

    Raises:
        WorkspaceError: when records or ``notices.toml`` cannot be read.
    """
    rows, tried = records_of(desk), attempts_of(desk)
    records = clock_records(rows, tried.values())
    went = {one.notice for one in records if one.what == "sent"}
    found: list[Owed] = []
    for opened in open_now(desk, now):
        standing = notices(opened) if opened.withdrawn is None else taken_back(opened, records)
        due = {one.id for one in clock.due(opened, records, now)}
        for notice in standing:
            if notice.id in due or notice.id in went:
                found += _ways(notice, carriers.routes(notice.recipient.id), rows, tried)
    return tuple(one for one in found if _ready(one, now, again))


def send_due(
    desk: Desk, carriers: Carriers, now: datetime, *, again: bool = False
) -> tuple[Delivery, ...]:
    """Send what is due now, then what becomes due by that, until nothing is left to try.

    Args:
        desk: the workspace.
        carriers: that bring it.
        now: UTC; moment of every try of this call.
        again: try also what failed for good, and what waits for its next try.

    Raises:
        WorkspaceError: when another process is sending, or log or records cannot be written.
    """
    done: list[Delivery] = []
    seen: set[tuple[str, str]] = set()
    down: set[str] = set()
    with recording.alone(desk.workspace.root, "sending notices"):
        with recording.recording(desk):
            _settle(desk, now)
        # looked at anew before each try: a person may have rejected the finding meanwhile
        while one := _next(owed_now(desk, carriers, now, again=again), seen):
            seen.add(one.id)
            if one.route is None:
                nowhere = Outcome(Result.LATER, "no way is known", "add one to notices.toml")
                done.append(Delivery(one.notice, "", nowhere))
            elif _server(one.route) in down:
                dead = Outcome(Result.LATER, "server is down", "it did not answer just now")
                done.append(Delivery(one.notice, one.route.id, dead))
            else:
                outcome = _try(desk, carriers, one, one.route, now)
                if outcome.down:
                    down.add(_server(one.route))
                done.append(Delivery(one.notice, one.route.id, outcome))
    return tuple(done)


def pause_after(tries: int) -> timedelta:
    """Give how long to wait after so many tries.

    >>> [pause_after(n) // timedelta(minutes=1) for n in (1, 2, 3, 7, 100)]
    [1, 2, 4, 60, 60]
    """
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(tries - 1, 10)))


def _next(owed: Sequence[Owed], seen: set[tuple[str, str]]) -> Owed | None:
    return next((one for one in owed if one.id not in seen), None)


def _server(route: Route) -> str:
    """Name what is down when a try says so: the one mail server, or this very address."""
    return "mail" if route.kind == "mail" else route.destination


def _ways(
    notice: Notice,
    routes: Sequence[Route],
    rows: Sequence[NoticeRecord],
    tried: dict[tuple[str, str], Attempt],
) -> Iterator[Owed]:
    """Give the ways by which a notice has not gone out yet.

    A way that was added after a notice went out brings no old notices. What is taken back goes by
    the ways that the notice went, if they still are there.
    """
    went = {one.carrier for one in rows if (one.notice_id, one.what) == (notice.id, "sent")}
    ways = list(routes)
    if went:
        ways = [one for one in ways if (notice.id, one.id) in tried]
    elif notice.withdrawal:
        earlier = notice.id.removesuffix("/withdrawal")
        had = {one.carrier for one in rows if (one.notice_id, one.what) == (earlier, "sent")}
        ways = [one for one in ways if one.id in had] or ways
    for one in ways:
        if one.id not in went:
            yield Owed(_dated(notice, one, rows), one, tried.get((notice.id, one.id)), tuple(ways))
    if not routes and not went:
        yield Owed(notice, None, None)


def _dated(notice: Notice, route: Route, rows: Sequence[NoticeRecord]) -> Notice:
    """Let what takes a notice back name the date that the notice bore by this way."""
    if not notice.withdrawal:
        return notice
    earlier = (notice.id.removesuffix("/withdrawal"), "sent", route.id)
    dates = [moment_of(r.detail) for r in rows if (r.notice_id, r.what, r.carrier) == earlier]
    return replace(notice, earlier_sent=dates[0]) if dates else notice


def _ready(one: Owed, now: datetime, again: bool) -> bool:
    if one.attempt is None or one.route is None or again or one.attempt.state == "begun":
        return True
    if one.attempt.destination != _digest(one.route):
        return True  # the address was corrected
    return one.attempt.state != "failed" and moment_of(one.attempt.next_try) <= now


def _try(desk: Desk, carriers: Carriers, owed: Owed, route: Route, now: datetime) -> Outcome:
    """Try once; write down before it that it begins, and after it what became of it."""
    before = owed.attempt
    tries = (before.tries if before is not None else 0) + 1
    attempt = Attempt(
        notice_id=owed.notice.id,
        carrier=route.id,
        state="begun",
        first=before.first if before is not None else rfc3339(now),
        tries=tries,
        next_try=rfc3339(now + pause_after(tries)),
        destination=_digest(route),
        said="",
    )
    _begin(desk, attempt, owed.ways, now)
    parcel = Parcel(owed.notice, desk.workspace.origin, moment_of(attempt.first))
    outcome = carriers.deliver(route, parcel, now)
    if outcome.result is not Result.LATER:
        with recording.recording(desk):
            _record(desk, attempt, outcome, now)
    unsure = outcome.unsure or (before is not None and before.state in _MAYBE)
    states = {
        Result.SENT: "sent",
        Result.FAILED: "failed",
        Result.LATER: "unsure" if unsure else "later",
    }
    done = replace(attempt, state=states[outcome.result], said=outcome.code)
    with database.writing(desk.engine) as connection:
        store.put_attempt(connection, done)
    return outcome


def _begin(desk: Desk, attempt: Attempt, routes: Sequence[Route], now: datetime) -> None:
    """Write down that a try begins, and at the first one that the other ways are owed too."""
    with database.writing(desk.engine) as connection:
        known = store.attempts(connection)
        for route in routes:
            if (attempt.notice_id, route.id) not in known and route.id != attempt.carrier:
                moment = rfc3339(now)
                other = replace(
                    attempt,
                    carrier=route.id,
                    state="later",
                    tries=0,
                    next_try=moment,
                    destination=_digest(route),
                )
                store.put_attempt(connection, other)
        store.put_attempt(connection, attempt)


def _record(desk: Desk, attempt: Attempt, outcome: Outcome, now: datetime) -> None:
    sent = outcome.result is Result.SENT
    row = NoticeRecord(
        number=0,
        notice_id=attempt.notice_id,
        what="sent" if sent else "failed",
        by=BY,
        carrier=attempt.carrier,
        time=rfc3339(now),
        detail=attempt.first if sent else outcome.code,
        log_index=0,
    )
    recording.add(desk, row)


def _settle(desk: Desk, now: datetime) -> None:
    """Count as sent what may have gone out before its finding was rejected, so it is taken back."""
    rows, tried = records_of(desk), attempts_of(desk)
    went = {(one.notice_id, one.carrier) for one in rows if one.what == "sent"}
    for opened in open_now(desk, now):
        if opened.withdrawn is None:
            continue
        own = {one.id for one in notices(opened)}
        for key, attempt in sorted(tried.items()):
            if key[0] in own and key not in went and attempt.state in _MAYBE:
                row = NoticeRecord(
                    number=0,
                    notice_id=attempt.notice_id,
                    what="sent",
                    by=f"{BY}: it may have gone out, nobody knows",
                    carrier=attempt.carrier,
                    time=attempt.first,
                    detail=attempt.first,
                    log_index=0,
                )
                recording.add(desk, row)


def _digest(route: Route) -> str:
    return hashlib.sha256(route.destination.encode()).hexdigest()
