"""RFC 1939 sections 3, 5 and 11: each message comes as it is, octet for octet, and is counted so."""

from __future__ import annotations

from .dial import Dial
from .mail import EDGES
from .table import MUST, SHOULD, check


def _delivered(dial: Dial, *, counted: bool) -> None:
    """RETR of each message of the account, and LIST where its size is in no doubt."""
    with dial.log_in() as call:
        sizes = [row.split()[1] for row in call.body_of("LIST").rows]
        for number, mail in enumerate(dial.account.mails, 1):
            call.want_mail(number, mail.content)
            call.want(
                not counted or int(sizes[number - 1]) == len(mail.content),
                f"LIST to say {len(mail.content)} octets of {mail.name}, not {sizes[number - 1]!r}",
            )
        call.in_step()


def _delivery(
    name: str, section: str, says: str, *shapes: str, level: str = MUST, counted: bool = True
) -> None:
    def body(dial: Dial) -> None:
        _delivered(dial, counted=counted)

    check(f"1939-{section}-{name}", level, mail=shapes or (name,), says=says)(body)


_delivery("letter", "5", "A plain letter comes as it is.")
_delivery("dots", "3", "Lines that begin with one, two or three dots come as they are.")
_delivery("lone-dot", "3", "A line of a single dot does not end the message.")
_delivery("only-dot", "3", "A body of a single dot comes as it is.")
_delivery("dot-last", "3", "A single dot as the last line is not the end of the reply.")
_delivery(
    "dot-last-bare", "3", "A single dot without a line end, at the very end, is text.",
    counted=False,
)  # fmt: skip
_delivery("many-dots", "3", "20,000 lines of a dot come as they are, wherever buffers end.")
_delivery("empty-body", "5", "A message without a body keeps its blank line.")
_delivery("header-only", "5", "A message of a header alone gets nothing added.")
_delivery("long-line", "5", "Lines of 998 characters are neither folded nor cut.")
_delivery("eight-bit", "5", "Octets above 127 come as they are.")
_delivery(
    "no-newline", "11", "A last line without a line end is sent with one, and counted so.",
    level=SHOULD,
)  # fmt: skip
_delivery("unix", "11", "A line end counts as two octets, whatever it is on the disk.")
_delivery("lines-3000", "5", "A message of 3,000 lines comes as it is.")
_delivery("from-line", "5", "A line that begins with From comes without a mark before it.")
_delivery("blank-end", "5", "Empty lines at the end of a message are part of it.")
_delivery("blank-start", "5", "Empty lines at the start of the body are part of it.")
_delivery("trailing", "5", "Blanks and tabs at the end of a line are part of it.")
_delivery("folded", "5", "A folded header stays folded, and an empty field stays empty.")
_delivery("mime", "5", "A message in parts comes as it is, its boundaries and its dots.")
_delivery("big", "5", "A message of a megabyte comes as it is.")

for _size in EDGES:
    _delivery(
        f"edge-{_size}",
        "3",
        f"A dot that begins a line at octet {_size}, or beside it, is stuffed like any other.",
        *(f"edge-{_size}{by:+d}" for by in (-1, 0, 1)),
    )


@check("1939-5-all-shapes", MUST, mail=("lone-dot", "empty-body", "dot-last", "unix", "dots"))
def all_shapes(dial: Dial) -> None:
    """One message behind another: what one ends with does not run into the next."""
    with dial.log_in() as call:
        for _ in range(3):
            for number, mail in enumerate(dial.account.mails, 1):
                call.want_mail(number, mail.content)
        call.in_step()


@check("1939-5-wire-form", MUST, mail=("dots", "many-dots", "lone-dot"))
def wire_form(dial: Dial) -> None:
    """On the wire each leading dot is doubled, once, and no other octet is added or lost."""
    with dial.log_in() as call:
        for number, mail in enumerate(dial.account.mails, 1):
            lines = mail.content.split(b"\r\n")
            wire = b"\r\n".join(b"." + line if line[:1] == b"." else line for line in lines)
            call.want_same(call.body_of(f"RETR {number}").body, wire, mail.name)


@check("1939-11-stat-sum", MUST, mail=("unix", "dots", "many-dots", "eight-bit"))
def stat_sum(dial: Dial) -> None:
    """STAT counts octets with CRLF line ends, and no dot that stuffing adds."""
    with dial.log_in() as call:
        octets = int(call.ok("STAT").words[1])
        call.want(octets == dial.account.octets, f"{dial.account.octets} octets")
