"""The rules of the RFCs that a reply can break, the gravest first. No prose, no octets: a table.

What is not here cannot be seen from the client's chair: whether a dot was stuffed, whether a first line
ended in CR LF or LF alone, or whether a body that never ends has a terminator.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Breach", "Force", "Rule"]


class Force(Enum):
    """How strongly the RFC speaks."""

    REQUIRED = "required"  #: a MUST, the one form that is allowed, the one reply that is possible
    ADVISED = "advised"  #: a SHOULD, or "STRONGLY discourages"
    NOTED = "noted"  #: no rule of POP3 binds the server here, but a client may stumble over it


_MUST, _SHOULD, _NOTE = Force.REQUIRED, Force.ADVISED, Force.NOTED


class Rule(Enum):
    """A rule: its word, its force, and which values of `Breach` each breach of it has.

    They stand in the order of their weight: what the client can no longer follow, what it would believe
    wrongly, what it can read all the same.
    """

    # the reply as such
    NO_INDICATOR = ("no-indicator", _MUST)  #: neither +OK nor -ERR (RFC 1939 §3)
    INDICATOR_CASE = ("indicator-case", _MUST)  #: "Servers MUST send [them] in upper case" (§3)
    INDICATOR_GLUED = ("indicator-glued", _MUST)  #: `+OKay`; status [SP text] (RFC 2449 §3)
    CHALLENGE_OUTSIDE = ("challenge-outside", _MUST)  #: "+", and the line was no AUTH (RFC 5034 §4)
    UNASKED = ("unasked", _MUST)  #: "exchange commands and responses (respectively)" (RFC 1939 §3)
    GREETING_REFUSED = ("greeting-refused", _MUST)  #: "any positive response" (§4, RFC 2449 §3)
    # +OK where -ERR was due, and the reverse
    WRONG_STATE = ("state-ignored", _MUST, "keyword before")  #: MUST be -ERR (§3)
    MARKED_ACCEPTED = ("marked-accepted", _MUST, "keyword at")  #: "generates an error" (§5)
    MARKED_TWICE = ("marked-twice", _MUST)  #: the same of DELE (§5)
    FLAW_ACCEPTED = (
        "flaw-accepted",
        _MUST,
        "keyword",
    )  #: "syntactically invalid": MUST be -ERR (§3)
    RESPONSE_ACCEPTED = ("response-accepted", _MUST)  #: a response that is no base64 (RFC 5034 §4)
    CANCEL_IGNORED = ("cancel-ignored", _MUST)  #: `*` MUST be answered -ERR (RFC 5034 §4)
    REFUSED = ("refused", _MUST)  #: a command whose only reply is +OK (RFC 1939 §4, §5)
    # the texts that are for programs
    DROP_LISTING = ("drop-listing", _MUST)  #: "+OK nn mm" (§5)
    SCAN_LISTING = ("scan-listing", _MUST, "at came")  #: number, blank, octets (§5); at: a row
    UNIQUE_ID_LISTING = ("unique-id-listing", _MUST, "at came")  #: number, blank, unique-id (§7)
    OTHER_NUMBER = (
        "other-number",
        _MUST,
        "keyword came due",
    )  #: "information for that message" (§5)
    LISTED_TWICE = ("listed-twice", _MUST, "keyword at")  #: "a line [...] for that message" (§5)
    MARKED_LISTED = ("marked-listed", _MUST, "keyword at came")  #: "are not listed" (§5)
    COUNT_DIFFERS = (
        "count-differs",
        _MUST,
        "keyword came due",
    )  #: numbers last all session (§4, §5)
    SIZE_CHANGED = ("size-changed", _MUST, "at came due")  #: "the exact size" (§5)
    UNIQUE_ID_CHANGED = ("unique-id-changed", _MUST, "at")  #: "persists" (§7)
    UNIQUE_ID_SHARED = ("unique-id-shared", _MUST, "at came")  #: by messages unlike in size (§7)
    UNIQUE_ID_LONG = ("unique-id-long", _MUST, "at came")  #: "one to 70 characters" (§7)
    UNIQUE_ID_OCTETS = ("unique-id-octets", _MUST, "at")  #: "in the range 0x21 to 0x7E" (§7)
    # bodies and lines
    LF_LINES = ("lf-lines", _MUST, "came")  #: "each terminated by a CRLF pair" (§3)
    TOP_TOO_LONG = (
        "top-too-long",
        _MUST,
        "came due",
    )  #: "the number of lines of the [...] body" (§7)
    LONG_LINE = ("long-line", _MUST, "came")  #: 512 with CRLF (§3, RFC 2449 §4)
    CONTROL = ("control", _MUST, "came")  #: printable (RFC 2449 §3)
    NOT_ASCII = ("not-ascii", _MUST, "came")  #: "limited to ASCII" before LANG (RFC 6856 §3.2)
    CHALLENGE_GARBLED = ("challenge-garbled", _MUST)  #: no base64 (RFC 5034 §4)
    CHALLENGE_UNSPACED = ("challenge-unspaced", _MUST)  #: "+" SP (RFC 5034 §4, §5)
    CAPABILITY_LONG = (
        "capability-long",
        _MUST,
        "at came",
    )  #: 512 with CRLF (RFC 2449 §5); at: a row
    CAPABILITY_FORM = ("capability-form", _MUST, "at")  #: tag *(SP param) (RFC 2449 §3); at: a row
    CAPABILITY_WITHDRAWN = (
        "capability-withdrawn",
        _MUST,
        "came",
    )  #: "in both states" (RFC 2449 §5)
    # what the RFCs advise
    FAREWELL = ("farewell", _SHOULD)  #: a word before the autologout (RFC 1939 §3)
    CODE_UNANNOUNCED = ("code-unannounced", _SHOULD)  #: a code, and no RESP-CODES (RFC 2449 §8)
    AUGMENTED = ("augmented", _SHOULD, "keyword")  #: more behind the size (RFC 1939 §5)
    SENT_SIZE = ("sent-size", _SHOULD, "at came due")  #: RETR's octets, LIST's size (RFC 6856 §2.1)
    # what is worth knowing
    TOTALS_DIFFER = (
        "totals-differ",
        _NOTE,
        "came due",
    )  #: STAT's octets, LIST's sum (RFC 6856 §2.1)
    UNORDERED = ("unordered", _NOTE, "keyword at")  #: no RFC asks for an order
    TAG_TWICE = ("tag-twice", _NOTE)  #: "a list of capabilities, one per line" (RFC 2449 §5)
    NUL = ("nul", _NOTE, "came")  #: the mail's own (RFC 5322 §2.1, §2.3)
    BARE_LF = ("lone-lf", _NOTE, "came")
    BARE_CR = ("lone-cr", _NOTE, "came")

    word: str
    force: Force
    gives: frozenset[str]

    def __init__(self, word: str, force: Force, gives: str = "") -> None:
        self.word, self.force, self.gives = word, force, frozenset(gives.split())


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that a reply breaks, with the live values. `Rule.gives` says which are there."""

    rule: Rule
    at: int | None = None  #: a message-number; of a listing that has none, the row
    came: int | None = None  #: what came: octets, lines, messages, a number
    due: int | None = None  #: what was due, in the same unit
    word: str = ""  #: a word of the server's, as it came
