"""Why was it -ERR? What can be told from the wire alone.

A server gives a status indicator and some text for people; with RFC 2449 perhaps a response code. The
rest follows from what was typed and from what the session did before. A property test holds this
beside the engine, which knows the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from .arguments import Argument
from .commands import LOGIN_COMMANDS, Command, CommandRow
from .exchange import Reason, Reply
from .framing import Line, may_be_utf8
from .states import State, Status
from .view import View

__all__ = ["TELLING", "infer", "tells"]

#: The commands that a server may never have heard of, and says so in any state.
_EXTENSIONS = frozenset({"AUTH", "STLS", "UTF8", "LANG"})

#: Response codes (RFC 2449 section 8.1, RFC 3206) that say the reason outright.
_CODES = {
    "IN-USE": Reason.IN_USE,
    "LOGIN-DELAY": Reason.LOGIN_DELAY,
    "SYS/TEMP": Reason.TEMPORARY,
    "SYS/PERM": Reason.PERMANENT,
    "AUTH": Reason.BAD_CREDENTIALS,
    "UTF8": Reason.NEEDS_UTF8,
}

#: Words of reasons that have no response code, or that servers without codes give. A text means
#: nothing to a program (RFC 1939 section 3); these few are read for the person in front of it.
#: The words a personality uses are held to this table (personality.complaints).
TELLING: Mapping[Reason, tuple[str, ...]] = {
    Reason.IN_USE: ("lock", "in use", "busy", "another session", "already logged in"),
    Reason.NEEDS_TLS: (
        "tls", "ssl", "encrypt", "secure conn", "non-secure", "insecure", "plaintext", "cleartext",
        "in the clear", "under a layer",
    ),
    Reason.TEMPORARY: ("temporar", "internal", "system error", "server error", "disk"),
    Reason.UNKNOWN_COMMAND: (
        "unknown command", "unrecognized", "no such command", "not implemented", "unimplemented",
        "not supported", "invalid command",
    ),
    Reason.USER_FIRST: ("user", "username"),
    Reason.WRONG_STATE: ("already", "must give", "invalid command", "state", "sequence"),
    Reason.UNKNOWN_MECHANISM: (
        "mechanism", "mécanisme", "authentication type", "authentication method",
    ),
    Reason.UNKNOWN_LANGUAGE: ("language", "sprache", "langue", "idioma", "lingua", "taal", "språk"),
    Reason.TLS_ACTIVE: ("tls", "ssl", "encrypt", "already"),
    Reason.BAD_CREDENTIALS: ("authenticat", "credential", "password", "match", "login", "denied"),
}  # fmt: skip
#: The words at the beginning of a word, so that "blocked" tells of no lock.
_WORDS = {
    reason: re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})")
    for reason, words in TELLING.items()
}
_ANSWERED = (Reason.UNKNOWN_MECHANISM, Reason.BAD_CREDENTIALS, Reason.IN_USE)


def infer(line: Line, command: Command, reply: Reply, state: State, view: View) -> Reason | None:
    """The reason of a -ERR, or None for any other reply."""
    if reply.status is not Status.ERR:
        return None
    if line.fault is not None and not (view.offers("UTF8 USER") and may_be_utf8(line, command)):
        return line.fault
    if not line.text and not command.step:
        return Reason.BLANK_LINE
    row = command.row
    if row is None or _is_lacking(command, row, view):
        return Reason.UNKNOWN_COMMAND
    if state not in row.states:
        # A server that lacks an extension says so in any state; one that has it names the state.
        lacks = command.keyword in _EXTENSIONS and tells(reply.text, Reason.UNKNOWN_COMMAND)
        if lacks:
            return Reason.UNKNOWN_COMMAND
        # Some take another login in TRANSACTION, and say when it has failed.
        failed = command.keyword in _LOGINS and _FAILED.search(reply.text.lower())
        return Reason.BAD_CREDENTIALS if failed else Reason.WRONG_STATE
    if command.flaw is not None:
        if _wants_tls(command, reply, view):
            return Reason.NEEDS_TLS
        absent = command.keyword in _EXTENSIONS and _ABSENT.search(reply.text.lower())
        return Reason.UNKNOWN_COMMAND if absent else Reason(command.flaw.value)
    if command.keyword == "QUIT":
        # RFC 1939 section 6: the session ends "whether the removal was successful or not", so here
        # a response code says only why something was left.
        return Reason.NOT_REMOVED
    return _coded(command, reply, view) or _uncoded(command, row, reply, view)


def _is_lacking(command: Command, row: CommandRow, view: View) -> bool:
    """Whether the session has shown that the server does not have the command."""
    if command.keyword == "APOP":
        # RFC 1939 section 7: a server with APOP has a timestamp in its greeting.
        return not view.timestamp
    if view.capabilities is None or command.keyword in _HIDDEN or not row.capability:
        return False
    return not view.offers(row.capability)


#: How a server says of an extension that it is not there, whatever stands behind its keyword.
_ABSENT = re.compile(r"unknown command|unrecogni[sz]ed|no such command|implemented")
#: What may prove who is there, and how its failure is told.
_LOGINS = frozenset({"PASS", "APOP", "AUTH"})
_FAILED = re.compile(r"authenticat\w* fail|login fail|invalid login|bad login")
#: What CAPA need not list although the server has it: USER before TLS, STLS behind it (RFC 2595 §4).
_HIDDEN = frozenset({"USER", "STLS"})


def _wants_tls(command: Command, reply: Reply, view: View) -> bool:
    """Whether a login was refused since the line is not encrypted."""
    in_the_clear = not view.secure and command.keyword in {"USER", "PASS", "AUTH"}
    return in_the_clear and reply.code in ("", "AUTH") and tells(reply.text, Reason.NEEDS_TLS)


def _coded(command: Command, reply: Reply, view: View) -> Reason | None:
    """What a response code, or the words that stand for one, say outright."""
    if command.step and command.response == "*":
        return Reason.CANCELLED
    if _wants_tls(command, reply, view):
        return Reason.NEEDS_TLS
    if reply.code == "AUTH" and command.keyword in LOGIN_COMMANDS:
        if command.keyword == "PASS" and not view.named:
            return _unnamed(reply, view)
        if view.named and command.keyword != "PASS" and tells(reply.text, Reason.WRONG_STATE):
            return Reason.WRONG_STATE
    return _CODES.get(reply.code)


def _uncoded(command: Command, row: CommandRow, reply: Reply, view: View) -> Reason:
    """What follows from the command and the session."""
    if command.keyword in _OWN:
        return _OWN[command.keyword](command, reply, view)
    lacking = command.keyword in {"TOP", "UIDL"} and tells(reply.text, Reason.UNKNOWN_COMMAND)
    if row.arguments[:1] == (Argument.MESSAGE,) and command.number is not None and not lacking:
        if failing := _first(reply, (Reason.TEMPORARY, Reason.IN_USE)):
            return failing
        marked = command.number in view.marks
        return Reason.ALREADY_DELETED if marked else Reason.NO_SUCH_MESSAGE
    # A command of the right shape, in the right state: the server has no such command (CAPA came
    # with RFC 2449).
    return Reason.UNKNOWN_COMMAND


def _login_reason(command: Command, reply: Reply, view: View) -> Reason:
    if command.keyword == "PASS" and not view.named:
        return _unnamed(reply, view)
    if command.keyword == "PASS" and tells(reply.text, Reason.UNKNOWN_COMMAND):
        return Reason.USER_FIRST  # where anything between USER and PASS makes the name void
    if view.named and command.keyword == "USER" and _is_second(command, reply, view):
        return Reason.WRONG_STATE
    if command.keyword == "APOP" and tells(reply.text, Reason.UNKNOWN_COMMAND):
        return Reason.UNKNOWN_COMMAND
    told = (Reason.TEMPORARY,) if command.keyword == "USER" else (Reason.IN_USE, Reason.TEMPORARY)
    if failing := _first(reply, told):
        return failing
    return Reason.NO_SUCH_MAILBOX if command.keyword == "USER" else Reason.BAD_CREDENTIALS


def _unnamed(reply: Reply, view: View) -> Reason:
    """PASS without a name, or with one that a -ERR made void: some servers keep it all the same."""
    if view.given is None or tells(reply.text, Reason.USER_FIRST):
        return Reason.USER_FIRST
    kept = reply.code == "AUTH" or _FAILED.search(reply.text.lower())
    return Reason.BAD_CREDENTIALS if kept else Reason.USER_FIRST


def _is_second(command: Command, reply: Reply, view: View) -> bool:
    """Whether USER was refused for the USER before it, and not for the name."""
    same = command.arguments[:1] == (view.named,)
    return same or not reply.text or tells(reply.text, Reason.WRONG_STATE)


def _auth_reason(command: Command, reply: Reply, _: View) -> Reason:
    if command.step:
        return Reason.IN_USE if tells(reply.text, Reason.IN_USE) else Reason.BAD_CREDENTIALS
    wanted = _ANSWERED if command.response is not None else _ANSWERED[:1]
    return _first(reply, wanted) or Reason.UNKNOWN_COMMAND


def _first(reply: Reply, reasons: Iterable[Reason]) -> Reason | None:
    """The first of the reasons that the reply's words stand for."""
    return next((reason for reason in reasons if tells(reply.text, reason)), None)


def tells(text: str, reason: Reason) -> bool:
    """Whether the text of a -ERR has one of the words that stand for a reason."""
    low = text.lower()
    if reason is Reason.IN_USE and "account" in low:
        return False  # an account that is locked is no maildrop in use
    return _WORDS[reason].search(low) is not None


def _told(reply: Reply, reason: Reason, *, may: bool) -> Reason:
    return reason if may and tells(reply.text, reason) else Reason.UNKNOWN_COMMAND


_OWN: Mapping[str, Callable[[Command, Reply, View], Reason]] = {
    "USER": _login_reason,
    "PASS": _login_reason,
    "APOP": _login_reason,
    "AUTH": _auth_reason,
    "STLS": lambda _, reply, view: _told(reply, Reason.TLS_ACTIVE, may=view.secure),
    "LANG": lambda command, reply, _: _told(
        reply, Reason.UNKNOWN_LANGUAGE, may=bool(command.arguments)
    ),
}
