"""Completion: what may be typed next, with one line on what it means.

It reads the one table of commands and what the session knows; it offers what is valid here, and no
argument that is a secret. A lesson that wants the learner to recall turns it off by offering None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prompt_toolkit.completion import CompleteEvent, Completer, Completion

from simulator.pop3 import COMMANDS, Argument, State

from .ink import clip
from .visible import visible

if TYPE_CHECKING:
    from prompt_toolkit.document import Document

    from simulator.mailroom import Item

__all__ = ["LineCompleter", "Offer"]

#: Cells of a subject beside a message-number.
SUBJECT = 36

Word = tuple[str, str]  # what is typed, what it means

_NC = (("-C", "end lines in CR LF"), ("-v", "say that the line stands"))
_S_CLIENT = (
    ("-connect", "HOST:PORT to call"),
    ("-crlf", "end lines in CR LF"),
    ("-quiet", "no report, and no orders from the line"),
    ("-ign_eof", "no orders from the line, as Q and R"),
    ("-starttls", "pop3: begin in the clear, and say STLS"),
    ("-brief", "a short report"),
    ("-showcerts", "every certificate that is sent"),
    ("-tls1_2", "TLS 1.2 and no other"),
    ("-tls1_3", "TLS 1.3 and no other"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be completed now. `state` None: the line goes to the shell or telnet's prompt."""

    state: State | None = None
    items: tuple[Item, ...] = ()  #: the maildrop as the session sees it
    words: tuple[Word, ...] = ()  #: the shell's commands, or those of telnet's prompt
    hosts: tuple[Word, ...] = ()  #: behind `telnet`, `open` and `nc`
    targets: tuple[Word, ...] = ()  #: behind `-connect`, as HOST:995
    stls_targets: tuple[Word, ...] = ()  #: the same with `-starttls pop3`, as HOST:110
    tutor: tuple[Word, ...] = ()  #: the tutor's commands, without the colon
    #: What can stand behind one of them, by its name.
    behind: Callable[[str], Iterable[Word]] = lambda _: ()
    mechanisms: tuple[Word, ...] = ()  #: behind AUTH


class LineCompleter(Completer):
    """Completes by what `offer` says at the moment of asking; None: not at all."""

    def __init__(self, offer: Callable[[], Offer | None]) -> None:
        self._offer = offer

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 -- prompt_toolkit's signature
    ) -> Iterable[Completion]:
        """The completions of the word before the cursor."""
        offer = self._offer()
        text = document.text_before_cursor
        if offer is None or document.text_after_cursor.strip():
            return
        start, typed = _split(text)
        for word, meaning in self._words(offer, start):
            if word.lower().startswith(typed.lower()) and word != typed:
                as_it_is = offer.state is None or typed[:1].isupper() or not typed
                shown = word if as_it_is else word.lower()
                yield Completion(shown, -len(typed), display=visible(word), display_meta=meaning)

    def _words(self, offer: Offer, start: str) -> Iterator[Word]:
        """All that could stand behind `start`, which ends in a blank or is empty or ":"."""
        if start == ":":
            yield from offer.tutor
        elif start.startswith(":"):
            if start.count(" ") == 1:
                yield from offer.behind(start[1:].strip().lower())
        elif offer.state is not None:
            yield from _session_words(offer, start)
        elif not start:
            yield from offer.words
        else:
            yield from _program_words(offer, start.split())


def _program_words(offer: Offer, words: list[str]) -> Iterator[Word]:
    """Options and hosts of a program that calls, behind what is settled of its command line."""
    options: tuple[Word, ...] = ()
    match words:
        case ["telnet"] | ["open"]:
            yield from offer.hosts
        case ["nc", *rest] if all(word.startswith("-") for word in rest):
            yield from offer.hosts
            options = _NC
        case ["openssl"]:
            yield "s_client", "call a host with TLS"
        case ["openssl", "s_client", *_, "-connect"]:
            yield from offer.stls_targets if "-starttls" in words else offer.targets
        case ["openssl", "s_client", *_, "-starttls"]:
            yield "pop3", "STLS, as POP3 has it"
        case ["openssl", "s_client", *_]:
            options = _S_CLIENT
    yield from (option for option in options if option[0] not in words)


def _split(text: str) -> tuple[str, str]:
    """What is settled, and the word that is being typed."""
    if text.startswith(":") and " " not in text:
        return ":", text[1:]
    cut = text.rfind(" ") + 1
    return text[:cut], text[cut:]


def _session_words(offer: Offer, start: str) -> Iterator[Word]:
    """Keywords at the beginning of the line; message-numbers behind those that take one."""
    if not start:
        for row in COMMANDS.values():
            if offer.state in row.states:
                yield row.keyword, row.meaning
        return
    words = start.split(" ")
    command = COMMANDS.get(words[0].upper()) if words[0].isascii() else None
    if command is None or len(words) != 2:
        return
    if command.arguments[:1] == (Argument.MECHANISM,):
        yield from offer.mechanisms
    if command.arguments[:1] != (Argument.MESSAGE,):
        return
    for item in offer.items:
        if item.number is not None and not item.marked:
            subject = clip(visible(item.subject), SUBJECT)
            yield str(item.number), f"{item.octets} octets  {subject}".rstrip()
