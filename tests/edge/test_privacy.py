"""Masking before disk: nothing that identifies a person passes, everything that explains a call does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtclens.edge.privacy import mask
from rtclens.edge.privacy.addresses import mask_address, mask_text, mask_url
from rtclens.edge.privacy.events import mask_value
from rtclens.edge.privacy.sdp import mask_candidate_line, mask_sdp
from rtclens.model import events as ev
from rtclens.model.stats import LocalCandidate, Stats


@pytest.mark.parametrize(
    ("given_text", "masked"),
    [
        ("192.0.2.77", "192.0.2.0"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("2001:db8:1:2::5", "2001:db8:1::"),
        ("fe80::1", "fe80::"),
        ("::ffff:192.0.2.77", "::ffff:192.0.2.0"),
        ("[2001:db8::5]", "2001:db8::"),
        ("f0a1b2c3.local", "f0a1b2c3.local"),
        ("192.0.2.x", "192.0.2.x"),
    ],
)
def test_addresses_lose_their_host_part_and_stay_addresses(given_text, masked):
    assert mask_address(given_text) == masked
    assert mask_address(masked) == masked


def test_text_is_scrubbed_of_quoted_addresses():
    text = "cannot reach 198.51.100.23:3478 or 2001:db8:7:8::9 for ann@example.org at 12:30:01"
    assert mask_text(text) == "cannot reach 198.51.100.0:3478 or 2001:db8:7:: for masked@masked.invalid at 12:30:01"


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("turn:user@turn.example.org:3478?transport=udp", "turn:turn.example.org:3478?transport=udp"),
        ("stun:stun.example.org", "stun:stun.example.org"),
        ("https://ann:pw@example.org/room/7?email=a#x", "https://example.org/room/7"),
        ("nothing", "nothing"),
    ],
)
def test_urls_keep_host_and_path_only(url, masked):
    assert mask_url(url) == masked


SDP = (
    "v=0\r\no=ann 1 2 IN IP4 192.0.2.9\r\nc=IN IP4 192.0.2.9\r\na=ice-ufrag:abcd\r\na=ice-pwd:secretsecretsecret\r\n"
    "a=candidate:1 1 udp 2122 192.0.2.9 5000 typ host\r\n"
    "a=candidate:2 1 udp 41 203.0.113.5 5000 typ relay raddr 192.0.2.9 rport 0\r\n"
)


def test_descriptions_lose_secrets_and_hosts_but_keep_ufrag_and_relay():
    masked = mask_sdp(SDP)
    assert "secretsecret" not in masked and "ann" not in masked and "192.0.2.9" not in masked
    assert "a=ice-ufrag:abcd\r\n" in masked
    assert "203.0.113.5" in masked
    assert len(masked.split("\n")) == len(SDP.split("\n"))
    assert mask_sdp(masked) == masked


def test_candidate_lines_keep_their_shape():
    line = "candidate:1 1 udp 2122 192.0.2.9 5000 typ srflx raddr 10.1.2.3 rport 9"
    assert mask_candidate_line(line) == "candidate:1 1 udp 2122 192.0.2.0 5000 typ srflx raddr 10.1.2.0 rport 9"


def test_credentials_never_pass_in_any_value():
    value = {"iceServers": [{"urls": ["turn:u@h?x=1"], "username": "u", "credential": "c"}], "ip": "192.0.2.9"}
    assert mask_value(value) == {"iceServers": [{"urls": ["turn:h"]}], "ip": "192.0.2.0"}


def test_a_sample_loses_candidate_addresses_only():
    stats = Stats(local_candidate=[LocalCandidate(id="L", address="192.0.2.9", candidateType="host")])
    batch = ev.Batch(ev.Origin("a", "f"), 1.0, [ev.Sample(at=1.0, connection="c", stats=stats)])
    mask(batch, "standard")
    assert stats.local_candidate[0].address == "192.0.2.0"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(JSON)
def test_masking_any_value_never_fails_and_is_idempotent(value):
    once = mask_value(value)
    assert mask_value(once) == once
