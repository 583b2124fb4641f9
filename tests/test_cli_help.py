"""Every command says what it does, with an example that the command line itself accepts."""

import re
import shlex

import pytest
import typer

from truceline import __version__
from truceline.cli.app import app
from workspaces import called, command


def commands(group, path=()):
    for name, found in group.commands.items():
        if hasattr(found, "commands"):
            yield from commands(found, (*path, name))
        else:
            yield (*path, name), found


TREE = typer.main.get_command(app)
ALL = dict(commands(TREE))


def test_the_commands_of_the_daily_work_are_there():
    assert {"init", "ingest", "run", "report", "demo", "sources"} <= {path[0] for path in ALL}
    assert {("findings", "show"), ("evidence", "verify"), ("agreement", "check")} <= ALL.keys()


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_each_command_explains_itself_with_an_example(capsys, monkeypatch, path):
    code, out, err = called(capsys, monkeypatch, *path, "--help")
    words = " ".join(out.split())
    assert (code, err) == (0, "")
    assert f"Example: truceline {' '.join(path)} " in words + " "
    for option in ALL[path].params:
        assert option.opts[0] in out or option.metavar in out


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_each_example_is_one_that_can_be_typed(path):
    """Parse the words of the example, up to where the shell redirects, as the command does."""
    text = ALL[path].help.split("Example: ")[1].split("\n")[0]
    words = shlex.split(re.split(r" [<>|] ", text)[0])[1:]
    assert tuple(words[: len(path)]) == path
    arguments = words[len(path) :]
    with ALL[path].make_context(path[-1], list(arguments)) as context:
        assert context.args == []


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_an_option_that_is_none_is_told(capsys, monkeypatch, path):
    code, _, err = called(capsys, monkeypatch, *path, "--no-such-option")
    assert (code, "No such option" in err or "Missing" in err) == (2, True)


def test_no_command_shows_them_all(capsys, monkeypatch):
    _, out, err = called(capsys, monkeypatch)
    assert all(path[0] in out + err for path in ALL)


def test_a_command_that_is_none_is_told(capsys, monkeypatch):
    code, _, err = called(capsys, monkeypatch, "inject")
    assert (code, "No such command" in err) == (2, True)


def test_the_version(capsys, monkeypatch):
    assert called(capsys, monkeypatch, "--version")[:2] == (0, f"truceline {__version__}\n")


def test_as_a_process_it_ends_with_the_same_codes(tmp_path):
    done = command("run", tmp_path / "nothing")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no workspace" in done.stderr
    assert "Traceback" not in done.stderr
