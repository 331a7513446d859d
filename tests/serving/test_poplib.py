"""The whole of Python's own POP3 client, in the clear, by STLS and by TLS from the first octet."""

from __future__ import annotations

import asyncio
import poplib
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any, Self, TypeVar

import pytest
from chairs import letters
from serving.peers import LOOPBACK, Place, big_mail, listening, many, strict

from simulator.mailroom import Message, make_message

_T = TypeVar("_T")
WAYS = ("plain", "stls", "tls")
TEN_MB = 10_000_000
UMLAUT = "Subject: Grüße\r\n\r\nVom Leuchtturm.\r\n".encode()


class Post:
    """A listener in a thread of its own, since poplib waits for what it reads."""

    def __init__(self, near: ssl.SSLContext, far: ssl.SSLContext) -> None:
        self._near, self._far = near, far
        self._loop = asyncio.new_event_loop()
        self._up, self._over = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        boxes = (
            letters(),
            many("big", big_mail(TEN_MB).messages),
            many("jörg", [Message("a", "uid-a", UMLAUT)]),
            many("longest", [make_message("l", {"Subject": "x" * 900}, "y" * 990)]),
        )
        personality = strict(
            "exemplary", apop=True, utf8_user=True, bare_auth=True, longest_line=4096,
            offers=frozenset({"APOP", "TOP", "UIDL", "CAPA", "STLS", "UTF8"}),
        )  # fmt: skip
        async with listening(
            *boxes, personality=personality, context=lambda: self._near
        ) as self.place:
            self._up.set()
            await self._over.wait()

    def ask(self, question: Callable[[Place], _T]) -> _T:
        """What the listener's own thread says to a question."""

        async def asked() -> _T:
            return question(self.place)

        return asyncio.run_coroutine_threadsafe(asked(), self._loop).result(10)

    def until(self, question: Callable[[Place], bool]) -> None:
        """Ask until the answer is yes: the listener hears of a lost line in its own time."""
        assert any(self.ask(question) for _ in range(5000))

    def call(self, way: str) -> poplib.POP3:
        """A client that has called, and speaks TLS where the way has it."""
        port, tls_port = self.place.port, self.place.tls_port
        if way == "tls":
            return poplib.POP3_SSL(LOOPBACK, tls_port, context=self._far, timeout=20)
        client = poplib.POP3(LOOPBACK, port, timeout=20)
        if way == "stls":
            assert client.stls(self._far).startswith(b"+OK begin TLS")
        return client


@pytest.fixture(scope="module")
def post(near: ssl.SSLContext, far: ssl.SSLContext) -> Iterator[Post]:
    with Post(near, far) as post:
        yield post


@pytest.fixture(params=WAYS)
def client(post: Post, request: pytest.FixtureRequest) -> Iterator[poplib.POP3]:
    """A client that has called, before its login, three times: one for each way. The mail is whole."""
    client = post.call(request.param)
    yield client
    client.close()
    post.ask(lambda place: place.service.put_back())


@pytest.fixture
def inside(client: poplib.POP3) -> poplib.POP3:
    """A client that has logged in."""
    client.user("mrose")
    client.pass_("secret")
    return client


def refused(call: Callable[..., Any], *arguments: Any) -> bytes:
    """What a refused call was answered."""
    with pytest.raises(poplib.error_proto) as error:
        call(*arguments)
    return bytes(error.value.args[0])


# Before the login


def test_welcome_and_capabilities(client: poplib.POP3) -> None:
    """The greeting is kept; CAPA is a dictionary, and offers STLS where it may be said."""
    welcome = client.getwelcome()
    assert welcome.startswith(b"+OK Post office ready <")
    offered = client.capa()
    assert {"TOP", "UIDL", "USER", "SASL", "RESP-CODES", "PIPELINING"} <= set(offered)
    assert ("STLS" in offered) is not isinstance(client.sock, ssl.SSLSocket)
    assert "PLAIN" in offered["SASL"]


def test_user_and_pass(client: poplib.POP3) -> None:
    """A name, a password, and who has it wrong is told so by RFC 3206's code, any number of times."""
    for _ in range(5):
        assert client.user("mrose") == b"+OK"
        assert refused(client.pass_, "tanstaaf") == b"-ERR [AUTH] name and password do not match"
    assert client.user("nobody") == b"+OK"
    assert refused(client.pass_, "secret") == b"-ERR [AUTH] name and password do not match"
    client.user("mrose")
    assert client.pass_("secret").startswith(b"+OK mrose's maildrop has 3 messages")
    assert refused(client.user, "mrose").startswith(b"-ERR USER is not valid in this state")


def test_apop_and_rpop(client: poplib.POP3) -> None:
    """APOP proves its secret by the greeting's timestamp; RPOP nobody has had since RFC 1081."""
    assert refused(client.rpop, "mrose").startswith(b"-ERR")
    assert refused(client.apop, "mrose", "secret").startswith(b"-ERR [AUTH] name and digest")
    assert client.apop("mrose", "tanstaaf").startswith(b"+OK mrose's maildrop")


def test_timestamps_are_of_one_session(post: Post) -> None:
    """RFC 1939 section 7: each greeting has another one."""
    clients = [post.call("plain") for _ in range(8)]
    assert len({client.getwelcome() for client in clients}) == 8
    for client in clients:
        client.close()


def test_the_lock_is_exclusive(post: Post, inside: poplib.POP3) -> None:
    """A second session is told [IN-USE], and has the maildrop once the first is over."""
    second = post.call("plain")
    second.user("mrose")
    assert refused(second.pass_, "secret").startswith(b"-ERR [IN-USE]")
    inside.quit()
    second.user("mrose")
    assert second.pass_("secret").startswith(b"+OK")
    second.quit()


def test_what_belongs_to_the_other_state(client: poplib.POP3) -> None:
    """Nothing of a maildrop is to be had before the login, and STLS not after it or twice."""
    for call, *arguments in (
        (client.stat,), (client.list,), (client.retr, 1), (client.dele, 1), (client.uidl,),
        (client.noop,), (client.rset,), (client.top, 1, 0),
    ):  # fmt: skip
        assert refused(call, *arguments).endswith(b"is not valid in this state")
    client.user("mrose")
    client.pass_("secret")
    if not client._tls_established:
        with pytest.raises(poplib.error_proto):
            client.stls()


# In the maildrop


def test_stat_list_and_uidl(inside: poplib.POP3) -> None:
    """Counts, sizes and unique-ids, of all and of one."""
    messages = letters().messages
    sizes = [message.octets for message in messages]
    assert inside.stat() == (3, sum(sizes))
    _, rows, _ = inside.list()
    assert rows == [b"%d %d" % pair for pair in enumerate(sizes, 1)]
    assert inside.list(2) == b"+OK 2 %d" % sizes[1]
    _, rows, _ = inside.uidl()
    assert rows == [b"%d %s" % (n, m.unique_id.encode()) for n, m in enumerate(messages, 1)]
    assert inside.uidl(3) == b"+OK 3 uid-3"
    for call in (inside.list, inside.uidl):
        assert refused(call, 4) == b"-ERR no such message, only 3 messages in maildrop"


def test_retr_and_top(inside: poplib.POP3) -> None:
    """Messages octet by octet, and their beginnings."""
    for number, message in enumerate(letters().messages, 1):
        _, lines, octets = inside.retr(number)
        assert b"\r\n".join([*lines, b""]) == message.content()
        assert octets == message.octets
    _, lines, _ = inside.top(3, 1)
    assert lines == [b"Subject: Letter 3", b"", b"word"]
    assert inside.top(3, 0)[1] == [b"Subject: Letter 3", b""]
    for call, *arguments in ((inside.retr, 0), (inside.retr, 4), (inside.top, 9, 1)):
        assert refused(call, *arguments).startswith(b"-ERR no such message")
    for call, *arguments in ((inside.retr, "x"), (inside.top, 1, -1), (inside.dele, "1 2")):
        assert refused(call, *arguments).startswith(b"-ERR")


def test_dele_rset_and_quit(post: Post, inside: poplib.POP3) -> None:
    """Marks are taken back by RSET, and kept by QUIT; the next session has what is left."""
    assert inside.dele(1) == b"+OK message 1 marked as deleted"
    assert refused(inside.dele, 1) == b"-ERR message 1 already deleted"
    assert refused(inside.retr, 1) == b"-ERR message 1 already deleted"
    assert inside.stat()[0] == 2
    assert inside.rset().startswith(b"+OK maildrop has 3 messages")
    assert inside.noop() == b"+OK"
    inside.dele(3)
    assert inside.quit() == b"+OK localhost signing off (2 messages left)"
    assert [
        item.label for item in post.ask(lambda place: place.accounts.snapshot("mrose")).items
    ] == ["m1", "m2"]


def test_close_is_no_quit(post: Post, inside: poplib.POP3) -> None:
    """`close` loses the line: the marks are gone and the mail is not."""
    inside.dele(1)
    inside.close()
    post.until(lambda place: not place.accounts.snapshot("mrose").open)
    again = post.call("plain")
    again.user("mrose")
    assert again.pass_("secret").startswith(b"+OK mrose's maildrop has 3 messages")
    again.quit()


def test_ten_megabytes(client: poplib.POP3) -> None:
    """A long message arrives as it is, and so does what is asked behind it."""
    client.user("big")
    client.pass_("secret")
    _, lines, octets = client.retr(1)
    assert octets == TEN_MB
    assert b"\r\n".join([*lines, b""]) == big_mail(TEN_MB).messages[0].content()
    assert client.noop() == b"+OK"


def test_no_line_is_too_long_for_it(client: poplib.POP3) -> None:
    """Poplib gives up on a line above 2,048 octets; neither mail nor long questions lead to one."""
    client.user("longest")
    client.pass_("secret")
    assert max(map(len, client.retr(1)[1])) <= poplib._MAXLINE - 2
    for line in ("x" * 250, "x" * 4000, "NOOP " + "x" * 2000):
        assert len(refused(client._shortcmd, line)) < 100
    assert client.noop() == b"+OK"


def test_utf8(client: poplib.POP3) -> None:
    """Where it is offered: names and mail in UTF-8 (RFC 6856)."""
    client.encoding = "UTF-8"
    assert client.utf8() == b"+OK"
    client.user("jörg")
    client.pass_("secret")
    assert client.retr(1)[1][0] == "Subject: Grüße".encode()


def test_a_server_that_keeps_silent(post: Post, client: poplib.POP3) -> None:
    """A client with little patience gives up by itself, and its place is free again."""
    client.sock.settimeout(0.05)
    client.sock.sendall(b"NOOP without an end")
    with pytest.raises(TimeoutError):
        client._getresp()
    client.close()
    post.until(lambda place: place.listener.open == 0)
