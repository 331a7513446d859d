"""What is written down is read back the same, in each form and under each dress."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace

import pytest
from chairs import EXTENDED, Chairs, letters, mailbox, personality
from hypothesis import given, settings
from hypothesis import strategies as st
from pasted import LINES, exchanges, read_one, session, session_with

from simulator.mailroom import Accounts
from simulator.pop3 import COMMANDS, Personality
from simulator.transcript import STYLES, read, write

MARKED = sorted(set(STYLES) - {"telnet"})
_WORDS = st.sampled_from(["mrose", "secret", "1", "2", "4", "02", "1x", "-1", "", "PLAIN", "LOGIN"])
_KNOWN = st.builds(
    lambda keyword, words, lower: " ".join([keyword.lower() if lower else keyword, *words]),
    st.sampled_from(sorted(COMMANDS)), st.lists(_WORDS, max_size=3), st.booleans(),
)  # fmt: skip
_TEXT = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=40)
_LINES = st.one_of(
    _KNOWN, _KNOWN, st.sampled_from(["LIST", "RETR 1", "RETR 3", "DELE 2", "QUIT"]), _TEXT
)
_DIALOGUES = st.one_of(
    st.lists(_LINES, max_size=10),
    st.lists(_LINES, max_size=10).map(lambda lines: ["USER mrose", "PASS secret", *lines]),
)
_MANNERS = st.sampled_from([
    personality(),
    personality(surplus="ignored", bare_lf=True, numbers="leading-digits"),
    personality(hangs_up_on=frozenset({"surplus-argument"}), dele_twice=True),
    personality(bad_command_limit=4, login_limit=2),
    personality(**EXTENDED),
])  # fmt: skip
_MAIL = [
    b"Subject: dots\r\n\r\n.\r\n..\r\n+OK not a reply\r\n.x\r\n",
    b"Subject: a session\r\n\r\nC: QUIT\r\nS: +OK bye\r\nSTAT\r\n+OK 1 2\r\n",
    "Subject: caf\u00e9\r\n\r\n&lt;b&gt; au\u00a0lait\r\n  <br> \r\n\r\n".encode(),
    b"Subject: octets\r\n\r\n\xff\xfe\x1b[31m\t\r\n",
]


def dialogue(lines: list[str], manner: Personality) -> list[object]:
    chairs = Chairs(Accounts([replace(mailbox(_MAIL), token="practice")]), manner)
    chairs.say(*lines)
    return list(chairs.seen)


@pytest.mark.parametrize("style", MARKED)
@given(lines=_DIALOGUES, manner=_MANNERS)
@settings(deadline=None, max_examples=60)
def test_any_dialogue_is_read_back_from_each_marked_form(
    style: str, lines: list[str], manner: Personality
) -> None:
    """Any lines at any server, any mail: the Exchanges are equal."""
    seen = dialogue(lines, manner)
    assert exchanges(read(write(seen, style))) == seen  # type: ignore[arg-type]


_TYPED = st.one_of(
    st.sampled_from(
        ["STAT", "LIST", "UIDL", "RETR 1", "RETR 9", "TOP 2 1", "DELE 2", "RSET", "NOOP"]
    ),
    st.sampled_from(
        ["LIST 2", "CAPA", "list", "DELE", "XTND", "RETR one", "LAST", "UIDL 3", "QUIT"]
    ),
)


@given(lines=st.lists(_TYPED, max_size=12), login=st.booleans(), manner=_MANNERS)
@settings(deadline=None, max_examples=200)
def test_what_a_terminal_shows_is_read_back(
    lines: list[str], login: bool, manner: Personality
) -> None:
    """No marks at all: who speaks is told by the lines themselves."""
    chairs = Chairs(Accounts([letters(3)]), manner)
    chairs.say(*(["USER mrose", "PASS secret"] if login else []), *lines)
    text = write(chairs.seen, "telnet")
    assert exchanges(read(text)) == chairs.seen
    assert read(text).unread == ()


def _each(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "".join(f"{change(line)}\n" for line in text.splitlines())


def _numbered(text: str) -> str:
    return "".join(f"{n:4}  {line}\n" for n, line in enumerate(text.splitlines(), 1))


DRESSES: dict[str, Callable[[str], str]] = {
    "CR LF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "indented": _each(lambda line: f"    {line}" if line else line),
    "tabs": _each(lambda line: f"\t{line}"),
    "quoted": _each(lambda line: f"> {line}"),
    "quoted twice": _each(lambda line: f">> {line}"),
    "numbered": _numbered,
    "boxed": _each(lambda line: f"| {line}"),
    "times": _each(lambda line: f"[2026-03-01 09:14:02] {line}"),
    "syslog": _each(lambda line: f"Mar  1 09:14:02 mail pop3d[4711]: {line}"),
    "entities": html.escape,
    "breaks": _each(lambda line: f"{html.escape(line)}<br>"),
    "code": lambda text: f"<pre><code>{html.escape(text)}</code></pre>",
    "spans": _each(lambda line: f'<span class="go">{html.escape(line)}</span>'),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "no width": _each(lambda line: f"\u200b{line}\ufeff"),
    "dashes": lambda text: text.replace("-ERR", "\u2013ERR"),
    "wide plus": lambda text: text.replace("+OK", "\uff0bOK"),
    "colours": _each(lambda line: f"\x1b[1m{line}\x1b[0m"),
    "line ends": _each(lambda line: f"{line}\\r\\n"),
    "cat -v": _each(lambda line: f"{line}^M"),
    "byte order mark": lambda text: f"\ufeff{text}",
    "blank lines between": lambda text: text.replace("\n", "\n\n").replace("\n\n1 ", "\n1 "),
}


@pytest.mark.parametrize("dress", sorted(set(DRESSES) - {"blank lines between"}))
@pytest.mark.parametrize("style", ["letters", "telnet", "arrows"])
def test_a_dress_changes_nothing(dress: str, style: str) -> None:
    """Quoted, numbered, stamped, escaped, indented, in colours: the same Exchanges."""
    seen = session()
    assert exchanges(read_one(DRESSES[dress](write(seen, style)))) == seen


@pytest.mark.parametrize("style", sorted(STYLES))
def test_prose_around_and_between_changes_nothing(style: str) -> None:
    """A page explains each line; the session is the same."""
    seen = session("USER mrose", "PASS secret", "STAT", "LIST", "DELE 1", "RSET", "QUIT")
    pages = ["Here is how one reads mail by hand. Log in first, with USER and PASS."]
    for number, exchange in enumerate(seen):
        pages += ["", write([exchange], style if style != "telnet" else "curl")]
        if style == "telnet":
            pages[-1] = pages[-1].replace("> ", "").replace("< ", "")
        pages += [f"That was step {number}. LIST and RETR come later, and DELE after them."]
    assert exchanges(read_one("\n".join(pages))) == seen


def test_mail_that_quotes_a_session_is_mail() -> None:
    """Stuffed dots, status indicators and commands within a message, in what a terminal shows."""
    inner = write(session("USER mrose", "PASS secret", "LIST", "QUIT"), "telnet")
    mail = b"Subject: look\r\n\r\n" + inner.replace("\n", "\r\n").encode()
    seen = session_with(
        [mail, b"Subject: x\r\n\r\ny\r\n"], "USER mrose", "PASS secret", "RETR 1", "QUIT"
    )
    assert exchanges(read_one(write(seen, "telnet"))) == seen


def test_several_sessions_in_one_text() -> None:
    """Each ends where it ends, whatever its form."""
    one, two = session("USER mrose", "PASS wrong", "QUIT"), session()
    text = write(one, "telnet") + "\nAnd now with the right password:\n\n" + write(two, "letters")
    found = read(text).dialogues
    assert [exchanges(each) for each in found] == [one, two]
    assert all(each.end is not None for each in found)


def test_lines_in_one_go_are_told_from_their_replies() -> None:
    """Pipelined: three lines, then three replies."""
    seen = session("USER mrose", "PASS secret", "STAT", "LIST", "QUIT")
    greeting, *rest = seen
    said = "".join(f"C: {exchange.line}\n" for exchange in rest)
    heard = "".join(write([replace(each, line=None)]) for each in rest)
    assert exchanges(read_one(write([greeting]) + said + heard)) == seen
    bare = (said + heard).replace("C: ", "").replace("S: ", "")
    first = write([greeting]).replace("S: ", "")
    assert exchanges(read_one(first + bare)) == seen


def test_the_sample_is_not_trivial() -> None:
    """What the dresses are tried on has bodies, refusals, marks and all three states."""
    seen = session()
    assert len(seen) == len(LINES) + 1
    assert any(exchange.reason for exchange in seen)
    assert sum(exchange.reply.body is not None for exchange in seen) >= 5
    assert seen[-1].effects[0].numbers == (1,)
