"""What the tutor says about the programs that call: where they go astray, and what to type instead.

The margin explains what a server says; this is about what stands between the learner and the server.
Each function gives one notice, in the margin's manner; "" for nothing to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulator.hosts.programs import (
    OPENSSL_PORT,
    TELNET_PORT,
    Dialing,
    Order,
    Program,
    as_dialled,
)
from simulator.pop3 import COMMANDS

if TYPE_CHECKING:
    from simulator.hosts import Host, Network
    from simulator.hosts.faults import NamedFault
    from simulator.link import TlsFailed, TlsLink
    from simulator.pop3 import Exchange

__all__ = [
    "TOO_EARLY",
    "UNHEARD_ESCAPE",
    "bare_lf",
    "failed_in_its_place",
    "in_its_place",
    "no_such_host",
    "no_tls",
    "not_tls",
    "on_report",
    "on_starttls",
    "ordered",
    "out_of_step",
    "refused",
    "struck",
    "unfinished",
    "waiting",
]

TOO_EARLY = (
    "That is a line for a mail server, and you stand at the shell. Call one first: "
    "`telnet mail.example.test 110`. `hosts` lists whom you can call."
)

#: Ctrl-] in a program that does not know it; its name is to be filled in.
UNHEARD_ESCAPE = (
    "Ctrl-] is telnet's key. To {} it is one more octet of the line, and nothing was sent. "
    "Ctrl-D closes the line."
)


def command_for(host: Host, program: Program = Program.TELNET) -> str:
    """A command line that reaches this host's POP3 server, with that program where it can."""
    secure = not host.ports or (program is Program.OPENSSL and bool(host.tls_ports))
    port = host.tls_ports[0] if secure else host.ports[0]
    return as_dialled(host.name, port, secure=secure).command


# A reply that went wrong


def struck(fault: NamedFault) -> str:
    """The fault that was asked for was in the last reply."""
    return f"That was `{fault.name}`, as you asked: {fault.meaning} ({fault.standard})."


def unfinished(waiting: int) -> str:
    """A reply has begun, and its end has not come. `waiting`: lines that have no reply yet."""
    if waiting > 1:
        return (
            f"A client has {waiting} lines without an answer now, and takes what comes for the first "
            "of them: it is out of step with the server, and cannot know by how much."
        )
    return (
        "The line with a dot alone has not come, so to a client this reply is not over: it waits, and "
        "will take the next reply for more of this one (RFC 1939 §3)."
    )


def out_of_step(exchange: Exchange) -> str:
    """What came is taken for the reply to an earlier line."""
    said = (exchange.public().line or "").replace("`", "'")
    return f"To a client that ends the reply to `{said}`:"


# No line


def no_such_host(dialing: Dialing, network: Network) -> str:
    """The name is not in the directory."""
    name, _, behind = dialing.host.partition(":")
    if behind and dialing.program is not Program.OPENSSL:
        right = f"{dialing.program.value} {name} {behind}"
        return f"Between the host and the port stands a blank: `{right}`."
    if name == "localhost":
        asked = dialing.program is not Program.OPENSSL or "localhost" in dialing.command
        what = "" if asked else "Without `-connect HOST:995` openssl calls its own machine. "
        return f"{what}Nobody listens on this machine; `hosts` lists whom you can call."
    return unknown_host(dialing.host, network.hosts)


def unknown_host(name: str, known: Sequence[Host]) -> str:
    """No host has that name; which one may be meant."""
    import difflib

    names = {host.name: host.name for host in known}
    names |= {host.name.partition(".")[0]: host.name for host in known}
    near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.75)
    meant = f" Did you mean `{names[near[0]]}`?" if near else ""
    return f"No host here has this name.{meant} `hosts` lists whom you can call."


def refused(dialing: Dialing, host: Host) -> str:
    """Nothing listens on that port."""
    forgotten = {Program.TELNET: TELNET_PORT, Program.OPENSSL: OPENSSL_PORT}
    if forgotten.get(dialing.program) == dialing.port:
        what = f"Where no port is named, {dialing.program.value} calls port {dialing.port}."
    else:
        what = f"Nothing listens on port {dialing.port} of this host."
        if dialing.program is Program.NC and not dialing.verbose:
            what += " nc tells you so only with -v."
    return f"{what} With `{command_for(host, dialing.program)}` you reach its POP3 server."


def no_tls(dialing: Dialing, host: Host, failure: TlsFailed, stls: Exchange | None = None) -> str:
    """There is a line, and no TLS on it. `stls`: the answer to the STLS that openssl said."""
    secure = f"openssl s_client -connect {host.name}:"
    if failure.reason == "no-greeting":
        return (
            f"On port {dialing.port} TLS comes before the greeting, and STLS after it: the server "
            "waits for a handshake, openssl for a greeting, and neither speaks. The tutor has "
            f"pressed Ctrl-C. Leave `-starttls pop3` out: `{secure}{dialing.port} -crlf`."
        )
    if failure.reason != "wrong-version-number":
        return f"The handshake failed, and without TLS this program goes no further: {failure}."
    if stls is not None:
        what = (
            f"The server has answered STLS with `{stls.reply.line}` and goes on in the clear. openssl "
            "does not look at that answer: it began its handshake, and got none back."
        )
    else:
        what = (
            f"On port {dialing.port} the server speaks first and in the clear. openssl wanted a "
            "handshake and took the first octets of the greeting for a broken one."
        )
    ways = []
    if host.personality.offered("STLS"):
        ways.append(f"`{secure}{dialing.port} -crlf -starttls pop3`")
    ways += [f"`{secure}{port} -crlf`" for port in host.tls_ports]
    if not ways:
        return f"{what} This server knows no TLS; `{command_for(host)}` reaches it in the clear."
    return f"{what} TLS is to be had with {' or '.join(ways)}."


def waiting(dialing: Dialing) -> str:
    """A program without TLS on a port where TLS comes first."""
    name = dialing.program.value
    leave = "Ctrl-] and `close`" if dialing.program is Program.TELNET else "Ctrl-D"
    return (
        f"Nothing comes. On port {dialing.port} the server waits for a TLS handshake before it says a "
        f"word, and {name} cannot hold one. {leave} gives up; "
        f"`openssl s_client -connect {dialing.host}:{dialing.port} -crlf` is the program for it."
    )


def not_tls(dialing: Dialing) -> str:
    """What was typed in the clear reached a server that waited for TLS."""
    return (
        f"Your line reached port {dialing.port} in the clear. A server that waits for a handshake "
        "takes it for a broken one, and hangs up without a word."
    )


# TLS stands


def on_report(tls: TlsLink) -> str:
    """What matters in openssl's long report."""
    return (
        "Three lines of this matter. `subject`: whose certificate it is; compare the name with the "
        "host you called, for s_client does not. `issuer`: who vouches for it, here Port110's "
        "practice authority, which this openssl trusts as if it were installed. `Verify return "
        f"code: 0 (ok)`: that held. From here on the line is encrypted, with {tls.version}. -quiet "
        "leaves the report out."
    )


def on_starttls(stls: Exchange, *, cut: bool) -> str:
    """What openssl has said on its own."""
    slip = ", cut to the length of that answer by a slip in openssl" if cut else ""
    return (
        "openssl has read the greeting and said STLS for you, in the clear. The server said "
        f"`{stls.reply.line}`, and TLS began. The last line above is that greeting once more{slip}. "
        "Nothing else comes unasked: the next word is yours."
    )


def in_its_place(dialing: Dialing) -> str:
    """STLS in a program that knows no TLS."""
    name = dialing.program.value
    return (
        f"A real {name} is stuck here: the server waits for a handshake now, and {name} knows no "
        "TLS. Port110 held it in its place, so that you can go on. Elsewhere "
        "`openssl s_client -starttls pop3` does both, STLS and handshake."
    )


def failed_in_its_place(failure: TlsFailed) -> str:
    """The handshake behind STLS failed."""
    return (
        f"TLS was to begin behind the +OK, and the handshake failed: {failure}. A line that is half "
        "in TLS is of no use to anyone, so it was closed."
    )


# What a program makes of a line


def bare_lf(dialing: Dialing) -> str:
    """The server insists on CR LF, and the program ends lines in LF."""
    name, option = ("nc", "-C") if dialing.program is Program.NC else ("openssl", "-crlf")
    return (
        f"{name} sends LF alone for Enter unless it is told to send CR LF: call again with `{option}`. "
        "Many servers take LF alone, so one may type on for years without noticing."
    )


def ordered(order: Order, line: str, version: str) -> str:
    """A line was taken for an order, and what to type instead."""
    if order is Order.REKEY:
        return (
            "To openssl a line that begins with K is an order to change the keys of the line. The "
            "server heard nothing of it. -quiet or -ign_eof turns such orders off."
        )
    word = line.split(maxsplit=1)[0].lower()
    small = f"Type `{word}` in small letters, or call" if word.upper() in COMMANDS else "Call"
    instead = f"{small} with -quiet or -ign_eof. `:undo` goes back to before the line."
    if order is Order.LEAVE:
        return (
            "To openssl a line that begins with Q is an order to leave. The server never heard it: "
            f"without QUIT there is no UPDATE, and no mark becomes a deletion. {instead}"
        )
    why = "TLS 1.3 has no such thing" if version == "TLSv1.3" else "the server refuses that"
    return (
        "To openssl a line that begins with R is an order to negotiate TLS anew. The server never "
        f"heard your line; {why}, so openssl gave up and closed the call. {instead}"
    )
