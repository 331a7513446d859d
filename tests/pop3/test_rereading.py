"""Sizes that grow as a message is read: the policy `rereads`."""

from __future__ import annotations

import pytest
from chairs import personality

from simulator.mailroom import Accounts, Keeping, Mailbox, Message
from simulator.mailroom.message import crlf
from simulator.pop3 import Office, Pop3Server

#: Three body lines of 35 octets, line ends counted as one octet each.
_QUOTED = crlf(b"Subject: From\n\nFrom the start\nFrom the middle\nbye\n")
_PLAIN = crlf(b"Subject: none\n\nfrom the start\n From it\n")
_HEAD, _BODY, _LINES = len(_QUOTED) - 38, 35, 3
_WRITTEN = len("X-UIDL: id-1\r\n")


def said(*lines: str) -> list[bytes]:
    """The replies to the lines, each +OK, of a server that has both letters."""
    one = personality(
        rereads=True, status_headers=True, from_lines="unquoted", unique_ids="id-{uid}"
    )
    letters = tuple(Message(f"m{n}", f"m{n}", each) for n, each in enumerate((_QUOTED, _PLAIN), 1))
    mailbox = Mailbox("mrose", "mrose", "mrose", "secret", "secret", "", letters)
    made = Pop3Server(
        Office(one, Accounts([mailbox], keeping=Keeping(one.policy)), "host", "<1@h>")
    )
    found = []
    for line in ("USER mrose", "PASS secret", *lines):
        made.receive_data(f"{line}\r\n".encode())
        reply = b"".join(bytes(piece) for piece in made.data_to_send())
        assert reply.startswith(b"+OK"), line
        found.append(reply)
    return found[2:]


def sizes(*lines: str) -> list[int]:
    """The size of the message, for each LIST 1 or LIST 2 among the lines."""
    asked = zip(lines, said(*lines), strict=True)
    return [int(reply.split()[2]) for line, reply in asked if line in ("LIST 1", "LIST 2")]


@pytest.mark.parametrize(
    ("lines", "reads"),
    [
        (["LIST 1", "LIST 1"], None),
        (["RETR 1", "LIST 1", "LIST 1", "LIST 1"], 1),
        (["RETR 1", "RETR 1", "LIST 1", "LIST 1"], 2),
        (["TOP 1 0", "LIST 1", "LIST 1", "LIST 1"], 0),
        (["TOP 1 1", "LIST 1"], 1),
        (["TOP 1 1", "TOP 1 0", "STAT", "LIST", "LIST 1"], 3),
        (["RETR 2", "TOP 2 1", "LIST 1"], None),
        (["RETR 1", "DELE 1", "STAT", "LIST", "RSET", "LIST 1"], 1),
    ],
)
def test_a_quoted_message_grows_with_each_look(lines: list[str], reads: int | None) -> None:
    """RETR, and TOP of a line, read it once; from then on so does who asks for its size."""
    found = sizes(*lines)
    if reads is None:
        assert set(found) == {len(_QUOTED)}
        return
    assert found == [
        _HEAD + _BODY * read + (_LINES if read < 2 else 0)
        for read in range(reads, reads + len(found))
    ]


def test_uidl_reads_it_too_where_it_writes_into_it() -> None:
    """So the second look after it finds the body twice. Told once more, nothing is read."""
    assert sizes("UIDL 1", "LIST 1", "UIDL", "LIST 1") == [
        _HEAD + _WRITTEN + _BODY + _LINES, _HEAD + _WRITTEN + 2 * _BODY,
    ]  # fmt: skip
    assert sizes("RETR 1", "UIDL 1", "LIST 1") == [_HEAD + _WRITTEN + 2 * _BODY]


def test_other_mail_keeps_its_size() -> None:
    """Without a line that an mbox quotes, whatever is read."""
    assert set(sizes("RETR 2", "TOP 2 1", "LIST 2", "STAT", "LIST 2")) == {len(_PLAIN)}


def test_retr_may_send_no_body() -> None:
    """What TOP of no line has opened, and nobody has read yet: the copy that is sent is empty."""
    head, body = _QUOTED[:_HEAD], _QUOTED[_HEAD:]
    for before, sent in (
        (["TOP 1 0"], head), (["TOP 1 0", "TOP 1 0"], head),
        (["TOP 1 0", "RETR 1"], head + body), (["TOP 1 0", "STAT"], head + body),
        (["TOP 1 0", "TOP 1 1"], head + body), (["TOP 1 0", "UIDL 2"], head),
        (["RETR 1", "TOP 1 0"], head + body), (["DELE 2", "RSET"], head + body),
    ):  # fmt: skip
        _, _, came = said(*before, "RETR 1")[-1].partition(b"\r\n")
        assert came == sent + b".\r\n", before
    assert sizes("TOP 1 0", "RETR 1", "LIST 1") == [len(_QUOTED)]
