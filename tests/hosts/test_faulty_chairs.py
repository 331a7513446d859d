"""Both chairs and a faulty line between them: what is seen, and what hangs on no cutting."""

from __future__ import annotations

from collections.abc import Iterable

from chairs import EXTENDED, letters, mailbox, personality
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.hosts import FAULTS
from simulator.link import FaultyEndpoint
from simulator.mailroom import Accounts
from simulator.pop3 import Exchange, Office, Pop3Client, Pop3Server

_LINES = st.lists(
    st.sampled_from([
        "USER mrose", "PASS secret", "AUTH PLAIN", "AG1yb3NlAHNlY3JldA==", "AUTH LOGIN", "bXJvc2U=",
        "*", "CAPA", "UTF8", "LANG de", "LANG", "STAT", "LIST", "LIST 2", "RETR 1", "RETR 4", "TOP 4 9",
        "UIDL", "DELE 1", "RSET", "NOOP", "LAST", "blah", "", "QUIT",
    ]),
    max_size=12,
).map(lambda lines: ["USER mrose", "PASS secret", *lines])  # fmt: skip
_HARMLESS = ("split", "delay")
_CUT = st.integers(min_value=1, max_value=30)


def _accounts() -> Accounts:
    dotted = b"Subject: dots\r\n\r\n.\r\n..\r\n+OK no reply\r\n"
    return Accounts([mailbox([*(each.content() for each in letters().messages), dotted])])


def carried(
    lines: Iterable[str], faults: Iterable[str], cut: int, *, pipelined: bool
) -> tuple[list[Exchange], list[Exchange], bool]:
    """What the client and the server made of a dialogue, and whether the line stood to its end."""
    office = Office(personality(**EXTENDED), _accounts(), "host", "<1.2@host>")
    server, client = Pop3Server(office, watch=True), Pop3Client()
    endpoint = FaultyEndpoint(server)
    for name in faults:
        endpoint.arm(FAULTS[name])
    seen: list[Exchange] = []

    def carry(octets: bytes) -> None:
        for start in range(0, len(octets), cut):
            endpoint.receive_data(octets[start : start + cut])
        answered = b"".join(endpoint.data_to_send())
        for start in range(0, len(answered), cut):
            client.receive_data(answered[start : start + cut])
        seen.extend(client.exchanges())

    carry(b"")
    sent = [client.send(line) for line in lines]
    for octets in [b"".join(sent)] if pipelined else sent:
        carry(octets)
    up = not endpoint.hangs_up
    client.receive_eof()
    return seen + client.exchanges(), server.exchanges(), up


@settings(max_examples=150, deadline=None)
@given(_LINES, st.lists(st.sampled_from(_HARMLESS), max_size=4), _CUT, st.booleans())
def test_a_split_or_late_reply_changes_nothing(
    lines: list[str], faults: list[str], cut: int, pipelined: bool
) -> None:
    """Where no octet is wrong, both chairs make equal Exchanges, however they are cut."""
    seen, made, _ = carried(lines, faults, cut, pipelined=pipelined)
    assert seen == made


@settings(max_examples=250, deadline=None)
@given(
    _LINES, st.lists(st.sampled_from(sorted(FAULTS)), min_size=1, max_size=3), _CUT, st.booleans()
)
def test_what_a_client_sees_hangs_on_the_octets_alone(
    lines: list[str], faults: list[str], cut: int, pipelined: bool
) -> None:
    """With any faults the client makes the same Exchanges of a dialogue, cut or whole, and ends."""
    whole = carried(lines, faults, 1_000_000, pipelined=pipelined)
    pieces = carried(lines, faults, cut, pipelined=pipelined)
    assert whole == pieces
