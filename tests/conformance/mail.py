"""The mail of the accounts: a few dozen shapes, each the same octets in every run."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SHAPES", "Account", "Mail"]

EDGES = (1024, 4096, 16384, 65536)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. `stored`: as it lies on the disk; `content`: with CRLF, as RETR is to give it."""

    name: str
    stored: bytes

    @property
    def content(self) -> bytes:
        """Each line end a CRLF, and one at the end."""
        lines = self.stored.replace(b"\r\n", b"\n")
        if not lines.endswith(b"\n"):
            lines += b"\n"
        return lines.replace(b"\n", b"\r\n")

    @property
    def header(self) -> bytes:
        """The header with the blank line behind it, where there is one."""
        head, blank, _ = self.content.partition(b"\r\n\r\n")
        return head + blank

    @property
    def body(self) -> list[bytes]:
        """The lines of the body, each with its CRLF."""
        return self.content.partition(b"\r\n\r\n")[2].splitlines(keepends=True)


@dataclass(frozen=True, slots=True)
class Account:
    """One account and what lies in it, in the order of the message-numbers."""

    name: str
    password: str
    mails: tuple[Mail, ...]

    @property
    def octets(self) -> int:
        """All octets, as STAT is to count them."""
        return sum(len(mail.content) for mail in self.mails)


def _head(subject: str) -> bytes:
    return (
        "From: Ida Holm <ida@example.test>\r\nTo: Ben Ruiz <ben@example.test>\r\n"
        f"Subject: {subject}\r\nDate: Mon, 3 Mar 2025 09:15:00 +0000\r\n"
    ).encode()


def _letter(subject: str, *lines: bytes) -> bytes:
    return _head(subject) + b"\r\n" + b"".join(line + b"\r\n" for line in lines)


def _edge(edge: int, by: int) -> bytes:
    """A message in which the octet at `edge + by` is the dot that begins a line."""
    made = _letter("The hedge along the path")
    room = edge + by - len(made)
    while room > 140:
        made += b"y" * 68 + b"\r\n"
        room -= 70
    made += b"z" * (room - 2) + b"\r\n"
    assert len(made) == edge + by
    return made + b".dot at the edge\r\n.\r\n..\r\nand on\r\n"


_SHAPES: dict[str, bytes] = {
    "letter": _letter("The ladder", b"Ben,", b"", b"can I have it back by Friday?", b"", b"Ida"),
    "dots": _letter("Three dots", b".one", b"..two", b"...three", b"no dot . here", b".", b"end"),
    "longer": _letter("The list", *(b"item %d of the list" % n for n in range(1, 41))),
    "lone-dot": _letter("A dot alone", b"above", b".", b"below"),
    "only-dot": _letter("Nothing but a dot", b"."),
    "dot-last": _letter("A dot at the end", b"last line:", b"."),
    "dot-last-bare": _letter("A dot at the very end", b"last line:") + b".",
    "many-dots": _letter("Dots", *[b"."] * 20000),
    "empty-body": _head("Nothing to say") + b"\r\n",
    "header-only": _head("Header, no blank line"),
    "long-line": _letter("A long line", b"x" * 998, b"." + b"x" * 997, b"short"),
    "eight-bit": _head("Latin")
    + b"Content-Transfer-Encoding: 8bit\r\n\r\ncaf\xe9 \xc3\xa9 \xff\xfe\x80\r\n",
    "no-newline": _letter("No line end") + b"the last line has no end",
    "unix": _letter("Written on Unix", b"one", b".two", b"", b"three").replace(b"\r\n", b"\n"),
    "lines-3000": _letter("Minutes", *(b"%d: it was moved and carried" % n for n in range(3000))),
    "from-line": _letter("From here", b"From here to the sea", b">From there", b"", b"From, too"),
    "blank-end": _letter("Room at the end", b"text", b"", b"", b"", b""),
    "blank-start": _letter("Room at the start", b"", b"", b"text"),
    "trailing": _letter("Blanks", b"two blanks  ", b"a tab\t", b" ", b"\t", b"end "),
    "folded": _head("A long\r\n subject,\r\n\tfolded twice") + b"X-Empty:\r\n\r\nbody\r\n",
    "big": _letter("The plan, as text", *(b"%072d" % n for n in range(14000))),
    "utf8-header": _head("Gr\u00fc\u00dfe aus K\u00f6ln") + b"\r\nkurz\r\n",
    "mime": _head("A photograph")
    + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=frame\r\n\r\n"
    b"--frame\r\nContent-Type: text/plain\r\n\r\n.see below\r\n--frame\r\n"
    b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"iVBORw0KGgo=\r\n--frame--\r\n",
}  # fmt: skip
for _size in EDGES:
    for _by in (-1, 0, 1):
        _SHAPES[f"edge-{_size}{_by:+d}"] = _edge(_size, _by)

SHAPES: dict[str, Mail] = {name: Mail(name, octets) for name, octets in _SHAPES.items()}
