"""What the tutor says about a real server: what could be lost, what went wrong, what to try instead.

Each function gives a sentence or two, in the margin's manner.
"""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.hosts import Server
    from simulator.link import TlsFailed, TlsLink

__all__ = [
    "ANYBODY", "CUT", "MISSING", "NO_GREETING", "ONE_CALL", "REAL", "REFUSED_STLS", "UNWELCOME",
    "asking", "gave_up", "in_the_clear", "marked", "no_line", "no_tls", "secured", "silent", "tls_here",
    "waiting",
]  # fmt: skip

REAL = "This server is real: nothing can be taken back here, and what is deleted is gone."
ANYBODY = (
    "`--insecure`: any certificate is taken. The line is encrypted, but nobody has checked who is at "
    "its other end: whoever sits between can read all of it, the password too."
)
ONE_CALL = "`port110 connect` has this one call. Leave, and connect again for another."
CUT = "The line went down in the middle of this reply: its end never came."
UNWELCOME = "The greeting was no +OK, so nothing was sent, not even STLS. Try again later."
REFUSED_STLS = (
    "The server has refused STLS, so nothing else was sent: it would go in the clear. Where port 995 "
    "is open, `--tls` has TLS from the first octet; without `--stls` you may look around in the clear."
)
_TLS_FIRST = (
    "A server that wants TLS from the first octet waits for the client to begin: "
    "port 995 is such a port, and `--tls` begins."
)
NO_GREETING = f"Nothing has come yet. {_TLS_FIRST}"

_LESSON = "A real server has no lesson; `port110 learn` starts one."
#: The tutor's commands that need the simulation, and why not.
MISSING = {
    "undo": "A real server takes nothing back: what was sent was sent. RSET takes marks back.",
    "wait": "A real server's clock cannot be turned; here minutes take minutes.",
    "fault": "A real server's replies cannot be broken; `port110 practise` has `:fault`.",
    "meanwhile": "What others do to this mail is in their hands; `port110 practise` has `:meanwhile`.",
    "compare": "`port110 compare` says lines to many simulated servers, and logs in to them itself.",
    "reset": "This mail is real: there is no sample to bring back. RSET takes marks back.",
    "mailbox": "A real server shows no disk; LIST and UIDL say what the session sees.",
    "hint": _LESSON, "goal": _LESSON, "list": _LESSON, "skip": _LESSON, "back": _LESSON,
}  # fmt: skip


# Before it is too late


def marked(numbers: tuple[int, ...]) -> str:
    """DELE was accepted."""
    one = len(numbers) == 1
    which = f"Message {numbers[0]} is" if one else f"Messages {_listed(numbers)} are"
    them = "it" if one else "them"
    return (
        f"{which} marked; QUIT will remove {them} from the real maildrop; RSET takes "
        f"{'it' if one else 'all'} back."
    )


def asking(numbers: tuple[int, ...]) -> str:
    """QUIT was typed with marks, and not sent yet. Without numbers: a DELE has no reply yet."""
    if not numbers:
        return (
            "QUIT was not sent: a DELE waits for its reply, and QUIT would remove that message from "
            "the real maildrop. QUIT again does it; Ctrl-D leaves and removes nothing."
        )
    one = len(numbers) == 1
    which = f"message {numbers[0]}" if one else f"{len(numbers)} messages ({_listed(numbers)})"
    return (
        f"QUIT was not sent: it would remove {which} from the real maildrop, for good. QUIT again "
        "does it; RSET takes the marks back."
    )


def _listed(numbers: tuple[int, ...]) -> str:
    first = ", ".join(map(str, numbers[:12]))
    return first if len(numbers) <= 12 else f"{first}, ..."


def in_the_clear(server: Server) -> str:
    """A secret was typed on a line that others can read."""
    return (
        f"Nothing was sent. The line to {server.name} is in the clear, and a password on it can be "
        "read by whoever stands between. STLS secures this line, where the server has it; `--stls` or "
        "`--tls` do it from the start; `--cleartext` sends passwords all the same."
    )


# While one waits


def waiting(received: int, *, greeting: bool) -> str:
    """What is awaited, and how much of it has come."""
    what = "greeting" if greeting else "reply"
    so_far = f", {received:,} octets so far" if received else ""
    return f"waiting for the {what}{so_far} (Ctrl-C stops the waiting)"


def silent(seconds: float) -> str:
    """Nothing has come for so long that it is given up."""
    return f"Nothing has come for {seconds:g} seconds, so the line was closed. {_TLS_FIRST}"


def gave_up(octets: int) -> str:
    """A body has no end."""
    size = f"{octets // 2**20} MiB" if octets >= 2**20 else f"{octets} octets"
    return f"The body has more than {size} and no end: the line was closed, and nothing of it kept."


# TLS


def secured(tls: TlsLink, server: Server, trust: str) -> str:
    """TLS stands. `trust`: by which authorities the certificate is good; "": nobody has asked."""
    checked = f" The certificate is good for {server.name}, by {trust}." if trust else ""
    return f"{tls.version} stands ({tls.cipher[0]}): from here on the line is encrypted.{checked}"


def tls_here() -> str:
    """A server that waits for TLS was spoken to in the clear."""
    return "What came is TLS: this port wants it from the first octet. `--tls` begins with it."


def no_tls(failure: TlsFailed, server: Server, *, behind_stls: bool) -> str:
    """The handshake failed."""
    match failure.reason:
        case "certificate-verify-failed":
            why = str(failure).rpartition("failed: ")[2].rstrip(".")
            return (
                f"The certificate of {server.name} is not good: {why}. Nothing secret was sent. `--ca "
                "FILE` names an authority of your own; `--insecure` takes any certificate."
            )
        case "no-answer" if not behind_stls:
            return (
                f"Nobody answers a TLS handshake on port {server.port}. If the server speaks first "
                "and in the clear there, call it without `--tls`, or with `--stls`."
            )
        case "bad-name":
            return f"No certificate can bear the name {server.name}: {failure}."
        case "cut-off":
            return "The line ended without a close_notify: octets may be missing at the end."
        case "wrong-version-number" | "packet-length-too-long" | "record-layer-failure" if (
            not behind_stls
        ):
            return (
                f"Port {server.port} of {server.name} speaks no TLS: what came is in the clear. "
                "Call it with `--stls`, which begins in the clear, or try port 995."
            )
    old = "version" in failure.reason or "unsupported-protocol" in failure.reason
    hint = " Port110 speaks TLS 1.2 and 1.3, and nothing older." if old else ""
    return f"TLS could not be had: {str(failure).rstrip('.')}.{hint} The line was closed."


# No line


def no_line(error: OSError | UnicodeError, server: Server) -> tuple[str, str]:
    """Why the server could not be called: in telnet's words, and what to try."""
    name, port = server.name, server.port
    if isinstance(error, UnicodeError):
        return f"telnet: could not resolve {name}/{port}", f"{name} cannot be the name of a host."
    if isinstance(error, socket.gaierror):
        said = f"telnet: could not resolve {name}/{port}: {error.strerror}"
        if error.errno == socket.EAI_AGAIN:
            return (
                said,
                "No name server answers now. Is this machine online? An address would do too.",
            )
        return said, "No host of this name is known. Look at the spelling, or call its address."
    said = f"telnet: Unable to connect to remote host: {error.strerror or error}"
    if isinstance(error, ConnectionRefusedError):
        other = (
            "Many have POP3 on port 995 alone, with TLS: try `--tls`."
            if port == 110
            else "POP3 is mostly on port 110, and on port 995 with `--tls`."
        )
        return said, f"The host is there, and nothing listens on its port {port}. {other}"
    if isinstance(error, TimeoutError):
        return said, (
            f"No answer from port {port}. The host may be down, or a firewall swallows the call; port "
            "995 (`--tls`) is open more often than port 110."
        )
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return (
            said,
            "No way leads there from here. Look at the address, and whether you are online.",
        )
    return said, "Look at the name and the port, and whether you are online."
