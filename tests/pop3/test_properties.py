"""What holds for any dialogue, any octets, and any cutting of them."""

from __future__ import annotations

import hmac
from base64 import b64encode
from dataclasses import replace

import pytest
from chairs import EXTENDED, Chairs, letters, mailbox, personality
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.mailroom import Accounts, Keeping
from simulator.pop3 import COMMANDS, Exchange, Office, Personality, Pop3Client, Pop3Server, Reason

_NUMBERS = st.sampled_from(["0", "1", "2", "3", "4", "02", "1x", "-1", "1_0", "", "\u0661"])
_WORDS = st.one_of(
    st.sampled_from(["mrose", "nobody", "secret", "tanstaaf", "c4c9334bac560ecc979e58001b3e22fb"]),
    _NUMBERS,
)
_COMMAND_LINES = st.builds(
    lambda keyword, words, lower: " ".join([keyword.lower() if lower else keyword, *words]),
    st.sampled_from(sorted(COMMANDS)),
    st.lists(_WORDS, max_size=3),
    st.booleans(),
)
_LOGIN = ["USER mrose", "PASS secret"]
_RESPONSES = st.one_of(
    st.sampled_from([
        b"\0mrose\0secret", b"mrose\0mrose\0secret", b"\0mrose\0wrong", b"\0mrose", b"mrose",
        b"secret",
        b"user=mrose\1auth=Bearer practice\1\1", b"n,a=mrose,\1auth=Bearer practice\1\1",
        b"\1", b"",
        b"user=mrose\1auth=Bearer stale\1\1", b"n,,n=mrose,r=fyko+d2lbbFgONRv9qkxdawL",
        *(b"mrose " + hmac.new(b"tanstaaf", b"<nonce.%d@host>" % n, "md5").hexdigest().encode()
          for n in (1, 2, 3)),
    ]).map(lambda octets: b64encode(octets).decode()),
    st.sampled_from(["*", "=", "", "bm90IGNhbm9uaWNhbB==", "no base64", "AA", "AAAA" * 60]),
)  # fmt: skip
_MECHANISMS = st.sampled_from([*EXTENDED["mechanisms"], "SCRAM-SHA-1", "scram-sha-256", "plain"])  # type: ignore[misc]
_DIALOGUE_OF_AUTH = st.builds(
    lambda name, first, rest: [f"AUTH {name}{first}", *rest],
    _MECHANISMS,
    st.one_of(st.just(""), _RESPONSES.map(lambda response: f" {response}")),
    st.lists(_RESPONSES, max_size=3),
)
_EXTENDED_LINES = st.sampled_from([
    "STLS", "stls", "UTF8", "CAPA", "LANG", "LANG de", "LANG fr", "LANG *", "LANG i-default",
    "LANG xx", "LAST", "AUTH", "USER r\u00f8se", "PASS s\u00e9cret", "USER \u0627\u0031",
    "USER r\udcff", "RETR 4", "LIST 4", "TOP 4 0",
])  # fmt: skip
_LINES = st.one_of(
    _COMMAND_LINES,
    _COMMAND_LINES,
    _EXTENDED_LINES,
    _RESPONSES,
    st.sampled_from(["USER mrose", "PASS secret", "LIST", "RETR 1", "DELE 2", "QUIT", "RSET", ""]),
    st.text(max_size=40),
    st.integers(min_value=250, max_value=300).map(lambda n: "NOOP " + "x" * n),
)
_DIALOGUES = st.one_of(
    st.lists(_LINES, max_size=12),
    st.tuples(
        st.lists(_EXTENDED_LINES, max_size=2), _DIALOGUE_OF_AUTH, st.lists(_LINES, max_size=8)
    ).map(lambda parts: [line for part in parts for line in part]),
    st.lists(_LINES, max_size=12).map(lambda lines: [*_LOGIN, *lines]),
)
_CUTS = st.lists(st.integers(min_value=1, max_value=40), min_size=1, max_size=20)
_MANNERS = st.sampled_from(
    [
        personality(),
        personality(surplus="ignored", bare_lf=True, numbers="leading-digits"),
        personality(hangs_up_on=frozenset({"surplus-argument"}), dele_twice=True, names="known"),
        personality(lock=False, retr_deletes=True, window=2),
        personality(bad_command_limit=4, login_limit=2),
        personality(
            bad_command_limit=3,
            bad_command_limit_before_login=2,
            name_void="pass",
            bad_commands_forgiven=True,
            apop_in_any_case=True,
        ),
        personality(hangs_up_on=frozenset({"retr.err"}), second_user="refused", name_void="never"),
        personality(
            fixed={"NOOP": "+OK", "XTND": "-ERR no", "authorization.STAT": "-ERR no"},
            capa={"authorization": ("TOP", "UIDL", "APOP", "USER", "SASL")},
        ),
        personality(**EXTENDED),
        personality(**EXTENDED),
        personality(**{**EXTENDED, "cleartext_login": False, "bare_auth": False}),
        personality(**{**EXTENDED, "login_delay": 60, "expire": "0", "utf8_user": False}),
        # One that removes at once is not among them: the wire does not show that numbers moved down.
        personality(
            marked="empty",
            finds_marked=frozenset({"LIST", "UIDL"}),
            removal="flagged",
            order="newest-first",
            top="blank-line-more",
            status_headers=True,
        ),
        personality(
            **{
                **EXTENDED,
                "marked": "renumbered",
                "utf8_mail": "surrogate",
                "notices": "message",
                "lock": False,
                "last_counts": frozenset({"TOP"}),
            }
        ),
        personality(
            **{
                **EXTENDED,
                "marked": "listed",
                "removal": "also-on-drop",
                "sees_new": True,
                "utf8_mail": "as-is",
                "finds_marked": frozenset({"RETR", "TOP", "LIST"}),
            }
        ),
    ]
)


class Cutter:
    """Cuts octets into pieces of the given lengths, over and over."""

    def __init__(self, lengths: list[int]) -> None:
        self._lengths = lengths
        self._next = 0

    def __call__(self, data: bytes) -> list[bytes]:
        pieces, start = [], 0
        while start < len(data):
            length = self._lengths[self._next % len(self._lengths)]
            self._next += 1
            pieces.append(data[start : start + length])
            start += length
        return pieces


def _store(manner: Personality | None = None) -> Accounts:
    dotted = b"Subject: dots\r\n\r\n.\r\n..\r\n+OK not a reply\r\n.x\r\n"
    accented = "Subject: caf\u00e9\r\n\r\nau lait\r\n".encode()
    contents = [*(m.content() for m in letters(2).messages), dotted, accented]
    keeping = Keeping(manner.policy) if manner is not None else None
    return Accounts([replace(mailbox(contents), token="practice")], keeping)


def comparable(chairs: Chairs) -> list[Exchange]:
    """The client's Exchanges, with the server's reason where the wire cannot show it.

    A lenient server reads on behind a flaw in the arguments, and may refuse for another reason; and
    one that lacks a command looks neither at its arguments nor at the state. Before CAPA nobody
    can know that UTF-8 is allowed in names. And a second USER may be out of place, or a bad name.
    """
    manner, policy = chairs.manner, chairs.manner.policy
    lenient = policy.surplus == "ignored" or policy.numbers != "strict"
    return [
        replace(seen, reason=made.reason)
        if seen.command
        and seen.reason
        and made.reason
        and (
            (seen.command.flaw and lenient)
            or (made.reason is Reason.UNKNOWN_COMMAND and not manner.offered(made.keyword))
            or (seen.reason is Reason.BAD_OCTET and policy.utf8_user)
            or (made.reason is Reason.WRONG_STATE and policy.second_user != "taken")
        )
        else seen
        for seen, made in zip(chairs.seen, chairs.made, strict=True)
    ]


def bursts(lines: list[str]) -> list[list[str]]:
    """The lines in bursts that end at STLS: behind it nothing may be sent (RFC 2595 section 4)."""
    found: list[list[str]] = [[]]
    for line in lines:
        found[-1].append(line)
        if line.upper() == "STLS":
            found.append([])
    return found


@settings(max_examples=600, deadline=None)
@given(_DIALOGUES, _MANNERS, _CUTS, st.booleans(), st.booleans())
def test_both_chairs_make_the_same_exchanges(
    lines: list[str], manner: Personality, lengths: list[int], pipelined: bool, secure: bool
) -> None:
    """Any dialogue, cut anywhere, pipelined or not, under TLS or not: equal Exchanges and octets."""
    if manner.policy.bare_lf:
        # Where a LF ends a line, the wire does not show whether a -ERR was for the LF or the line.
        lines = [line.replace("\n", "") for line in lines]
    plain = Chairs(_store(manner), manner, secure=secure)
    plain.say(*lines)
    assert comparable(plain) == plain.made
    cut = Chairs(_store(manner), manner, Cutter(lengths), secure=secure)
    if pipelined:
        for burst in bursts(lines):
            cut.pipeline(burst)
    else:
        cut.say(*lines)
    assert comparable(cut) == cut.made == plain.made
    assert cut.wire == plain.wire


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=80), max_size=8), st.booleans())
def test_the_engine_answers_each_line_once_whatever_the_octets(
    pieces: list[bytes], logged_in: bool
) -> None:
    """Arbitrary octets never raise, and each LF is answered by exactly one reply."""
    server = Pop3Server(Office(personality(), _store(), "h", "<1.2@h>"), watch=True)
    if logged_in:
        server.receive_data(b"USER mrose\r\nPASS secret\r\n")
    server.data_to_send()
    server.exchanges()
    for piece in pieces:
        server.receive_data(piece)
    expected = b"".join(pieces).count(b"\n")
    answered = len(server.exchanges())
    assert answered == expected or (server.hangs_up and answered <= expected)
    server.receive_eof()


_SERVER_OCTETS = st.lists(
    st.one_of(
        st.binary(max_size=30),
        st.sampled_from([b"+OK\r\n", b"-ERR no\r\n", b".\r\n", b"\r\n", b"+OK 1 2\r\n", b"\n"]),
    ),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_LINES, max_size=5), _SERVER_OCTETS)
def test_the_client_takes_whatever_a_server_sends(lines: list[str], pieces: list[bytes]) -> None:
    """No octets from a server raise in the client, nor does the end of the line."""
    client = Pop3Client()
    client.receive_data(b"+OK hello\r\n")
    for line in lines:
        client.send(line)
    for piece in pieces:
        client.receive_data(piece)
    client.exchanges()
    client.receive_eof()
    assert client.end is not None


_OCTETS = st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from([b".", b"\r\n", b"..", b"a", b"\x00", b"\xff", b"\r", b"+OK"]),
             max_size=60).map(b"".join),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_OCTETS, min_size=1, max_size=3), st.integers(min_value=0, max_value=9), _CUTS)
def test_mail_comes_back_octet_for_octet(
    contents: list[bytes], lines: int, lengths: list[int]
) -> None:
    """RETR gives each message's very octets, TOP a beginning of them; sizes are as listed."""
    contents = [content.replace(b"\n", b"").removesuffix(b"\r") + b"\r\n" for content in contents]
    chairs = Chairs(Accounts([mailbox(contents)]), cut=Cutter(lengths))
    chairs.log_in()
    for number, content in enumerate(contents, 1):
        listed, whole, top, everything = chairs.say(
            f"LIST {number}", f"RETR {number}", f"TOP {number} {lines}", f"TOP {number} 9999"
        )
        assert listed.reply.line == f"+OK {number} {len(content)}"
        assert whole.reply.body is not None
        assert whole.reply.octets == len(content)
        assert b"".join(line + b"\r\n" for line in whole.reply.lines) == content
        assert top.reply.body is not None
        assert whole.reply.body.startswith(top.reply.body)
        assert everything.reply.body == whole.reply.body


@settings(max_examples=200, deadline=None)
@given(_DIALOGUES)
def test_nothing_is_removed_without_quit(lines: list[str]) -> None:
    """A session that ends in any other way leaves the maildrop as it was."""
    store = _store()
    chairs = Chairs(store)
    chairs.say(*(line for line in lines if "quit" not in line.lower()))
    chairs.drop()
    assert store.removed("mrose") == ()
    assert Chairs(store).say(*_LOGIN)[1].ok


@pytest.mark.parametrize("stop", range(0, 400, 7))
def test_a_line_lost_at_any_octet_removes_nothing(stop: int) -> None:
    """However far into the dialogue the line is lost, short of QUIT's own LF nothing is removed."""
    store = _store()
    octets = b"USER mrose\r\nPASS secret\r\n" + b"".join(
        b"RETR %d\r\nDELE %d\r\nUIDL\r\nNOOP\r\n" % (n, n) for n in (1, 2, 3)
    ) * 3 + b"QUIT\r\n"  # fmt: skip
    server = Pop3Server(Office(personality(), store))
    server.receive_data(octets[: min(stop, len(octets) - 1)])
    server.receive_eof()
    assert store.removed("mrose") == ()


def test_a_long_body_leaves_in_pieces_and_is_not_copied() -> None:
    """A body of some megabytes is handed out as views of the store's own octets."""
    content = b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n"
    content += (b"y" * 76 + b"\r\n") * 50_000
    store = Accounts([mailbox([content])])
    server = Pop3Server(Office(personality(), store))
    server.receive_data(b"USER mrose\r\nPASS secret\r\nRETR 1\r\n")
    pieces = server.data_to_send()
    views = [piece for piece in pieces if isinstance(piece, memoryview)]
    assert sum(map(len, views)) == len(content)
    assert max(map(len, pieces)) <= 65536
    assert views[0].obj is server.session.messages[0].wire()
