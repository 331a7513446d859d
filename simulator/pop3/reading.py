"""How one server takes a line apart, where it does not do so as RFC 1939 writes it. Data, no code.

Why a value of its own: a server may be two programs, and read otherwise before the login than behind
it (Dovecot, Courier). A policy has up to two of these (`policy_lines`); understanding.py reads by them.

Octets are written as characters; "white space" is what C's isspace takes: blank, TAB, LF, VT, FF, CR.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Numbers", "Reading"]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How a number is read. RFC 1939 section 5 has a message-number in decimal, and no more."""

    #: "digits" alone (Dovecot, Cyrus); as C's "strtol": white space before it, a sign (Courier,
    #: mailutils, popa3d, solid-pop3d); as Python's "int": white space, sign, `1_0` (Twisted).
    form: Literal["digits", "strtol", "int"] = "digits"
    #: What stands behind the digits: "refused", or "ignored", so that `1x` is 1 (Courier, solid-pop3d).
    noise: Literal["refused", "ignored"] = "refused"
    #: No digit at all: "refused", or 0 (Courier, mailutils: `LIST abc` finds no message).
    without_digits: Literal["refused", "zero"] = "refused"
    #: A number of more bits than so many is refused; 0: none is. Dovecot and Cyrus 32, popa3d 31.
    bits: int = 0
    #: What becomes of more than a machine's number holds. "exact": nothing, it is as written.
    #: "signed-32", "unsigned-32": it stops at the end of 64 bits, signed (Courier) or not
    #: (solid-pop3d), and the low 32 count, so 4294967297 is 1. "unsigned-64": all 64 (mailutils).
    overflow: Literal["exact", "signed-32", "unsigned-32", "unsigned-64"] = "exact"
    #: Whether 0 is refused as a bad argument (solid-pop3d), or is read like other numbers.
    zero_refused: bool = False
    #: Whether less than 0 is as good as 0: `TOP 1 -1` sends no line of the body (GreenMail).
    negative_is_zero: bool = False
    #: Whether less than 0 is refused as a bad argument, or is read: no such message.
    negative_refused: bool = False


#: A count of TOP's is 0 or more (RFC 1939 section 7).
_COUNTS = Numbers(negative_refused=True)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a line becomes keyword and arguments. Each field names real servers that are so."""

    # The line and its keyword

    #: A NUL: "refused" (solid-pop3d), the line is cut there (Dovecot, Cyrus), it "parts" a keyword from
    #: what is behind it, and TOP's number from its count, and else cuts (mailutils), the line is as
    #: good as empty (popa3d), the next line is lost with it (Courier, where a response to AUTH is
    #: wrong then), or it is "taken" as any octet (Twisted). RFC 1939 §3 has printable ASCII only;
    #: other octets are all taken.
    nul: Literal["refused", "cuts", "parts", "empties", "swallows", "taken"] = "taken"
    #: Octets that are skipped before the keyword: blanks (Courier, mailutils). RFC 1939 §3: none.
    leading: str = ""
    #: Octets at the first of which a line is no longer read in any case; "": the keyword is, and no
    #: more. Courier before login SPACE and TAB: behind them a keyword in lower case is not known, and
    #: a CR parts a keyword from its argument, so that `user<CR>alice` names ALICE.
    caseless_to: str = ""
    #: Octets without a meaning in a keyword: CR at Dovecot before login.
    dropped: str = ""
    #: Octets that end a keyword. RFC 1939 §3: one blank. White space: Courier, Cyrus, mailutils.
    parting: str = " "
    #: How many of these go before the argument begins; before a password always "one".
    eaten: Literal["one", "all"] = "one"
    #: Octets that are taken off the line's end: white space (mailutils).
    trailing: str = ""
    #: A blank, and nothing behind it: "none", that is no argument; "empty", an argument without an
    #: octet (Twisted), or "refused" whatever the keyword (Cyrus; detail `blank`).
    bare_blank: Literal["none", "empty", "refused"] = "none"

    # The arguments

    #: The argument is not parted further, and numbers are read off its front ("rest": Dovecot, Cyrus,
    #: solid-pop3d); or it is words: "each" octet of `between` parts two, so that there are empty ones
    #: (Twisted, popa3d, mailutils), or "runs" of them do (Courier).
    words: Literal["rest", "each", "runs"] = "each"
    #: What parts words in an argument.
    between: str = " "
    #: Octets of the longest word; 0: any. popa3d 40. RFC 1939 §3: 40.
    word_limit: int = 0
    #: Commands whose argument is all the rest of the line, blanks too (RFC 1939 §7 for PASS). Of two
    #: arguments it is the second; the first ends at what ends a keyword (mailutils: APOP and TOP).
    whole: frozenset[str] = frozenset({"USER", "PASS"})
    #: Octets that end such an argument all the same, and are skipped before it: CR at Courier before
    #: login.
    whole_ends: str = ""
    #: Commands whose argument may be without an octet, or not be there: USER and PASS (Dovecot), AUTH
    #: (Dovecot, Cyrus: a list then).
    may_be_empty: frozenset[str] = frozenset()
    #: More arguments than the command takes: "refused" (Cyrus, popa3d, Twisted) or "ignored" (Dovecot,
    #: Courier, solid-pop3d).
    surplus: Literal["refused", "ignored"] = "refused"
    #: The same for some commands, where it differs (Qpopper: RETR and TOP).
    surplus_of: Mapping[str, Literal["refused", "ignored"]] = field(default_factory=dict)
    #: How many words stand behind a keyword of `fixed`, else there are too few or too many. Twisted:
    #: RPOP 1.
    arity: Mapping[str, int] = field(default_factory=dict)
    #: Commands whose arguments are looked at before the state (mailutils: NOOP RSET STAT RETR DELE;
    #: of TOP only whether there is any).
    early: frozenset[str] = frozenset()

    # What proves a name: APOP and AUTH

    #: The form of APOP's digest: not looked at, so that it only fails (mailutils, Twisted), 32
    #: hexadecimal digits in any case (Dovecot), or in lower case as RFC 1939 §7 has it (solid-pop3d).
    #: Or what stands behind the last blank, of which 32 in lower case count, and no more of them may
    #: follow ("front": Cyrus). Details `length` and `hex`.
    apop_digest: Literal["any", "hex", "lower-hex", "front"] = "any"
    #: White space around the mechanism of AUTH is no part of it (Twisted).
    mechanism_trimmed: bool = False
    #: Octets that end the mechanism besides `parting`, and behind which there is an initial response,
    #: be it without an octet. CR at Dovecot. Only where `words` are the "rest".
    mechanism_ends_at: str = ""
    #: A mechanism, a blank and nothing behind it: there is no initial response ("none"), or one without
    #: an octet ("empty": Cyrus), as RFC 5034 §4 writes "=". Only where `words` are the "rest".
    blank_response: Literal["none", "empty"] = "none"

    # Message-numbers, and TOP's count of lines

    #: How message-numbers are read, and how the count is.
    numbers: Numbers = Numbers()
    counts: Numbers = _COUNTS
    #: How the number of TOP is read, where it differs. mailutils: to the end, `TOP 1x 0` is refused.
    top_numbers: Numbers | None = None
    #: A blank must stand between TOP's two numbers, else it is noise behind the first (Dovecot).
    #: Without, `TOP 1x` has a bad count (Cyrus, solid-pop3d). Only where `words` are the "rest".
    count_apart: bool = False
    #: In which order TOP is checked: enough arguments, the number's form, the count's form, whether
    #: there is such a message. Dovecot looks at the message before the count, Courier before it
    #: asks whether there is a count, Twisted at the count first.
    top_checks: tuple[Literal["arity", "number", "count", "message"], ...] = (
        "arity", "number", "count", "message",
    )  # fmt: skip
    #: TOP with the largest count of so many bits is RETR: it sends all, and says and counts as that
    #: does; 0: none is. Dovecot 64.
    top_as_retr: int = 0
    #: A count with which TOP says +OK and sends nothing at all; 0: there is none. Cyrus 4294967294.
    count_of_nothing: int = 0
