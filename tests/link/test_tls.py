"""TLS over a line within one process: a real handshake, in any cutting, against anybody."""

from __future__ import annotations

import random
import ssl
from collections.abc import Callable, Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.link import Authority, MemoryLink, TlsEndpoint, TlsFailed, TlsLink, whole
from simulator.link.verdict import verdict

HOST = "mail.example.test"
GREETING = b"+OK ready\r\n"


class Echo:
    """Says again what it hears; STLS asks for TLS and QUIT hangs up."""

    def __init__(self) -> None:
        self.said: list[bytes | memoryview] = [GREETING]
        self.heard = bytearray()
        self.wants_tls = False
        self.hangs_up = False
        self.started = 0
        self.ends = 0
        self.dropped = bytearray()

    def receive_data(self, data: bytes) -> None:
        if self.wants_tls or self.hangs_up:
            self.dropped += data
            return
        self.heard += data
        line, end, behind = bytes(self.heard).rpartition(b"STLS\r\n")
        if end and not self.started:
            self.heard = bytearray(line + end)
            self.dropped += behind
            self.wants_tls = True
            self.said.append(b"+OK go\r\n")
            return
        self.said.append(data)
        self.hangs_up = self.heard.endswith(b"QUIT\r\n")

    def receive_eof(self) -> None:
        self.ends += 1
        self.hangs_up = True

    def data_to_send(self) -> Sequence[bytes | memoryview]:
        said, self.said = self.said, []
        return said

    def tls_started(self) -> None:
        self.wants_tls = False
        self.started += 1
        self.heard.clear()

    def tls_failed(self) -> bool:
        """The line is closed then."""
        return False


class Undaunted(Echo):
    """Goes on in the clear where TLS fails, and says so."""

    def tls_failed(self) -> bool:
        went_on, self.wants_tls = self.wants_tls, False
        self.heard.clear()
        self.said.append(b"-ERR no TLS\r\n")
        return went_on


class Stutter:
    """A line that hands over what it has in pieces of its own, or damaged."""

    def __init__(self, link: MemoryLink, change: Callable[[bytes], bytes]) -> None:
        self._link = link
        self.send, self.close = link.send, link.close
        self._change = change

    def receive(self) -> bytes:
        return self._change(self._link.receive())

    @property
    def closed(self) -> bool:
        return self._link.closed


class Bits:
    """Keeps octets back, and hands over so many at a time."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept = b""

    def __call__(self, data: bytes) -> bytes:
        self._kept += data
        now, self._kept = self._kept[: self._size], self._kept[self._size :]
        return now


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("practice") / "tls")


@pytest.fixture(scope="session")
def server(authority: Authority) -> ssl.SSLContext:
    return authority.server_context([HOST])


@pytest.fixture(scope="session")
def client(authority: Authority) -> ssl.SSLContext:
    return authority.client_context()


def pieces_of(size: int) -> Callable[[bytes], Iterable[bytes]]:
    """A cutter that makes pieces of one size."""
    return lambda data: [data[at : at + size] for at in range(0, len(data), size)]


def hello(client: ssl.SSLContext) -> bytes:
    """A ClientHello."""
    out = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        client.wrap_bio(ssl.MemoryBIO(), out, server_hostname=HOST).do_handshake()
    return out.read()


def upgraded(link: MemoryLink, client: ssl.SSLContext) -> TlsLink:
    """A line that has gone over to TLS in its middle."""
    assert link.receive() == GREETING
    link.send(b"STLS\r\n")
    assert link.receive() == b"+OK go\r\n"
    line = TlsLink(link, client, HOST)
    line.handshake()
    return line


def at_once(
    server: ssl.SSLContext, client: ssl.SSLContext, **options: object
) -> tuple[Echo, TlsEndpoint, TlsLink]:
    """Both ends of a line that is TLS from its first octet, before the handshake."""
    echo = Echo()
    endpoint = TlsEndpoint(echo, server, at_once=True)
    return echo, endpoint, TlsLink(MemoryLink(endpoint, **options), client, HOST)  # type: ignore[arg-type]


# The handshake


def test_tls_from_the_first_octet(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """The greeting waits for the handshake, and nothing readable is on the wire."""
    echo = Echo()
    link = MemoryLink(TlsEndpoint(echo, server, at_once=True))
    assert link.receive() == b""
    line = TlsLink(link, client, HOST)
    line.handshake()
    assert echo.started == 1
    assert line.receive() == GREETING
    line.send(b"STAT\r\n")
    assert line.receive() == b"STAT\r\n"
    assert line.version == "TLSv1.3"
    assert line.cipher[1] >= 128
    assert line.verified
    assert not line.verify_error
    assert not line.resumed
    assert line.chain[0] == line.certificate != b""
    sent, received = link.carried()
    assert b"STAT" not in sent + received
    assert GREETING not in received


def test_tls_in_the_middle(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """The clear reply is carried in the clear, and all behind it under TLS."""
    echo = Echo()
    endpoint = TlsEndpoint(echo, server)
    link = MemoryLink(endpoint)
    line = upgraded(link, client)
    assert endpoint.secured
    assert echo.started == 1
    assert not echo.heard
    link.carried()
    line.send(b"STAT\r\n")
    assert line.receive() == b"STAT\r\n"
    assert b"STAT" not in b"".join(link.carried())


@given(
    st.integers(min_value=1, max_value=600),
    st.integers(min_value=1, max_value=9000),
    st.lists(st.binary(min_size=1, max_size=200).filter(lambda text: b"Q" not in text), max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_any_cutting(authority: Authority, up: int, down: int, texts: list[bytes]) -> None:
    """However a line cuts octets, either way, what arrives is what was sent."""
    server, client = authority.server_context([HOST]), authority.client_context()
    endpoint = TlsEndpoint(Echo(), server, at_once=True)
    line = TlsLink(Stutter(MemoryLink(endpoint, cut=pieces_of(up)), Bits(down)), client, HOST)
    line.handshake()
    for text in texts:
        line.send(text)
    wanted = GREETING + b"".join(texts)
    got = b"".join(line.receive() for _ in range(40_000 // down))
    assert got == wanted


def test_one_octet_at_a_time(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """The finest cutting, both ways."""
    endpoint = TlsEndpoint(Echo(), server, at_once=True)
    line = TlsLink(Stutter(MemoryLink(endpoint, cut=pieces_of(1)), Bits(1)), client, HOST)
    line.handshake()
    line.send(b"STAT\r\n")
    assert b"".join(line.receive() for _ in range(2000)) == GREETING + b"STAT\r\n"


def test_the_older_tls(server: ssl.SSLContext, authority: Authority) -> None:
    """TLS 1.2 does as well; older ones are not spoken at all."""
    client = authority.client_context()
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    echo, _, line = at_once(server, client)
    line.handshake()
    assert line.version == "TLSv1.2"
    line.send(b"QUIT\r\n")
    assert line.receive() == GREETING + b"QUIT\r\n"
    line.close()
    assert line.failure is None
    assert server.minimum_version == client.minimum_version == ssl.TLSVersion.TLSv1_2
    assert echo.hangs_up


# What is no TLS


def test_clear_octets_behind_the_switch(server: ssl.SSLContext) -> None:
    """Of clear octets behind STLS the endpoint hears none, wherever they are cut or fetched."""
    seed = random.Random(110)  # noqa: S311 - the same cuts each time
    text = b"STLS\r\n" + b"DELE 1\r\nQUIT\r\n" * 3
    for _ in range(1000):
        echo = Echo()
        endpoint = TlsEndpoint(echo, server)
        cuts = sorted(seed.sample(range(1, len(text)), seed.randint(1, 6)))
        for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
            endpoint.receive_data(text[start:end])
            if seed.random() < 0.5:
                endpoint.data_to_send()
        endpoint.data_to_send()
        endpoint.receive_data(b"DELE 2\r\n" * 3)
        endpoint.data_to_send()
        assert echo.heard == b"STLS\r\n"
        assert not echo.started
        assert endpoint.hangs_up
        assert echo.ends == 1
        assert endpoint.failure is not None


def test_a_hello_that_came_too_early_is_dropped(
    server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """Dropped octets leave no trace: the handshake that follows the reply is a good one."""
    echo = Echo()
    link = MemoryLink(TlsEndpoint(echo, server))
    assert link.receive() == GREETING
    link.send(b"STLS\r\nDELE 1\r\n")
    assert link.receive() == b"+OK go\r\n"
    line = TlsLink(link, client, HOST)
    line.handshake()
    line.send(b"STAT\r\n")
    assert line.receive() == b"STAT\r\n"
    assert echo.heard == b"STAT\r\n"
    assert echo.dropped == b"DELE 1\r\n"


@given(st.binary(min_size=1, max_size=400), st.integers(min_value=1, max_value=50))
@settings(max_examples=200, deadline=None)
def test_garbage_raises_nothing(authority: Authority, garbage: bytes, size: int) -> None:
    """Whatever comes instead of a ClientHello, nothing raises and nothing gets through."""
    echo = Echo()
    endpoint = TlsEndpoint(echo, authority.server_context([HOST]), at_once=True)
    for piece in pieces_of(size)(garbage):
        endpoint.receive_data(piece)
        endpoint.data_to_send()
    endpoint.receive_eof()
    assert GREETING not in b"".join(endpoint.data_to_send())
    assert endpoint.hangs_up
    assert echo.ends == 1
    assert not echo.heard
    assert not echo.started


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_hello_raises_nothing(authority: Authority, data: st.DataObject) -> None:
    """A ClientHello that is cut short or has an octet changed ends in TLS, a wait or an alert."""
    octets = bytearray(hello(authority.client_context()))
    at = data.draw(st.integers(0, len(octets) - 1))
    if data.draw(st.booleans()):
        del octets[at:]
    else:
        octets[at] ^= data.draw(st.integers(1, 255))
    echo = Echo()
    endpoint = TlsEndpoint(echo, authority.server_context([HOST]), at_once=True)
    endpoint.receive_data(bytes(octets))
    endpoint.data_to_send()
    endpoint.receive_eof()
    endpoint.data_to_send()
    assert echo.ends == 1
    assert not echo.heard


def test_a_failed_handshake_is_answered_with_an_alert(server: ssl.SSLContext) -> None:
    """The alert is carried, then the line closes; of the greeting nothing is."""
    endpoint = TlsEndpoint(Echo(), server, at_once=True)
    endpoint.receive_data(hello_with_no_version())
    said = b"".join(endpoint.data_to_send())
    assert said[:1] == b"\x15"
    assert endpoint.hangs_up
    assert endpoint.data_to_send() == []


def hello_with_no_version() -> bytes:
    """A record that announces a ClientHello and holds none."""
    return b"\x16\x03\x01\x00\x06\x01\x00\x00\x02\x03\x03"


def test_an_end_that_speaks_in_the_clear(client: ssl.SSLContext) -> None:
    """The client's end says that what answered is no TLS."""
    line = TlsLink(MemoryLink(Echo()), client, HOST)
    with pytest.raises(TlsFailed, match="no TLS") as failed:
        line.handshake()
    assert line.closed
    assert failed.value.reason
    with pytest.raises(TlsFailed, match="no TLS"):
        line.handshake()


def test_an_end_that_says_nothing(client: ssl.SSLContext) -> None:
    """A handshake that does not move on is given up."""
    echo = Echo()
    echo.wants_tls = True
    echo.said = []
    line = TlsLink(MemoryLink(echo), client, HOST)
    with pytest.raises(TlsFailed, match="does not answer") as failed:
        line.handshake()
    assert failed.value.reason == "no-answer"


def test_an_end_that_leaves(client: ssl.SSLContext) -> None:
    """A line that closes in the handshake says so."""
    echo = Echo()
    echo.said, echo.hangs_up = [], True
    with pytest.raises(TlsFailed, match="closed the line") as failed:
        TlsLink(MemoryLink(echo), client, HOST).handshake()
    assert failed.value.reason == "closed-in-handshake"


# Certificates


def test_a_certificate_for_another_name(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Both ends know why there is no TLS, and neither says anything in the clear."""
    echo = Echo()
    endpoint = TlsEndpoint(echo, server, at_once=True)
    link = MemoryLink(endpoint)
    line = TlsLink(link, client, "pop.example.test")
    with pytest.raises(TlsFailed) as failed:
        line.handshake()
    assert str(failed.value) == (
        "certificate verify failed: Hostname mismatch, "
        "certificate is not valid for 'pop.example.test'."
    )
    assert failed.value.reason == "certificate-verify-failed"
    assert endpoint.failure is not None
    assert "alert" in str(endpoint.failure)
    assert link.receive() == b""
    assert echo.ends == 1
    assert not echo.heard
    assert not line.verified


def test_a_name_that_is_none(client: ssl.SSLContext) -> None:
    """A name that no certificate can bear is refused before anything is sent."""
    for name in ("", ".example.test"):
        with pytest.raises(TlsFailed, match="no TLS with"):
            TlsLink(MemoryLink(Echo()), client, name)


def test_a_client_that_takes_anything(server: ssl.SSLContext, authority: Authority) -> None:
    """It gets its TLS, and can be told what openssl thinks of the certificate."""
    _, _, line = at_once(server, authority.client_context(trusted=False))
    assert not line.verify_error
    line.handshake()
    assert line.receive() == GREETING
    assert not line.verified
    assert line.verify_error == "unable to get local issuer certificate"


def test_the_verdict_is_that_of_a_client_that_checks(
    server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """A good certificate, one for another name, and none."""
    _, _, line = at_once(server, client)
    line.handshake()
    assert not verdict(line.chain, client, HOST)
    assert "Hostname mismatch" in verdict(line.chain, client, "pop.example.test")
    assert verdict((), client, HOST) == "no certificate was sent"
    assert verdict((b"no certificate",), client, HOST).startswith("not checked")


def test_the_verdict_on_a_key_of_the_other_kind() -> None:
    """RSA certificates are judged as elliptic ones are."""
    import trustme

    ca = trustme.CA()
    leaf = ca.issue_cert(HOST, key_type=trustme.KeyType.RSA)
    chain = (ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode()),)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert verdict(chain, context, HOST) == "unable to get local issuer certificate"
    ca.configure_trust(context)
    assert not verdict(chain, context, HOST)
    assert "IP address mismatch" in verdict(chain, context, "192.0.2.1")


# What is carried


def test_five_megabytes(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Big replies and big texts go through whole, in records of ordinary size."""
    big = bytes(range(256)) * 20_000
    echo = Echo()
    link = MemoryLink(TlsEndpoint(echo, server, at_once=True))
    line = TlsLink(link, client, HOST)
    line.handshake()
    assert line.receive() == GREETING
    echo.said = [memoryview(big)[:100], memoryview(big)[100:3_000_000], big[3_000_000:]]
    assert max(map(len, pieces := link.receive_pieces())) <= 16384 + 256
    assert len(pieces) == -(-len(big) // 16384)
    _, _, other = at_once(server, client)
    other.handshake()
    other.send(big)
    assert other.receive() == GREETING + big


def test_short_replies_share_a_record(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Ten thousand lines of a listing are no ten thousand records."""
    echo = Echo()
    link = MemoryLink(TlsEndpoint(echo, server, at_once=True))
    line = TlsLink(link, client, HOST)
    line.handshake()
    line.receive()
    echo.said = [b"%d 120\r\n" % number for number in range(10_000)]
    listing = b"".join(echo.said)
    link.carried()
    assert line.receive() == listing
    assert len(link.carried()[1]) < len(listing) + 30 * (len(listing) // 16384 + 1)


def test_nothing_is_said_before_the_handshake(
    server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """Sending or receiving without TLS is refused, not done in the clear."""
    _, _, line = at_once(server, client)
    with pytest.raises(TlsFailed, match=r"call handshake\(\) first"):
        line.send(b"PASS secret\r\n")
    with pytest.raises(TlsFailed, match=r"call handshake\(\) first"):
        line.receive()


def test_a_report_before_the_handshake_is_empty(
    server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """There is nothing to report yet, and asking is no error."""
    _, _, line = at_once(server, client)
    assert (line.version, line.cipher, line.certificate, line.chain) == ("", ("", 0), b"", ())
    assert (line.resumed, line.verified, line.verify_error) == (False, False, "")


# The end


def test_the_server_closes(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Behind the last reply comes a close_notify; the client's end knows the end from a cut."""
    echo, endpoint, line = at_once(server, client)
    line.handshake()
    line.send(b"QUIT\r\n")
    assert endpoint.hangs_up
    assert line.receive() == GREETING + b"QUIT\r\n"
    assert line.closed
    assert line.failure is None
    assert line.receive() == b""
    assert endpoint.data_to_send() == []
    with pytest.raises(ConnectionResetError):
        line.send(b"NOOP\r\n")
    line.close()
    assert echo.ends <= 1


def test_the_client_closes(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """A close_notify is the end for the endpoint, told once; what it still had to say is sent."""
    echo = Echo()
    endpoint = TlsEndpoint(echo, server, at_once=True)
    link = MemoryLink(endpoint)
    line = TlsLink(link, client, HOST)
    line.handshake()
    line.close()
    line.close()
    endpoint.receive_eof()
    assert echo.ends == 1
    assert line.closed
    assert endpoint.hangs_up
    assert endpoint.failure is None
    assert len(b"".join(endpoint.data_to_send())) > len(GREETING)
    assert endpoint.data_to_send() == []


def test_a_lost_line(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """The end without a close_notify: told once to the endpoint, and seen by the client."""
    echo, endpoint, line = at_once(server, client)
    line.handshake()
    line.receive()
    endpoint.receive_eof()
    endpoint.data_to_send()  # the close_notify gets lost
    endpoint.receive_eof()
    endpoint.receive_data(b"what comes now is not heard")
    assert echo.ends == 1
    assert line.receive() == b""
    assert line.failure is not None
    assert line.failure.reason == "cut-off"


def test_a_damaged_line(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """A changed octet ends the line at either end, and nothing of its record is heard."""
    echo, endpoint, line = at_once(server, client, cut=spoilt)
    line.handshake()
    line.receive()
    line.send(b"DELE 1\r\n" * 10)
    assert not echo.heard
    assert endpoint.failure is not None
    assert "bad record mac" in str(endpoint.failure)
    assert line.receive() == b""
    assert line.failure is not None
    assert "alert" in str(line.failure)
    with pytest.raises(TlsFailed, match="bad record mac"):
        line.send(b"NOOP\r\n")

    _, _, plain = at_once(server, client)
    plain.handshake()
    plain.receive()
    plain._link = Stutter(plain._link, lambda data: data[:-1] + bytes([data[-1] ^ 1]))  # type: ignore[arg-type]
    plain.send(b"STAT\r\n")
    assert plain.receive() == b""
    assert "bad record mac" in str(plain.failure)


def spoilt(data: bytes) -> Iterable[bytes]:
    """Application data of 101 octets and more arrives with its last octet changed."""
    if data[:1] == b"\x17" and len(data) == 80 + 22:
        return [data[:-1] + bytes([data[-1] ^ 1])]
    return whole(data)


def test_the_clear_stays_clear(server: ssl.SSLContext) -> None:
    """Without the wish for TLS the layer is not there."""
    echo = Echo()
    endpoint = TlsEndpoint(echo, server)
    link = MemoryLink(endpoint)
    assert link.receive() == GREETING
    link.send(b"QUIT\r\n")
    assert link.receive() == b"QUIT\r\n"
    assert link.closed
    assert not endpoint.secured
    link.close()
    endpoint.receive_eof()
    assert echo.ends == 1


@pytest.mark.parametrize("size", [1, 3, 5, 6, 100])
def test_an_endpoint_may_go_on_in_the_clear_where_tls_fails(
    server: ssl.SSLContext, size: int
) -> None:
    """Its own words, then what stands behind the five octets that are no record's head."""
    inner = Undaunted()
    endpoint = TlsEndpoint(inner, server)
    endpoint.receive_data(b"STLS\r\n")
    assert b"".join(endpoint.data_to_send()) == GREETING + b"+OK go\r\n"
    for piece in pieces_of(size)(b"NOOP\r\nNOOP\r\n"):
        endpoint.receive_data(piece)
    came = b"".join(endpoint.data_to_send())
    alert, words, rest = came.partition(b"-ERR no TLS\r\n")
    assert (alert, words != b"") == (b"", True)
    assert rest == b"\nNOOP\r\n"
    assert not endpoint.hangs_up
    assert not endpoint.secured


def test_tls_may_be_had_at_the_second_try(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Behind a failure STLS may be said again."""
    endpoint = TlsEndpoint(Undaunted(), server)
    endpoint.receive_data(b"STLS\r\n")
    endpoint.data_to_send()
    endpoint.receive_data(b"NOOP\r\nSTLS\r\n")
    assert b"".join(endpoint.data_to_send()).endswith(b"+OK go\r\n")
    tls = TlsLink(MemoryLink(endpoint), client, HOST)
    tls.handshake()
    assert endpoint.secured


def test_a_handshake_that_breaks_off_later_is_no_command(
    server: ssl.SSLContext, client: ssl.SSLContext
) -> None:
    """Behind a ClientHello nothing that ssl refuses is read in the clear."""
    inner = Undaunted()
    endpoint = TlsEndpoint(inner, server)
    endpoint.receive_data(b"STLS\r\n")
    endpoint.data_to_send()
    endpoint.receive_data(hello(client))
    endpoint.data_to_send()
    endpoint.receive_data(b"QUIT\r\nQUIT\r\n")
    assert b"-ERR no TLS\r\n" in b"".join(endpoint.data_to_send())
    assert bytes(inner.heard) == b""
