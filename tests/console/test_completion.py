"""Completion offers what is valid here, from the one table, and never a secret."""

from __future__ import annotations

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import to_plain_text

from simulator.console.completion import LineCompleter, Offer
from simulator.mailroom import Item
from simulator.pop3 import COMMANDS, State

ITEMS = (
    Item("bulbs", 1, 884, "u1", "Bulbs\x1b[2J", False, True),
    Item("prize", 2, 614, "u2", "You have won", True, True),
    Item("late", None, 20, "u3", "Not seen", False, True),
    Item("invoice", 3, 708, "u4", "Invoice 417", False, True),
)
CALL = Offer(State.TRANSACTION, ITEMS, tutor=(("hint", "a hint"), ("help", "all")))
SHELL = Offer(
    words=(("telnet", "call a host"), ("hosts", "whom")),
    hosts=(("mail.example.test", "the course's own"), ("pop.eo.lu", "of the nineties")),
    targets=(("mail.example.test:995", "the course's own"),),
    stls_targets=(("mail.example.test:110", "the course's own"),),
)


def offered(offer: Offer | None, text: str) -> list[str]:
    completer = LineCompleter(lambda: offer)
    return [each.text for each in completer.get_completions(Document(text), CompleteEvent())]


@pytest.mark.parametrize("state", [State.AUTHORIZATION, State.TRANSACTION])
def test_keywords_of_the_state(state: State) -> None:
    """An empty line is completed by the keywords that are valid in this state."""
    assert offered(Offer(state), "") == [
        row.keyword for row in COMMANDS.values() if state in row.states
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("RE", ["RETR"]), ("re", ["retr"]), ("R", ["RETR", "RSET"]), ("RETR", []), ("USE", []),
        ("RETR ", ["1", "3"]), ("dele 3", []), ("TOP ", ["1", "3"]), ("TOP 1 ", []),
        ("LIST ", ["1", "3"]), ("UIDL ", ["1", "3"]), ("NOOP ", []), ("QUIT ", []),
        (":", ["hint", "help"]), (":hi", ["hint"]), ("x :h", []), ("\u017ft", []),
    ],
)  # fmt: skip
def test_in_a_session(text: str, words: list[str]) -> None:
    """Keywords in the case that is typed; numbers of what is not marked; the tutor's words."""
    assert offered(CALL, text) == words


@pytest.mark.parametrize("text", ["PASS ", "pass k", "USER ", "APOP mira "])
def test_no_argument_that_is_a_secret(text: str) -> None:
    """Nothing is offered behind USER, PASS and APOP."""
    assert offered(Offer(State.AUTHORIZATION, ITEMS), text) == []


def test_at_the_shell() -> None:
    """Programs first, hosts behind telnet, nothing behind a host."""
    assert offered(SHELL, "") == ["telnet", "hosts"]
    assert offered(SHELL, "tel") == ["telnet"]
    assert offered(SHELL, "telnet ") == ["mail.example.test", "pop.eo.lu"]
    assert offered(SHELL, "telnet pop") == ["pop.eo.lu"]
    assert offered(SHELL, "telnet pop.eo.lu ") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nc ", ["mail.example.test", "pop.eo.lu", "-C", "-v"]),
        ("nc -", ["-C", "-v"]),
        ("nc -C ", ["mail.example.test", "pop.eo.lu", "-v"]),
        ("nc -C pop.eo.lu ", []),
        ("openssl ", ["s_client"]),
        ("openssl x ", []),
        ("openssl s_client -c", ["-connect", "-crlf"]),
        ("openssl s_client -connect ", ["mail.example.test:995"]),
        ("openssl s_client -starttls ", ["pop3"]),
        ("openssl s_client -starttls pop3 -connect m", ["mail.example.test:110"]),
        ("openssl s_client -connect a:1 -crlf -cr", []),
        ("openssl s_client -connect a:1 -q", ["-quiet"]),
    ],
)
def test_programs_that_call(text: str, words: list[str]) -> None:
    """Options as they are spelt, each once; HOST:PORT behind -connect, as TLS is to be had there."""
    assert offered(SHELL, text) == words


def test_it_can_be_off() -> None:
    """A lesson that offers None gets no completion."""
    assert offered(None, "RE") == []


def test_what_a_number_means() -> None:
    """Beside a number stand its octets and its subject, made visible."""
    completer = LineCompleter(lambda: CALL)
    first = next(iter(completer.get_completions(Document("RETR "), CompleteEvent())))
    assert to_plain_text(first.display_meta) == "884 octets  Bulbs^[[2J"


def test_mechanisms_and_the_tutors_own_words_are_offered() -> None:
    """Behind AUTH what CAPA named, behind `:fault` and the others what there is; a secret never."""
    offer = Offer(
        State.AUTHORIZATION, mechanisms=(("PLAIN", "named by CAPA"),),
        behind=lambda name: (("drop", "the line goes down"),) if name == "fault" else (),
    )  # fmt: skip
    assert offered(offer, "AUTH ") == ["PLAIN"]
    assert offered(offer, "auth p") == ["plain"]
    assert offered(offer, "AUTH PLAIN ") == []
    assert offered(offer, ":fault ") == ["drop"]
    assert offered(offer, ":digest plain ") == []
