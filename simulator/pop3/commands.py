"""The commands: one table, and the parser that reads a command line by it.

Why one table: the parser, the server's state check, CAPA, the client's framing, completion, help and
the margin all need to know the same few facts of a command. They stand here once, a row a command.

A command has one line, but for AUTH: behind it each line answers a challenge until the server says
+OK or -ERR (RFC 5034 section 4). Such a line is no command line; `parse_response` reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .arguments import (
    SERVER_FIRST,
    Argument,
    Flaw,
    answer_of,
    is_well_formed,
    message_number,
)
from .states import State

__all__ = [
    "COMMANDS",
    "LOGIN_COMMANDS",
    "Body",
    "Command",
    "CommandRow",
    "meant",
    "parse",
    "parse_response",
]


class Body(Enum):
    """Whether a +OK reply is multi-line, that is, has a body that ends in a line "."."""

    NEVER = "never"
    ALWAYS = "always"
    WITHOUT_ARGUMENT = "without argument"  #: LIST, UIDL, LANG and AUTH: with an argument, one line


@dataclass(frozen=True, slots=True)
class CommandRow:
    """What is true of one command at both ends of the line."""

    keyword: str
    arguments: tuple[Argument, ...]
    least: int  #: how many of the arguments must be there
    states: frozenset[State]
    body: Body
    section: str  #: where it is defined, as "RFC 1939 §5"
    meaning: str  #: one line for completion and help
    capability: str = ""  #: the CAPA tag that announces it (RFC 2449 section 6), if it has one

    @property
    def usage(self) -> str:
        """The command as the RFC writes it: `TOP msg n`, `LIST [msg]`."""
        words = [argument.value for argument in self.arguments]
        words = [*words[: self.least], *(f"[{word}]" for word in words[self.least :])]
        return " ".join([self.keyword, *words])


_AUTH = frozenset({State.AUTHORIZATION})
_TRANS = frozenset({State.TRANSACTION})
_BOTH = _AUTH | _TRANS
_MSG = (Argument.MESSAGE,)
_5, _7 = "RFC 1939 §5", "RFC 1939 §7"

_ROWS = (
    CommandRow(
        "USER", (Argument.NAME,), 1, _AUTH, Body.NEVER, _7,
        "name the mailbox you want", "USER",
    ),
    CommandRow(
        "PASS", (Argument.STRING,), 1, _AUTH, Body.NEVER, _7,
        "prove it with the password; opens and locks the maildrop",
    ),
    CommandRow(
        "APOP", (Argument.NAME, Argument.DIGEST), 2, _AUTH, Body.NEVER, _7,
        "log in with a digest, so that the password is not sent",
    ),
    CommandRow(
        "AUTH", (Argument.MECHANISM, Argument.RESPONSE), 1, _AUTH, Body.WITHOUT_ARGUMENT,
        "RFC 5034 §4", "log in by a SASL mechanism", "SASL",
    ),
    CommandRow(
        "STLS", (), 0, _AUTH, Body.NEVER, "RFC 2595 §4",
        "begin TLS: from then on the line is encrypted", "STLS",
    ),
    CommandRow(
        "UTF8", (), 0, _AUTH, Body.NEVER, "RFC 6856 §2.1",
        "have mail with UTF-8 in its headers sent as it is", "UTF8",
    ),
    CommandRow(
        "STAT", (), 0, _TRANS, Body.NEVER, _5,
        "how many messages, how many octets",
    ),
    CommandRow(
        "LIST", _MSG, 0, _TRANS, Body.WITHOUT_ARGUMENT, _5,
        "number and size of each message, or of one",
    ),
    CommandRow(
        "RETR", _MSG, 1, _TRANS, Body.ALWAYS, _5,
        "send the whole message",
    ),
    CommandRow(
        "DELE", _MSG, 1, _TRANS, Body.NEVER, _5,
        "mark the message as deleted; QUIT removes it",
    ),
    CommandRow(
        "NOOP", (), 0, _TRANS, Body.NEVER, _5,
        "do nothing, answer +OK",
    ),
    CommandRow(
        "RSET", (), 0, _TRANS, Body.NEVER, _5,
        "take all marks back",
    ),
    CommandRow(
        "TOP", (Argument.MESSAGE, Argument.LINES), 2, _TRANS, Body.ALWAYS, _7,
        "send the headers and the first n lines of the body", "TOP",
    ),
    CommandRow(
        "UIDL", _MSG, 0, _TRANS, Body.WITHOUT_ARGUMENT, _7,
        "the unique-id of each message, or of one", "UIDL",
    ),
    CommandRow(
        "LAST", (), 0, _TRANS, Body.NEVER, "RFC 1460 §5",
        "the highest message-number that was read (historic)",
    ),
    CommandRow(
        "LANG", (Argument.LANGUAGE,), 0, _BOTH, Body.WITHOUT_ARGUMENT, "RFC 6856 §3.2",
        "choose the language of the texts, or list them", "LANG",
    ),
    CommandRow(
        "CAPA", (), 0, _BOTH, Body.ALWAYS, "RFC 2449 §5",
        "list what this server can do",
    ),
    CommandRow(
        "QUIT", (), 0, _BOTH, Body.NEVER, "RFC 1939 §4, §6",
        "end the session; after login, remove what is marked",
    ),
)  # fmt: skip

COMMANDS: dict[str, CommandRow] = {row.keyword: row for row in _ROWS}
#: The commands that say who logs in, and with what (RFC 1939 section 7). AUTH says it line by line.
LOGIN_COMMANDS = frozenset({"USER", "PASS", "APOP"})


@dataclass(frozen=True, slots=True)
class Command:
    """One command line, taken apart. Both chairs make it from the same octets by the same parser."""

    keyword: str  #: upper case as in the table; as typed where the table has no such command
    arguments: tuple[str, ...] = ()
    flaw: Flaw | None = None
    #: 0 for a command line. Behind AUTH, which response to a challenge this is: 1 for the first. Then
    #: `arguments` are the mechanism and the line, as if it were AUTH's initial response.
    step: int = 0

    @property
    def mechanism(self) -> str:
        """The SASL mechanism that AUTH names, upper case, or ""."""
        return self.arguments[0].upper() if self.keyword == "AUTH" and self.arguments else ""

    @property
    def response(self) -> str | None:
        """What AUTH or a line behind it answers, as typed; None where AUTH waits for a challenge."""
        return self.arguments[1] if self.keyword == "AUTH" and len(self.arguments) > 1 else None

    @property
    def row(self) -> CommandRow | None:
        """The command's row, or None: there is no such command."""
        return COMMANDS.get(self.keyword)

    @property
    def number(self) -> int | None:
        """The message-number it names, where it takes one and one was given that is a number."""
        row = self.row
        if row is None or not self.arguments or row.arguments[:1] != _MSG:
            return None
        return message_number(self.arguments[0])

    @property
    def expects_body(self) -> bool:
        """Whether a +OK to this line is multi-line."""
        row = self.row
        if row is None or row.body is Body.NEVER:
            return False
        return row.body is Body.ALWAYS or not self.arguments


def parse(line: str) -> Command:
    """Take one command line apart (without its CRLF). Never raises.

    RFC 1939 section 3: a keyword of 3 or 4 characters in any case, and arguments, each parted by a
    single blank. RFC 2449 section 4 allows longer keywords; a table knows its own.
    """
    word, blank, rest = line.partition(" ")
    keyword = word.upper() if word.isascii() else word
    row = COMMANDS.get(keyword)
    if row is None:
        return Command(word, (rest,) if blank else ())
    return _with_arguments(row, rest, given=bool(blank))


def meant(line: str, command: Command) -> Command:
    """The command that a line must have been to a server that took it: `parse` may not know it.

    Many servers take blanks before the keyword, and TABs for blanks, which no RFC does.
    """
    if command.row is not None or command.step:
        return command
    found = parse(" ".join(line.split()))
    return found if found.row is not None else command


def _with_arguments(row: CommandRow, rest: str, *, given: bool) -> Command:
    wanted = row.arguments
    if wanted and wanted[-1] in (Argument.NAME, Argument.STRING):
        # The last argument takes the rest of the line: a password may hold blanks (section 7).
        values: tuple[str, ...] = (rest,) if rest else ()
    else:
        values = tuple(rest.split(" ")) if given else ()
    flaw = _flaw(row, values)
    if flaw is Flaw.MISSING_ARGUMENT and not any(values):
        values = ()  # a blank, and nothing behind it: no argument at all
    return Command(row.keyword, values, flaw)


def _flaw(row: CommandRow, values: tuple[str, ...]) -> Flaw | None:
    wanted = row.arguments
    if len(values) < row.least:
        return Flaw.MISSING_ARGUMENT
    if values and not values[0] and wanted:
        # `RETR ` and `RETR  1`: the blank parts keyword and argument, and no argument is there.
        return Flaw.MISSING_ARGUMENT if not any(values) else Flaw.BAD_ARGUMENT
    for argument, value in zip(wanted, values, strict=False):
        if not is_well_formed(argument, value):
            return Flaw.BAD_ARGUMENT
    most = len(wanted)
    if row.keyword == "AUTH" and values and values[0].upper() in SERVER_FIRST:
        most = 1
    return Flaw.SURPLUS_ARGUMENT if len(values) > most else None


def parse_response(mechanism: str, step: int, line: str) -> Command:
    """A line behind AUTH: the answer to a challenge, or "*", which cancels (RFC 5034 section 4)."""
    flawed = line != "*" and answer_of(line) is None
    return Command("AUTH", (mechanism, line), Flaw.BAD_ARGUMENT if flawed else None, step)
