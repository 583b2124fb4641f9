"""The chain of custody on PostgreSQL: the same as on SQLite."""

from custody_world import png
from truceline.model.custody import CustodyStep
from truceline.pipeline.acting import AT_DESK
from truceline.pipeline.custody import hand_in
from truceline.pipeline.custody_chain import chain
from truceline.pipeline.custody_papers import check_papers
from truceline.pipeline.custody_said import Offer
from truceline.pipeline.custody_steps import check_out, take_item_step
from truceline.pipeline.desk import start
from truceline.pipeline.shipped import agreement_folder
from truceline.pipeline.verify import verify
from workspaces import NOW, SEED


def told(root, url, picture):
    """Hand in, check, copy and seal an item; give its chain."""
    offer = Offer("N. Example", note="\x00 north")
    with start(root, agreement_folder("easter-2025"), SEED, NOW, url) as desk:
        key = hand_in(desk, AT_DESK, picture, offer, NOW, by="R. Example").sha256[:7]
        check_papers(desk, AT_DESK, key, NOW)
        check_out(desk, AT_DESK, key, root / "copy.png", "a look", NOW, by="L. Example")
        take_item_step(desk, AT_DESK, key, CustodyStep.SEALED, "a witness", NOW, by="C. Example")
        found = verify(desk)
        assert found.ok, found.problems
        return chain(desk, key, AT_DESK, NOW)


def test_both_databases_tell_the_same_chain(tmp_path, server_url):
    picture = tmp_path / "na\x01me.png"
    picture.write_bytes(png())
    here = told(tmp_path / "a", "", picture)
    assert [one.what for one in here.links] == ["received", "checked", "copied", "sealed"]
    assert here == told(tmp_path / "b", server_url, picture)
