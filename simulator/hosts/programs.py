"""The programs that call a host: what their command lines ask for, and what they keep to themselves.

Pure, and cheap to import: the shell asks before anything is dialled, and lessons type such lines too.
What a program prints of itself is the console's business; here stand only the words with which it
turns a command line down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .options import Options

__all__ = [
    "CALLERS",
    "THREAD",
    "Dialing",
    "Order",
    "Program",
    "as_dialled",
    "no_address",
    "read_call",
    "service_name",
]

#: Names of ports that /etc/services gives to the mail protocols and telnet.
SERVICES = {
    "pop3": 110, "pop-3": 110, "pop3s": 995, "telnet": 23, "smtp": 25, "imap2": 143, "imap": 143,
    "submission": 587, "imaps": 993,
}  # fmt: skip
#: What telnet and openssl dial where no port is named.
TELNET_PORT, OPENSSL_PORT = 23, 4433

#: Before openssl's errors stands the number of its thread. This was one of them.
THREAD = "802B5CC1D37F0000"

CRLF, LF = b"\r\n", b"\n"


class Program(Enum):
    """The programs that can call, by the name one types."""

    TELNET = "telnet"
    NC = "nc"
    OPENSSL = "openssl"


class Order(Enum):
    """A letter that openssl takes for an order to itself where it begins a line."""

    LEAVE = "Q"
    RENEGOTIATE = "R"
    REKEY = "K"  #: the small letter too


@dataclass(frozen=True, slots=True)
class Dialing:
    """A call as a command line asks for it."""

    program: Program
    host: str
    port: int
    command: str = ""  #: the command line
    secure: bool = False  #: it begins with a TLS handshake
    starttls: bool = False  #: it says STLS itself, and begins TLS then
    line_end: bytes = CRLF  #: what it makes of Enter
    version: str = ""  #: the one version of TLS it is to speak, as "TLSv1.2"; "": any
    quiet: bool = False  #: openssl prints no report
    brief: bool = False  #: a short one
    showcerts: bool = False
    verbose: bool = False  #: nc says that the line stands
    orders: bool = False  #: it takes orders from the line (see Order)

    def order(self, line: str) -> Order | None:
        """The order that the program takes this line for. Such a line is not sent."""
        if not self.orders or not line:
            return None
        return {"Q": Order.LEAVE, "R": Order.RENEGOTIATE, "K": Order.REKEY, "k": Order.REKEY}.get(
            line[0]
        )


def read_call(words: Sequence[str]) -> Dialing | str:
    """The call that a command line asks for, or what the program says to it. Never raises."""
    if not words:
        return "usage: telnet HOST [PORT]"
    reader = _READERS.get(words[0])
    if reader is None:
        return f"sh: {words[0]}: command not found"
    return reader(tuple(words[1:]), " ".join(words))


def _port(text: str) -> int | None:
    """A port by number or by its name in /etc/services; None where it is neither."""
    port = SERVICES.get(text.lower())
    if port is None and text.isascii() and text.isdigit() and len(text) <= 5:
        port = int(text)
    return port if port is not None and 0 < port < 65536 else None


def as_dialled(host: str, port: int, *, secure: bool) -> Dialing:
    """What one would have typed for a call that was made without a command line."""
    if not secure:
        return Dialing(Program.TELNET, host, port, f"telnet {host} {port}")
    command = f"openssl s_client -connect {host}:{port} -crlf -quiet"
    return Dialing(Program.OPENSSL, host, port, command, secure=True, quiet=True)


def service_name(port: int) -> str:
    """What /etc/services calls a port; "*" where it does not know it."""
    return next((name for name, number in SERVICES.items() if number == port), "*")


def no_address(why: str) -> str:
    """What openssl prints where a host or a port has no address."""
    where = "BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:746"
    return f"{THREAD}:error:10080002:{where}:{why}\nconnect:errno=22"


def _telnet(words: tuple[str, ...], command: str) -> Dialing | str:
    if not words or words[0].startswith("-") or len(words) > 2:
        return "usage: telnet HOST [PORT]"
    port = _port(words[1]) if len(words) == 2 else TELNET_PORT
    if port is None:
        return f"telnet: could not resolve {words[0]}/{words[1]}: Servname not supported"
    return Dialing(Program.TELNET, words[0], port, command)


# nc, as OpenBSD has it


_NC_USAGE = (
    "usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n"
    "          [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n"
    "          [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n"
    "          [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n"
    "          [destination] [port]"
)
#: Letters that change nothing here, letters that want a word, and those for what cannot be had.
_NC_IDLE, _NC_WORDS, _NC_OTHER = "46CDdNnrtv", "IiMmOPpqsTVWwXx", "FhklSUuZz"


def _nc(words: tuple[str, ...], command: str) -> Dialing | str:
    letters, rest = "", list(words)
    while rest and rest[0].startswith("-") and len(rest[0]) > 1:
        cluster = rest.pop(0)[1:]
        if cluster == "-":
            break
        while cluster:
            letter, cluster = cluster[0], cluster[1:]
            letters += letter
            if letter in _NC_WORDS:
                if not (cluster or rest):
                    return f"nc: option requires an argument -- '{letter}'\n{_NC_USAGE}"
                if not cluster:
                    rest.pop(0)
                cluster = ""
            elif letter in _NC_OTHER:
                return f"nc: Port110 has only calls: nc [-Cv] HOST PORT, and no -{letter}"
            elif letter not in _NC_IDLE:
                return f"nc: invalid option -- '{letter}'\n{_NC_USAGE}"
    if len(rest) < 2:
        return "nc: missing port number" if rest else _NC_USAGE
    port = _port(rest[1])
    if port is None:
        large = rest[1].isascii() and rest[1].isdigit() and rest[1].strip("0")
        return f"nc: port number {'too large' if large else 'invalid'}: {rest[1]}"
    if len(rest) > 2:
        return _NC_USAGE
    return Dialing(
        Program.NC, rest[0], port, command, line_end=CRLF if "C" in letters else LF,
        verbose="v" in letters,
    )  # fmt: skip


# openssl s_client, as OpenSSL 3.0 has it

#: What `-starttls` takes. Port110 has servers for one of them.
_STARTTLS = (
    "smtp", "pop3", "imap", "ftp", "xmpp", "xmpp-server", "telnet", "irc", "mysql", "postgres",
    "lmtp", "nntp", "sieve", "ldap",
)  # fmt: skip

_MALFORMED = "s_client: -connect argument or target parameter malformed or ambiguous"


def _openssl(words: tuple[str, ...], command: str) -> Dialing | str:
    if words[:1] != ("s_client",):
        return "openssl: Port110 has one of its commands: openssl s_client -connect HOST:995 -crlf"
    from .options import read_options

    found = read_options(words[1:])
    if isinstance(found, str):
        return found
    where = _target(found)
    if isinstance(where, str):
        return where
    start = found.values.get("starttls", "")
    if start and start != "pop3":
        if start in _STARTTLS:
            return f"s_client: Port110 has servers for -starttls pop3, and none for {start}"
        return "s_client: Value must be one of:\n        " + "\n        ".join(_STARTTLS)
    on = found.switches
    if {"tls1_2", "tls1_3"} <= on:
        return "Cannot supply multiple protocol flags"
    return Dialing(
        Program.OPENSSL, *where, command, secure=not start, starttls=bool(start),
        line_end=CRLF if "crlf" in on else LF, version=_version(on),
        quiet="quiet" in on, brief="brief" in on, showcerts="showcerts" in on,
        orders=not found.ign_eof and "nocommands" not in on,
    )  # fmt: skip


def _version(switches: set[str]) -> str:
    if switches & {"tls1_2", "no_tls1_3"}:
        return "TLSv1.2"
    return "TLSv1.3" if switches & {"tls1_3", "no_tls1_2"} else ""


def _target(found: Options) -> tuple[str, int] | str:
    """Whom to call, or what s_client says to it."""
    from .options import HELP

    if len(found.target) > 1:
        return HELP
    named = found.values.get("connect")
    if found.target:
        if named is not None:
            text = "cannot provide both -connect option and target parameter"
            return f"s_client: {text}\n{HELP}"
        named = found.target[0]
    if named is None:
        host, port = found.values.get("host", ""), found.values.get("port", "")
        if port and not (port.isascii() and port.isdigit()):
            return f's_client: Can\'t parse "{port}" as a number\n{HELP}'
    else:
        host, _, port = named.rpartition(":") if ":" in named else (named, "", "")
        if ":" in host and not (host.startswith("[") and host.endswith("]")):
            return _MALFORMED
    number = _port(port) if port else OPENSSL_PORT
    if number is None:
        return no_address("Servname not supported for ai_socktype")
    return host.strip("[]") or "localhost", number


_READERS: dict[str, Callable[[tuple[str, ...], str], Dialing | str]] = {
    "telnet": _telnet, "nc": _nc, "netcat": _nc, "openssl": _openssl,
}  # fmt: skip
#: The words that begin a command line which calls.
CALLERS = frozenset(_READERS)
