"""One message of a sample maildrop: immutable, shared between sessions, its wire form made once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from itertools import islice
from typing import Any, NamedTuple

from simulator.pop3.replies import stuff, top_of

__all__ = ["Form", "Message", "Names", "crlf", "parted"]


def crlf(octets: bytes) -> bytes:
    """`octets` as mail: each LF a CRLF, and a CRLF at the end. A lone CR stays what it is."""
    lines = octets.replace(b"\r\n", b"\n")
    if not lines.endswith(b"\n"):
        lines += b"\n"
    return lines.replace(b"\n", b"\r\n")


def parted(content: bytes) -> tuple[bytes, bytes]:
    """The header lines, each with its CRLF, and the body behind the blank line; either may be empty."""
    if content.startswith(b"\r\n"):
        return b"", content[2:]
    head, blank, body = content.partition(b"\r\n\r\n")
    return (head + b"\r\n", body) if blank else (content, b"")


class Form(NamedTuple):
    """How a store puts a message on the line, where that is not as RFC 1939 section 3 has it."""

    first_dot: bool = True  #: a dot that is its first octet is stuffed as any other
    headed: bool = False  #: a blank line at the very beginning ends no headers for TOP
    ended_lines: bool = False  #: TOP sends whole lines alone (policy_mail.top)
    unended: bool = False  #: nothing ended the last line: the CRLF behind it is the server's own
    listed: str = (
        ""  #: what UIDL says in place of the unique-id, in a store where equal mail has one
    )


class Message:
    """A message with its label, by which lessons name it, and its unique-id, by which UIDL does.

    `content` is CRLF octets that end in CRLF. For a message made to a size, `content` is a function
    that makes them when somebody asks, `octets` says how many they will be, and `start` is their
    beginning, with all headers at least, so that the Subject can be read without making them.
    """

    def __init__(  # noqa: PLR0913 - what a message is, and three ways to know it without making it
        self,
        label: str,
        unique_id: str,
        content: bytes | Callable[[], bytes],
        octets: int | None = None,
        subject: str | None = None,
        *,
        start: bytes | None = None,
        form: Form = Form(),  # noqa: B008 - it is immutable
    ) -> None:
        self.label = label
        self.unique_id = unique_id
        self._content = content
        self._subject = subject
        self._start = start
        self.form = form
        if octets is None:
            octets = len(content() if callable(content) else content)
        #: Its size with CRLF line ends, stuffing not counted (RFC 1939 section 11).
        self.octets = octets

    @cached_property
    def _made(self) -> bytes:
        return self._content() if callable(self._content) else self._content

    @cached_property
    def _wire(self) -> bytes:
        wire = stuff(self._made)
        return wire if self.form.first_dot or not wire.startswith(b".") else wire[1:]

    def content(self) -> bytes:
        """All octets, without stuffing."""
        return self._made

    def wire(self) -> bytes:
        """All octets as RETR sends them; `content()` itself where nothing needs stuffing."""
        return self._wire

    @property
    def lines(self) -> int:
        """Its lines, the blank one behind the headers counted."""
        return self.wire().count(b"\r\n")

    def top(self, lines: int) -> bytes | memoryview:
        """Headers, blank line and the first `lines` lines of the body, as TOP sends them.

        What is longer than a few pages is a view of `wire()`, and no copy.
        """
        wire = self.wire()
        top = top_of(wire, lines, headed=self.form.headed)
        if not self.form.ended_lines:
            return top
        if len(top) == len(wire) and self.form.unended and b"\r\n\r\n" in wire:
            return memoryview(wire)[: wire.rfind(b"\r\n", 0, -2) + 2]
        return top

    @cached_property
    def subject(self) -> str:
        """The Subject, unfolded and decoded for people; "" where there is none. Not yet safe text."""
        if self._subject is not None:
            return self._subject
        return _decoded(_header(self._headers, b"subject"))

    @cached_property
    def needs_utf8(self) -> bool:
        """Whether a header holds octets above 127 (RFC 6532): mail for UTF8 mode (RFC 6856).

        Those of MIME parts count as well.

        Worked out once; a message made to a size is not made for it.
        """
        if not self._headers.isascii():
            return True
        whole = self._made if self._start is None else b""
        return not whole.isascii() and _in_parts(whole)

    @property
    def _headers(self) -> bytes:
        """All headers, without the blank line behind them."""
        start = self.headed()
        end = 0 if start.startswith(b"\r\n") else start.find(b"\r\n\r\n")
        return start[:end] if end >= 0 else start

    def headed(self) -> bytes:
        """Its beginning, with all headers at least. A message made to a size is not made for it."""
        return self._made if self._start is None else self._start

    def edited(self, edit: Callable[[bytes], bytes]) -> Message:
        """The same message with other octets; itself, where `edit` gives the very same back.

        `edit` changes headers and lines of the text, or puts some behind all. Of a message made to a
        size it is asked about the beginning alone, where that has some of the text.
        """
        start = self.headed()
        if self._start is not None and not parted(start)[1]:
            start = self.content()
        changed = edit(start)
        if changed == start:
            return self
        content: bytes | Callable[[], bytes] = changed
        first = None
        if self._start is not None:
            content, first = partial(self._again, edit), changed
        octets = self.octets + len(changed) - len(start)
        return Message(self.label, self.unique_id, content, octets, start=first, form=self.form)

    def _again(self, edit: Callable[[bytes], bytes]) -> bytes:
        return edit(self.content())

    def in_form(self, form: Form) -> Message:
        """The same, put on the line so."""
        return self._copied(form=form)

    def of_size(self, octets: int) -> Message:
        """The same octets, and a size that says something else of them."""
        return self._copied(octets=octets)

    @property
    def listed_id(self) -> str:
        """What UIDL says: the unique-id, but in a store that makes it of mail that may be equal."""
        return self.form.listed or self.unique_id

    @cached_property
    def date(self) -> float | None:
        """The Date as seconds since 1970, or None where there is none that can be read."""
        from email.utils import parsedate_to_datetime

        try:
            return parsedate_to_datetime(_header(self._headers, b"date")).timestamp()
        except (ValueError, OverflowError, TypeError):
            return None

    def renamed(self, label: str, unique_id: str) -> Message:
        """The same octets, made once for both, under another label and unique-id."""
        return self._copied(label=label, unique_id=unique_id)

    def _copied(self, **changes: Any) -> Message:  # noqa: ANN401 -- each an argument of Message
        """The same octets, with some of its other sides changed."""
        content = self.content if callable(self._content) else self._content
        sides = {
            "label": self.label, "unique_id": self.unique_id, "octets": self.octets,
            "subject": self._subject, "start": self._start, "form": self.form, **changes,
        }  # fmt: skip
        return Message(content=content, **sides)


class Names:
    """The labels and unique-ids of one maildrop, each given to one message only."""

    def __init__(self, labels: Iterable[str] = (), unique_ids: Iterable[str] = ()) -> None:
        self._labels = dict.fromkeys(labels, 1)
        self._ids = dict.fromkeys(unique_ids, 1)

    def apart(self, message: Message, *, label: bool = False, unique_id: bool = False) -> Message:
        """`message` itself, or renamed where another has its label or unique-id already.

        `label` and `unique_id` say that it has that name by right: it keeps it.
        """
        new = message.label if label else _free(message.label, "-", self._labels)
        own = message.unique_id if unique_id else _free(message.unique_id, ".", self._ids)
        same = (new, own) == (message.label, message.unique_id)
        return message if same else message.renamed(new, own)


def _free(name: str, mark: str, taken: dict[str, int]) -> str:
    """`name`, or the first of name-2, name-3 ... that is not taken. It is taken from now on."""
    if name not in taken:
        taken[name] = 1
        return name
    free = name
    while free in taken:
        taken[name] += 1
        free = f"{name[:60]}{mark}{taken[name]}"
    taken[free] = 1
    return free


#: The mark between MIME parts, as a Content-Type names it (RFC 2046 section 5.1.1).
_BOUNDARY = re.compile(rb'(?i)boundary="?([^";\s]{1,70})')
#: Boundaries that are looked for in one message: nobody nests more.
_NESTED = 64


def _in_parts(content: bytes) -> bool:
    """Whether a MIME part has octets above 127 in its headers."""
    for found in islice(_BOUNDARY.finditer(content), _NESTED):
        mark = b"\r\n--" + found[1] + b"\r\n"
        at = content.find(mark)
        while at >= 0:
            begin = at + len(mark) - 2
            end = content.find(b"\r\n\r\n", begin)
            if not content[begin : end if end >= 0 else None].isascii():
                return True
            at = content.find(mark, begin)
    return False


def _header(headers: bytes, name: bytes) -> str:
    """The first header of that name, unfolded; broken UTF-8 shows as U+FFFD."""
    found: list[bytes] = []
    for line in headers.split(b"\r\n"):
        if found and line[:1] in (b" ", b"\t"):
            found.append(line)
        elif found:
            break
        elif line.partition(b":")[0].strip().lower() == name:
            found.append(line.partition(b":")[2])
    return b"".join(found).decode("utf-8", "replace").strip()


def _decoded(text: str) -> str:
    """RFC 2047 encoded-words as text; as they stand where they are broken."""
    if "=?" not in text:
        return text
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    try:
        parts = decode_header(text)
        if any("escape" in (charset or "") for _, charset in parts):
            return text  # Python's unicode_escape and its like are no charsets of mail
        said = str(make_header(parts))
    except (HeaderParseError, LookupError, ValueError):
        return text
    # UTF-7 and others can say half a surrogate pair, which no text on a screen or disk can hold.
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
