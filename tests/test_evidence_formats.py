"""Byte-exact forms: the worked example of the format digest, and one file per way of being wrong."""

import base64
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.errors import EvidenceError
from truceline.evidence import entries, merkle, proof
from truceline.evidence.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from truceline.evidence.layout import Tile
from truceline.evidence.note import Signer, Verifier, open_note, parse_note, parse_vkey
from truceline.evidence.tiles import TileReader, grow

DATA = Path(__file__).parent / "data" / "evidence"
WORKED = DATA / "worked"
ENTRIES = [b"alpha", b"", b"gamma"]
LOG_VKEY, WITNESS_VKEY = (WORKED / "vkeys.txt").read_text().splitlines()
SIGNER = Signer("evidence.example/log", hashlib.sha256(b"seed log").digest())
NOTE = (WORKED / "checkpoint").read_bytes()
LOG_LINE, WITNESS_LINE = NOTE.split(b"\n\n")[1].splitlines(keepends=True)
TEXT = NOTE.split(b"\n\n")[0] + b"\n"

REFUSED = {
    "carriage-return": "control character",
    "control-character": "control character",
    "empty-extension": "origin, size and root",
    "empty-log-with-root": "another root",
    "hyphen-for-dash": "is not '— NAME BASE64'",
    "key-name-no-utf8": "no UTF-8",
    "key-name-with-plus": "no '\\+'",
    "known-key-fails-second": "does not verify",
    "last-line-not-ended": "does not end",
    "line-after-signature": "does not end",
    "no-empty-line": "no empty line",
    "no-signature": "no signature line",
    "no-utf8": "no UTF-8",
    "origin-with-space": "no space",
    "other-origin": "of log evidence.example/other",
    "root-missing": "origin, size and root",
    "root-not-canonical": "not canonical",
    "root-too-short": "31 bytes",
    "root-without-padding": "no base64",
    "signature-cut": "does not verify",
    "signature-key-id-alone": "beyond the key id",
    "signature-not-canonical": "not canonical",
    "size-leading-zero": "no decimal number",
    "size-not-decimal": "no decimal number",
    "size-other-digits": "no decimal number",
    "size-too-large": "no decimal number",
    "text-cut-in-line": "no empty line",
    "too-many-signatures": "101 signature lines",
    "unknown-key-alone": "none of the keys",
}


def test_key_texts_are_those_of_the_worked_example():
    assert SIGNER.verifier.vkey == LOG_VKEY
    assert parse_vkey(LOG_VKEY) == SIGNER.verifier
    witness = parse_vkey(WITNESS_VKEY)
    assert (witness.name, witness.kind, witness.vkey) == (
        "party-a.example/witness",
        0x04,
        WITNESS_VKEY,
    )


def test_tiles_of_the_worked_example_come_out_byte_for_byte(tmp_path):
    growth = grow(TileReader(tmp_path, 0).whole_edge(), ENTRIES)
    assert {tile.path: data for tile, data in growth.files.items()} == {
        "tile/entries/000.p/3": (WORKED / "entries.bin").read_bytes(),
        "tile/0/000.p/3": (WORKED / "tile.bin").read_bytes(),
    }
    assert Checkpoint("evidence.example/log", 3, growth.root).text == TEXT


def test_log_signature_comes_out_byte_for_byte_and_cosignature_verifies():
    assert SIGNER.sign(TEXT) == TEXT + b"\n" + LOG_LINE
    witness = parse_vkey(WITNESS_VKEY)
    checkpoint, signed = open_checkpoint(NOTE, SIGNER.verifier, [witness])
    assert checkpoint.size == 3
    assert signed == (witness,)
    assert open_note(NOTE, [witness]).signatures[0].time_s == 1_750_000_000


def test_proof_of_entry_1_comes_out_byte_for_byte_and_verifies():
    leaves = [merkle.leaf_hash(entry) for entry in ENTRIES]
    hashes = merkle.inclusion_proof(1, 3, merkle.subtrees_of(leaves))
    text = (WORKED / "entry-1.tlog-proof").read_bytes().decode()
    assert proof.format_proof(proof.Proof(1, tuple(hashes), NOTE)) == text
    checkpoint = proof.verify_proof(text, b"", LOG_VKEY, [WITNESS_VKEY], quorum=1)
    assert checkpoint.root == merkle.root(leaves)
    with pytest.raises(EvidenceError, match="1 witnesses have signed, 2 are needed"):
        proof.verify_proof(text, b"", LOG_VKEY, [WITNESS_VKEY], quorum=2)
    with pytest.raises(EvidenceError, match="entry 1"):
        proof.verify_proof(text, b"alpha", LOG_VKEY)


def test_there_is_a_reason_for_each_refused_file():
    assert {path.name for path in (DATA / "refused").iterdir()} == set(REFUSED)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_checkpoint_in_any_other_form_is_refused(name):
    with pytest.raises(EvidenceError, match=REFUSED[name]):
        open_checkpoint((DATA / "refused" / name).read_bytes(), SIGNER.verifier)


@pytest.mark.parametrize(
    "text",
    [b"evidence.example/log\n3\n", b"\n3\nAA==\n", b"a\n3\nAA==", b"\xff\n3\nAA==\n"],
)
def test_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(EvidenceError, match="checkpoint"):
        parse_checkpoint(text)


def test_extension_lines_are_kept():
    checkpoint = parse_checkpoint(TEXT + b"more\n")
    assert checkpoint.extensions == ("more",)
    assert checkpoint.text == TEXT + b"more\n"


@given(at=st.integers(0, len(NOTE) - 1), mask=st.integers(1, 255))
def test_any_changed_byte_of_a_signed_note_is_refused(at, mask):
    changed = bytearray(NOTE)
    changed[at] ^= mask
    verifiers = [SIGNER.verifier, parse_vkey(WITNESS_VKEY)]
    try:
        opened = open_note(bytes(changed), verifiers)
    except EvidenceError:
        return
    # A changed name or key id makes a line one of an unknown key: it is ignored, never counted.
    assert opened.text == TEXT
    assert len(opened.signatures) == 1


def test_cosignature_covers_its_time():
    raw = bytearray(base64.b64decode(WITNESS_LINE.split()[-1]))
    raw[11] ^= 1
    line = WITNESS_LINE.rsplit(b" ", 1)[0] + b" " + base64.b64encode(raw) + b"\n"
    with pytest.raises(EvidenceError, match="does not verify"):
        open_note(TEXT + b"\n" + LOG_LINE + line, [parse_vkey(WITNESS_VKEY)])
    raw[4] = 0x80
    line = WITNESS_LINE.rsplit(b" ", 1)[0] + b" " + base64.b64encode(raw) + b"\n"
    with pytest.raises(EvidenceError, match="no possible time"):
        open_note(TEXT + b"\n" + LOG_LINE + line, [parse_vkey(WITNESS_VKEY)])


def test_log_line_must_be_there_even_if_a_witness_signed():
    with pytest.raises(EvidenceError, match="not signed by the log"):
        open_checkpoint(TEXT + b"\n" + WITNESS_LINE, SIGNER.verifier, [parse_vkey(WITNESS_VKEY)])


def test_sixteen_signatures_are_read_and_repeated_lines_count_once():
    signers = [Signer(f"k{n}.example", bytes([n]) * 32) for n in range(16)]
    lines = b"".join(signer.sign(TEXT).split(b"\n\n")[1] for signer in signers)
    opened = open_note(TEXT + b"\n" + lines + lines, [signer.verifier for signer in signers])
    assert [signature.name for signature in opened.signatures] == [s.name for s in signers]


def test_a_text_that_no_note_can_carry_is_not_signed():
    for text in (b"", b"no line feed", b"tab\there\n", b"\xff\n"):
        with pytest.raises(EvidenceError, match="note: "):
            SIGNER.sign(text)


def test_text_of_a_note_may_hold_empty_lines():
    assert parse_note(SIGNER.sign(b"one\n\ntwo\n")).text == b"one\n\ntwo\n"


@pytest.mark.parametrize(
    ("vkey", "why"),
    [
        ("name", "expected NAME"),
        ("+8d1eb7e0+AfOB", "must not be empty"),
        (LOG_VKEY.replace("8d1e", "8d1f"), "key id"),
        (LOG_VKEY.replace("8d1eb7e0", "8D1EB7E0"), "key id"),
        (LOG_VKEY[:-4], "type 01 or 04"),
        (Verifier("a", 0x06, bytes(32)).vkey, "type 01 or 04"),
        (LOG_VKEY + "!", "no base64"),
    ],
)
def test_broken_public_keys_are_refused(vkey, why):
    with pytest.raises(EvidenceError, match=why):
        parse_vkey(vkey)


GOOD_PROOF = (WORKED / "entry-1.tlog-proof").read_bytes().decode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (GOOD_PROOF.replace("@v1", "@v2"), "expected 'c2sp"),
        (GOOD_PROOF.replace("index 1\n", ""), "no line 'index N'"),
        (GOOD_PROOF.replace("index 1", "index 01"), "decimal"),
        (GOOD_PROOF.replace("index 1", "index 3"), "no index 3"),
        (GOOD_PROOF.replace("index 1", "index 0"), "do not give the root"),
        (GOOD_PROOF.replace("KhWNiv1I", "KhWNiv1"), "base64"),
        (GOOD_PROOF.replace("index 1\n", "index 1\nAA==\n"), "32 bytes"),
        (GOOD_PROOF.replace("index 1", "extra !\nindex 1"), "base64"),
        (GOOD_PROOF.split("\n\n")[0] + "\n", "expected"),
    ],
)
def test_broken_proofs_are_refused(text, why):
    with pytest.raises(EvidenceError, match=why):
        proof.verify_proof(text, b"", LOG_VKEY)


def test_extra_line_of_a_proof_is_passed_over():
    text = GOOD_PROOF.replace("index 1", "extra AAAA\nindex 1")
    assert proof.verify_proof(text, b"", LOG_VKEY).size == 3


@given(st.lists(st.binary(max_size=70), max_size=20))
def test_bundles_are_read_back(found):
    packed = entries.pack(found)
    assert entries.unpack(packed, len(found)) == found
    with pytest.raises(EvidenceError, match="bundle"):
        entries.unpack(packed + b"\x00", len(found))
    if packed:
        with pytest.raises(EvidenceError, match="bundle"):
            entries.unpack(packed[:-1], len(found))


def test_an_entry_longer_than_its_length_bytes_is_refused():
    assert len(entries.pack([bytes(65_535)])) == 65_537
    with pytest.raises(ValueError, match="too long"):
        entries.pack([bytes(65_536)])


def test_tiles_are_ordered_by_level():
    assert Tile(-1, 0) < Tile(0, 0) < Tile(1, 0)
