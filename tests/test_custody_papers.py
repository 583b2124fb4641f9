"""Manifests and stamps that come with items: what each is worth, never more, and nothing fetched."""

import http.server
import json
import shutil
import subprocess
import sys
import threading

import pytest

from custody_world import altered, authority, camera, png, signed_png, stamp
from truceline.custody import manifest, manifest_child
from truceline.custody.manifest import read_manifest, report_of
from truceline.custody.stamps import read_stamp
from truceline.errors import WorkspaceError
from truceline.model.custody import Paper, Provenance
from truceline.pipeline.acting import AT_DESK
from truceline.pipeline.custody import hand_in
from truceline.pipeline.custody_papers import check_papers
from truceline.pipeline.custody_said import Offer
from truceline.pipeline.custody_settings import custody_settings
from truceline.pipeline.desk import open_desk
from truceline.pipeline.verify import verify
from workspaces import NOW, begin


@pytest.fixture(scope="module")
def signer():
    return camera()


@pytest.fixture(scope="module")
def signed(signer):
    return signed_png(signer)[0]


@pytest.fixture(scope="module")
def clock():
    return authority()


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    with begin(tmp_path_factory.mktemp("made") / "ws") as desk:
        return desk.workspace.root


@pytest.fixture
def desk(empty, tmp_path):
    shutil.copytree(empty, tmp_path / "ws")
    with open_desk(tmp_path / "ws") as desk:
        yield desk


def written(folder, data, name="crater.png"):
    (folder / name).write_bytes(data)
    return folder / name


def settings(desk, **lists):
    """Trust some certificates in a workspace."""
    lines = ["", "[custody]"]
    for name, certificates in lists.items():
        (desk.workspace.root / f"{name}.pem").write_bytes(certificates)
        lines.append(f'{name} = ["{name}.pem"]')
    with (desk.workspace.root / "truceline.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join([*lines, ""]))


def take(desk, path, **said):
    row = hand_in(desk, AT_DESK, path, Offer("N. Example", **said), NOW, by="R. Example")
    return row, check_papers(desk, AT_DESK, row.sha256, NOW)


def looked(folder, data, roots=b"", sidecar=None):
    """Look at a manifest in this process, so that what is covered shows."""
    path = written(folder, data)
    beside = "" if sidecar is None else str(written(folder, sidecar, "beside.c2pa"))
    return report_of(manifest_child.looked_at(str(path), beside, roots.decode()))


def test_a_manifest_says_who_signed_and_with_what_and_whether_the_bytes_are_the_same(
    tmp_path, signer, signed
):
    report = looked(tmp_path, signed)
    assert report.outcome is Provenance.UNTRUSTED
    assert report.said["signer"]["common_name"] == "Example Camera 7"
    assert report.said["signer"]["issuer"] == "Example Cameras"
    assert report.said["generator"] == ["Example Camera 1.0"]
    assert report.said["actions"] == ["c2pa.created"]
    assert report.said["made_as"][0].endswith("/digitalCapture")
    assert report.said["codes"]["failure"] == ["signingCredential.untrusted"]
    trusted = looked(tmp_path, signed, signer.root)
    assert trusted.outcome is Provenance.TRUSTED
    assert trusted.said["codes"]["failure"] == []
    assert trusted.checker.startswith("c2pa-python ")


def test_another_root_does_not_make_a_signer_trusted(tmp_path, signed):
    assert looked(tmp_path, signed, camera().root).outcome is Provenance.UNTRUSTED


@pytest.mark.parametrize("trusted", [True, False])
def test_a_changed_picture_is_altered_whoever_signed_it(tmp_path, signer, signed, trusted):
    report = looked(tmp_path, altered(signed), signer.root if trusted else b"")
    assert report.outcome is Provenance.ALTERED
    assert "assertion.dataHash.mismatch" in report.said["codes"]["failure"]


def test_a_manifest_of_another_picture_is_altered(tmp_path, signer):
    picture, store = signed_png(signer, beside=True)
    assert looked(tmp_path, picture, signer.root, store).outcome is Provenance.TRUSTED
    assert looked(tmp_path, png(5), signer.root, store).outcome is Provenance.ALTERED


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (png(), Provenance.NONE),
        (b"time,level\n1,2\n", Provenance.NOT_READ),
        (b"\x00\x01\x02", Provenance.NOT_READ),
    ],
)
def test_without_a_manifest_nothing_is_said(tmp_path, data, outcome):
    report = looked(tmp_path, data)
    assert report.outcome is outcome
    assert report.said == {}


def test_what_is_no_manifest_cannot_be_read(tmp_path):
    report = looked(tmp_path, png(), b"", b"no manifest at all")
    assert report.outcome is Provenance.UNREADABLE
    assert report.said["why"]


def test_no_address_in_a_manifest_is_asked(tmp_path, signer):
    asked = []

    class Host(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/crater.c2pa"
        picture, store = signed_png(signer, address=address)
        report = read_manifest(written(tmp_path, picture), None, signer.root)
        assert report.outcome is Provenance.ELSEWHERE
        assert asked == []
        beside = read_manifest(
            tmp_path / "crater.png", written(tmp_path, store, "a.c2pa"), signer.root
        )
        assert beside.outcome is Provenance.TRUSTED
        assert asked == []
        # the picture does lead there: with the library's own settings it is asked
        looks = f"import c2pa\ntry: c2pa.Reader('image/png', open({str(tmp_path / 'crater.png')!r},'rb'))\nexcept c2pa.C2paError: pass"
        subprocess.run([sys.executable, "-c", looks], check=True, timeout=60)
        assert asked == ["/crater.c2pa"]
    finally:
        server.shutdown()
        server.server_close()


def test_a_reader_that_falls_takes_nothing_with_it(tmp_path, monkeypatch, signed):
    path = written(tmp_path, signed)
    monkeypatch.setattr(manifest, "_CHILD", "antigravity.nothing")
    fallen = read_manifest(path)
    assert fallen.outcome is Provenance.NOT_CHECKED
    assert "fell over the file" in fallen.said["why"]
    monkeypatch.setattr(manifest, "_CHILD", "this")  # prints, and no answer
    assert read_manifest(path).outcome is Provenance.NOT_CHECKED
    monkeypatch.undo()
    monkeypatch.setattr(manifest, "_WAIT_S", 0.001)
    assert "was stopped" in read_manifest(path).said["why"]


def test_where_the_library_is_missing_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "c2pa", None)
    report = looked(tmp_path, png())
    assert report.outcome is Provenance.NOT_CHECKED
    assert "pip install 'truceline[custody]'" in report.said["why"]


def test_what_a_manifest_says_is_bounded():
    said = {
        "active_manifest": "a",
        "manifests": {
            "a": {
                "title": "x" * 100_000,
                "claim_generator_info": [{"name": "y" * 9000}] * 5000,
                "assertions": [{"label": "c2pa.actions", "data": {"actions": "none"}}, 7] * 4000,
                "signature_info": None,
            }
        },
        "validation_results": {"ingredientDeltas": [
            {"validationDeltas": {"failure": [{"code": "assertion.dataHash.mismatch"}]}}, {}]},
    }  # fmt: skip
    report = report_of({"versions": "v", "said": said, "remote": ""})
    assert report.outcome is Provenance.ALTERED
    assert len(json.dumps(report.said)) < 200_000
    broken = {**said, "validation_results": {"activeManifest": {"failure": [{"code": "new.one"}]}}}
    assert report_of({"versions": "v", "said": broken, "remote": ""}).outcome is Provenance.BROKEN


def test_a_stamp_says_when_an_authority_saw_the_bytes(clock):
    import hashlib

    token = stamp(clock, png())
    digest = hashlib.sha256(png()).hexdigest()
    good = read_stamp(token, digest, clock.root, NOW)
    assert good.outcome == "valid"
    assert good.said["time"] == "2026-05-13T07:30:00Z"
    assert "Example Time Authority" in good.said["authority"]
    assert good.checker.startswith("rfc3161-client ")
    assert read_stamp(token, digest, b"", NOW).outcome == "untrusted"
    assert read_stamp(token, digest, authority().root, NOW).outcome in ("untrusted", "invalid")
    assert read_stamp(token, "0" * 64, clock.root, NOW).outcome == "invalid"
    assert read_stamp(token[:-9] + bytes(9), digest, clock.root, NOW).outcome != "valid"
    assert read_stamp(b"", digest, clock.root, NOW).outcome == "unreadable"
    future = stamp(clock, png(), "20270101000000Z")
    assert read_stamp(future, digest, clock.root, NOW).outcome == "invalid"
    assert read_stamp(token, digest, b"no certificate", NOW).outcome == "not checked"


def test_papers_of_an_item_are_kept_reported_and_verified_again(desk, tmp_path, signer, clock):
    settings(desk, manifest_roots=signer.root, stamp_roots=clock.root)
    picture, store = signed_png(signer, beside=True)
    row, checks = take(
        desk,
        written(tmp_path, picture),
        manifest=written(tmp_path, store, "crater.c2pa"),
        stamp=written(tmp_path, stamp(clock, picture), "crater.tsr"),
    )
    assert [(one.paper, bool(one.paper_sha256), one.outcome) for one in checks] == [
        ("manifest", False, "no manifest"),
        ("manifest", True, "intact, signer on the trust list"),
        ("stamp", True, "valid"),
    ]
    papers = json.loads(row.papers)
    assert [one["name"] for one in papers] == ["crater.c2pa", "crater.tsr"]
    assert desk.workspace.raw_path(papers[0]["sha256"]).read_bytes() == store
    found = verify(desk)
    assert found.ok, found.problems
    assert found.remarks == ()
    assert check_papers(desk, AT_DESK, row.sha256, NOW) == checks  # nothing new, nothing logged
    desk.workspace.raw_path(papers[1]["sha256"]).unlink()
    assert any(papers[1]["sha256"] in line for line in verify(desk).problems)


def test_a_new_trust_list_is_a_new_check_beside_the_old(desk, tmp_path, signer, signed):
    row, (first,) = take(desk, written(tmp_path, signed))
    assert (first.outcome, first.roots_sha256) == (Provenance.UNTRUSTED.value, "")
    settings(desk, manifest_roots=signer.root)
    (second,) = check_papers(desk, AT_DESK, row.sha256, NOW)
    assert (second.number, second.outcome) == (2, Provenance.TRUSTED.value)
    assert desk.workspace.raw_path(second.roots_sha256).read_bytes().strip() == signer.root.strip()
    assert verify(desk).ok


def test_a_text_is_not_opened_for_a_manifest(desk, tmp_path):
    _, checks = take(desk, written(tmp_path, b"time,level\n1,2\n", "log.csv"))
    assert checks == ()


def test_a_report_that_does_not_come_out_again_is_a_problem(desk, tmp_path, signed, monkeypatch):
    from truceline.pipeline import custody_papers, custody_verify

    def lying(*arguments):
        report = read_manifest(*arguments)
        return manifest.ManifestReport(Provenance.TRUSTED, report.checker, report.said)

    with monkeypatch.context() as patched:
        patched.setattr(custody_papers, "read_manifest", lying)
        row, _ = take(desk, written(tmp_path, signed))
    (line,) = verify(desk).problems
    assert "is 'intact, signer not on the trust list' now and was 'intact, signer on the" in line
    assert row.sha256[:12] in line
    events = desk.events()
    with monkeypatch.context() as patched:
        older = manifest.ManifestReport(Provenance.NONE, "c2pa-python 9", {})
        patched.setattr(custody_papers, "read_manifest", lambda *_: older)
        remarks = []
        assert list(custody_verify.check_papers_again(desk, events, remarks)) == []
        assert "here is c2pa-python 9; not done again" in remarks[0]
    checked = next(e for e in events if e.type == "custody.checked")
    report = json.loads(json.dumps(checked.fields["report"]))
    report["codes"]["failure"] = ["signingCredential.expired", "signingCredential.untrusted"]
    ended = manifest.ManifestReport(Provenance.BROKEN, checked.fields["checker"], report)
    monkeypatch.setattr(custody_papers, "read_manifest", lambda *_: ended)
    remarks = []
    assert list(custody_verify.check_papers_again(desk, events, remarks)) == []
    assert "a certificate has ended" in remarks[0]
    desk.workspace.raw_path(row.sha256).unlink()
    strange = [e for e in events if e.type == "custody.checked"]
    (line,) = custody_verify.check_papers_again(desk, strange, [])
    assert "never handed in" in line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[custody]\nlargest_item_bytes = 0", "whole number of bytes"),
        ("[custody]\nlargest_item_bytes = true", "whole number of bytes"),
        ("[custody]\nmanifest_root = []", "is none of"),
        ("[custody]\nmanifest_roots = [7]", "names of PEM files"),
        ('[custody]\nmanifest_roots = "a.pem"', "names of PEM files"),
        ('[custody]\nmanifest_roots = ["no.pem"]', "cannot be read"),
        ('[custody]\nstamp_roots = ["truceline.toml"]', "no certificate in PEM form"),
        ("custody = 7", "is none of"),
        ("[custody", "cannot be read"),
    ],
)
def test_settings_that_cannot_be_are_named(desk, text, words):
    path = desk.workspace.root / "truceline.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")
    if text == "custody = 7":
        path.write_text("custody = 7\n", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=words):
        custody_settings(desk.workspace)


def test_the_papers_that_are_looked_at_are_all_that_there_are():
    assert {one.value for one in Paper} == {"manifest", "stamp"}
