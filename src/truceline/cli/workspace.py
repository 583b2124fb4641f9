"""init, ingest, run, report: the daily work on a workspace."""

from __future__ import annotations

import secrets
from pathlib import Path

import typer

from truceline.access.operations import Operation
from truceline.cli.acting import TOKEN_FILE, acting, permitted
from truceline.cli.screen import busy, err, now, out, print_json, shown
from truceline.errors import TrucelineError
from truceline.model.finding import Outcome
from truceline.pipeline.calibration import calibrate as make_calibration
from truceline.pipeline.custody_settings import custody_settings
from truceline.pipeline.desk import open_desk, start
from truceline.pipeline.heat import background_digest, use_learned
from truceline.pipeline.holdings import holdings
from truceline.pipeline.ingest import Ingested, ingest
from truceline.pipeline.run import run
from truceline.pipeline.shipped import agreement_folder
from truceline.pipeline.sources import ADAPTERS
from truceline.store.intake import LARGEST_ITEM_BYTES, read_whole

WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
FILES = typer.Argument(
    help="Raw files, as the source publishes them; a folder stands for the files in it."
)
HANDED_IN_BY = typer.Option(
    "", "--handed-in-by", help="Who gave the files to the mission.", metavar="NAME"
)
PAST_FIRES = typer.Argument(help="FIRMS files of past years.")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")
DATABASE = typer.Option(
    "",
    "--database",
    metavar="URL",
    help="Empty PostgreSQL database for the records, such as "
    "postgresql+psycopg://user@host/database; without it they lie in the folder, in SQLite.",
)


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.command("init")(init)
    app.command("ingest")(ingest_files)
    app.command("sources")(sources)
    app.command("background")(background)
    app.command("calibrate")(calibrate)
    app.command("run")(run_workspace)


def init(
    ws: Path = WS,
    agreement: str = typer.Option(
        ..., help="Name of a shipped agreement, or the folder of one of your own."
    ),
    database: str = DATABASE,
) -> None:
    """Make a workspace for an agreement, its records in the folder or on a PostgreSQL server.

    The password of a server is never kept: give it in PGPASSWORD or in the file .pgpass.

    Example: truceline init ws --agreement easter-2025
    """
    seed = secrets.token_bytes(32)
    with start(ws, agreement_folder(agreement), seed, now(), database) as desk:
        out.print(f"workspace {ws} for {desk.agreement.title}", markup=False)
        if database:
            out.print(f"records: {desk.workspace.records_name}", markup=False)
        out.print(f"public key of its evidence log: {desk.workspace.vkey}", markup=False)


def ingest_files(
    ws: Path = WS,
    source: str = typer.Argument(help="Name of the source; `truceline sources` lists them."),
    files: list[Path] = FILES,
    handed_in_by: str = HANDED_IN_BY,
    token_file: Path | None = TOKEN_FILE,
    json: bool = JSON,
) -> None:
    """Take in raw files. The same bytes twice change nothing; broken records are named and kept.

    Example: truceline ingest ws firms viirs.csv
    """
    done: list[Ingested] = []
    failed: list[str] = []
    with open_desk(ws) as desk:
        who = acting(desk, token_file=token_file)
        largest_bytes = custody_settings(desk.workspace).largest_item_bytes
        for path in _opened(files):
            try:
                with busy(f"reading {shown(path.name)}"):
                    raw = _read(path, largest_bytes)
                    taken = ingest(desk, source, raw, path.name, now(), principal=who,
                                   handed_in_by=handed_in_by)  # fmt: skip
                    done.append(taken)
            except TrucelineError as error:
                failed.append(str(error) if str(path) in str(error) else f"{path}: {error}")
    if json:
        print_json({"ingested": [_plain(i) for i in done], "refused": failed})
    else:
        for item in done:
            _tell(item)
        for line in failed:
            err.print(f"[bold red]refused:[/] {line.replace('[', chr(92) + '[')}")
    if failed:
        raise typer.Exit(2)


def _opened(paths: list[Path]) -> list[Path]:
    """Give the files meant: of a folder those directly in it, by name; an empty one stays itself."""
    inside = [sorted(f for f in p.iterdir() if f.is_file()) if p.is_dir() else [] for p in paths]
    return [file for path, files in zip(paths, inside, strict=True) for file in files or [path]]


def _read(path: Path, largest_bytes: int = LARGEST_ITEM_BYTES) -> bytes:
    return read_whole(path, largest_bytes, follow=True)


def _plain(item: Ingested) -> dict[str, object]:
    return {
        "source": item.source,
        "sha256": item.sha256,
        "rows": item.rows,
        "rejected": list(item.rejected),
        "again": item.again,
    }


def _tell(item: Ingested) -> None:
    again = " (known already: nothing changed)" if item.again else ""
    text = f"{item.source} {item.sha256[:12]}: {item.rows} rows, {len(item.rejected)} rejected"
    out.print(text + again)
    for line in item.rejected[:10]:
        out.print(f"  rejected {line}", markup=False)
    if len(item.rejected) > 10:
        out.print(f"  and {len(item.rejected) - 10} more; the report lists all")


def sources(json: bool = JSON) -> None:
    """List the sources that can be ingested, with licence, errors, delay and independence.

    Example: truceline sources --json
    """
    cards = [ADAPTERS[name].card for name in sorted(ADAPTERS)]
    names = type(cards[0]).__slots__
    if json:
        print_json([{n: getattr(card, n) for n in names} for card in cards])
        return
    for card in cards:
        out.print(f"[bold]{card.name}[/]  {card.title}")
        for name in names:
            if name in {"name", "title"}:
                continue
            value = getattr(card, name)
            text = "; ".join(value) if isinstance(value, tuple) else value
            out.print(f"  {name.replace('_', ' ')}: {text}", markup=False)


def background(
    ws: Path = WS, files: list[Path] = PAST_FIRES, token_file: Path | None = TOKEN_FILE
) -> None:
    """Learn from past satellite fires which heat is usual, and use it from the next run on.

    Example: truceline background ws fire_nrt_SV-C2_400448.csv
    """
    with open_desk(ws) as desk, busy("learning the background of persistent heat"):
        permitted(desk, Operation.RUN, token_file)
        table = use_learned(desk, [(path.name, _read(path)) for path in files]).table
    out.print(f"{len(table.cells)} cells learned from {table.about.get('rows', '?')} rows")


def calibrate(ws: Path = WS, token_file: Path | None = TOKEN_FILE) -> None:
    """Learn event density and kinds from what is held now; the next run makes new revisions.

    Example: truceline calibrate ws
    """
    with open_desk(ws) as desk, busy("calibrating"):
        permitted(desk, Operation.RUN, token_file)
        made = make_calibration(desk, holdings(desk), background_digest(desk), now())
    out.print(f"calibration {made.version}: {made.basis}")
    if made.network is None:
        return
    out.print(f"sensors: {made.network.basis}")
    for one in made.network.sick:
        unit = "m" if one.kind == "position" else "s"
        out.print(
            f"  {one.sensor_id}: {one.kind} wrong by {one.size:.2f} {unit} (standard error "
            f"{one.sigma:.2f} {unit}); it is still used, its owner should look",
            markup=False,
        )


def run_workspace(ws: Path = WS, json: bool = JSON, token_file: Path | None = TOKEN_FILE) -> None:
    """Fuse everything held into incidents and evaluate them under the agreement.

    Example: truceline run ws
    """
    with open_desk(ws) as desk, busy("fusing and evaluating"):
        permitted(desk, Operation.RUN, token_file)
        result = run(desk, now())
    outcomes = {o.value: sum(f.outcome is o for f in result.findings) for o in Outcome}
    if json:
        print_json(
            {
                "run": result.run_id,
                "incidents": len(result.incidents),
                "findings": outcomes,
                "revised": result.revised,
                "again": result.again,
            }
        )
    else:
        again = " (inputs as in the last run: nothing changed)" if result.again else ""
        out.print(f"run {result.run_id}: {len(result.incidents)} incidents{again}")
        words = ", ".join(f"{count} {name}" for name, count in outcomes.items())
        out.print(f"findings: {words}; {result.revised} revision(s) made")
