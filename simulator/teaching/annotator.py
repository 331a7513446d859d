"""The annotator: an Exchange in, notes for the margin out.

It says what a reply means, why it was -ERR and what would work, where the session is now, and what
happened to the maildrop. It chooses the sentences and fills in the live values; the sentences
themselves are written in `lessons/margin` (see `margin.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from simulator.mailroom import Snapshot
from simulator.pop3 import (
    Breach,
    Effect,
    End,
    Ending,
    Exchange,
    Reason,
    Reply,
    Rule,
    Shown,
    State,
    Status,
    decode,
    examine,
)

from .breaches import BREACH, KINDS, MOST_NOTES, is_told
from .circumstances import SITUATIONS, VALUES
from .look import Look
from .margin import PLACEHOLDER, MarginProse, load_margin
from .outcomes import CHALLENGE
from .recollection import Recollection
from .remarks import Margin, Note, NoteKind

__all__ = ["Annotator", "AnnotatorState", "announced", "load_margin"]

_EFFECTS = {
    Effect.LOGIN: "opened", Effect.MARKED: "marked", Effect.UNMARKED: "unmarked",
    Effect.REMOVED: "removed", Effect.NOT_REMOVED: "not-removed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AnnotatorState:
    """All that an annotator remembers: what it knew before the last exchange, and what after it."""

    before: Recollection = field(default_factory=Recollection)
    now: Recollection = field(default_factory=Recollection)
    disk: Snapshot | None = None  #: the maildrop after the last exchange, where it was to be seen
    unasked: tuple[int, ...] = ()  #: what QUIT removed although nobody had marked it
    shown: Shown = field(default_factory=Shown)  #: what a later reply could belie
    breaches: tuple[Breach, ...] = ()  #: of the last exchange, the gravest first
    unseen: Collection[Rule] = ()  #: what could not be judged of it


@dataclass(frozen=True, slots=True)
class _Saying:
    """An entry or one of its variants, filled in."""

    full: str
    brief: str
    why: str
    cite: str


class Annotator:
    """The margin's voice for one call after the other."""

    def __init__(self, prose: MarginProse) -> None:
        self._prose = prose
        self._state = AnnotatorState()

    def begin(self) -> None:
        """Forget the session: a new call. A greeting does so by itself."""
        self._state = AnnotatorState()

    def state(self) -> AnnotatorState:
        """All that is remembered; a value, so keeping it costs nothing."""
        return self._state

    def restore(self, state: AnnotatorState) -> None:
        """Be as at `state()`."""
        self._state = state

    def observe(
        self, exchange: Exchange, margin: Margin = Margin.FULL, snapshot: Snapshot | None = None,
        unseen: Collection[Rule] = (),
    ) -> tuple[Note, ...]:  # fmt: skip
        """The notes on the next exchange of the session, and remember it.

        `snapshot`: the maildrop after it, where it can be seen. The wire alone does not show that a
        server removes what RETR sent (RFC 1939 section 8). `unseen`: rules that nobody can judge here;
        where they are all, as in a body that is not whole, its claims are not kept either.
        """
        then = self._state
        unasked = _unasked(then, snapshot) if exchange.did(Effect.REMOVED) else ()
        breaches, shown = examine(exchange, then.shown)
        breaches = tuple(breach for breach in breaches if breach.rule not in unseen)
        shown = then.shown if len(unseen) == len(Rule) else shown
        now = then.now.after(exchange)
        self._state = AnnotatorState(then.now, now, snapshot, unasked, shown, breaches, unseen)
        return () if margin is Margin.OFF else tuple(self._notes(self._look(exchange), margin))

    def look(self, snapshot: Snapshot | None) -> None:
        """The maildrop has changed beside the session: somebody else was at it."""
        self._state = replace(self._state, disk=snapshot)

    def observe_end(self, end: End, margin: Margin = Margin.FULL) -> tuple[Note, ...]:
        """The notes on the end of the session."""
        return () if margin is Margin.OFF else tuple(self._notes(self._look(end), margin))

    def why(self, event: Exchange | End) -> tuple[Note, ...]:
        """The longer text on the exchange that was observed last, or on the end after it.

        A note a paragraph; the last has the places in the RFCs. All breaches follow, and CAPA's
        capabilities, each with a note of its own.
        """
        look = self._look(event)
        kind, section, outcome = _place(look)
        saying = self._say(look, section, outcome)
        *rest, last = saying.why.strip().split("\n")
        notes = [Note(kind, text.strip()) for text in rest if text.strip()]
        breaches = [self._why_breach(look, breach) for breach in _untold(look)]
        return (*notes, Note(kind, last.strip(), saying.cite), *breaches, *self._listed(look))

    def _why_breach(self, look: Look, breach: Breach) -> Note:
        saying = self._say(replace(look, breach=breach), BREACH, breach.rule.word)
        text = " ".join(f"{saying.brief} {saying.why}".split())
        return Note(KINDS[breach.rule.force], text, saying.cite)

    def _look(self, event: Exchange | End) -> Look:
        before, now, prose = self._state.before, self._state.now, self._prose
        if isinstance(event, Exchange):
            # The body is counted through once: it may be a mail of 20 MB.
            dots = len(event.reply.body or "") - event.reply.octets
            return Look(
                event, before, now, prose.foreign, prose.meant, dots=dots,
                unasked=self._state.unasked, breaches=self._state.breaches, unseen=self._state.unseen,
            )  # fmt: skip
        last = Exchange(None, None, Reply("+OK"), event.state, State.CLOSED, user=event.user)
        return Look(last, now, now, prose.foreign, prose.meant, event)

    def _notes(self, look: Look, margin: Margin) -> Iterator[Note]:
        kind, section, outcome = _place(look)
        yield self._note(look, kind, section, outcome, margin)
        untold = _untold(look)
        for breach in untold[: MOST_NOTES - (len(untold) < len(look.breaches))]:
            of, told = KINDS[breach.rule.force], replace(look, breach=breach)
            yield self._note(told, of, BREACH, breach.rule.word, margin)
        if event := _maildrop_event(look):
            yield self._note(look, NoteKind.MAILDROP, "MAILDROP", event, margin)
        if state := _new_state(look):
            yield self._note(look, NoteKind.STATE, "STATE", state.value.lower(), margin)

    def _note(self, look: Look, kind: NoteKind, section: str, outcome: str, margin: Margin) -> Note:
        saying = self._say(look, section, outcome)
        return Note(kind, saying.brief if margin is Margin.BRIEF else saying.full, saying.cite)

    def _say(self, look: Look, section: str, outcome: str) -> _Saying:
        """The first text that fits: the entry's variants, ANY's, the entry itself, ANY's itself."""
        found = self._prose.entries
        places = [(section, outcome), ("ANY", outcome)]
        entries = [found[place] for place in dict.fromkeys(places) if place in found]
        for entry in entries:
            for name, text in entry.when.items():
                if all(SITUATIONS[each](look) for each in name.split(" ")):
                    like = entry.when.get(text.like, text)
                    why = text.why or like.why or entry.why
                    cite = text.cite or like.cite or entry.cite
                    saying = _filled(_Saying(text.full, text.brief, why, cite), look)
                    if saying is not None:
                        return saying
        plain = entries[0]
        saying = _filled(_Saying(plain.full, plain.brief, plain.why, plain.cite), look)
        assert saying is not None, "an entry quotes only what is always there (see margin.py)"
        return saying

    def _listed(self, look: Look) -> Iterator[Note]:
        """What each line of a reply to CAPA announces, and each mechanism that AUTH or SASL names."""
        if not look.exchange.ok or look.exchange.keyword not in {"CAPA", "AUTH"}:
            return
        mechanisms = self._prose.mechanisms
        for row in look.exchange.reply.lines:
            line = decode(row)
            tag, *named = line.upper().split(" ")
            if look.exchange.keyword == "AUTH":
                yield from _of_line(line, mechanisms.get(tag))
                continue
            yield from _of_line(line, announced(self._prose.capabilities, line))
            if tag == "SASL":
                for name in named:
                    yield from _of_line(name, mechanisms.get(name))


def announced(capabilities: Mapping[str, str], line: str) -> str | None:
    """What is said of a line of CAPA: of the whole line, of its beginning by words, of any other."""
    words = line.upper().split(" ")
    begun = (" ".join(words[:count]) for count in range(len(words), 0, -1))
    known = next((capabilities[each] for each in begun if each in capabilities), None)
    return known or capabilities.get("OTHER")


def _of_line(line: str, text: str | None) -> Iterator[Note]:
    """The note on one line of a listing."""
    if text:
        yield Note(NoteKind.MEANING, f"`{line.replace('`', '')}`: {text}")


def _unasked(then: AnnotatorState, now: Snapshot | None) -> tuple[int, ...]:
    """The messages that RETR had sent, nobody had marked, and that are gone now."""
    before = then.disk
    if before is None or now is None or before.user != now.user:
        return ()
    left = {item.label for item in now.items if item.on_disk}
    return tuple(
        item.number for item in before.items
        if item.number in then.now.read and item.on_disk and not item.marked
        and item.label not in left
    )  # fmt: skip


def _untold(look: Look) -> list[Breach]:
    """The breaches that the note on the reply does not speak of."""
    return [breach for breach in look.breaches if not is_told(look, breach)]


def _place(look: Look) -> tuple[NoteKind, str, str]:
    """The kind of the first note, and the section and outcome of its entry."""
    kind, section, outcome = _placed(look)
    told = next((breach for breach in look.breaches if is_told(look, breach)), None)
    return KINDS[told.rule.force] if told else kind, section, outcome


def _placed(look: Look) -> tuple[NoteKind, str, str]:
    """The same, were no rule broken."""
    exchange = look.exchange
    if look.end is not None:
        return NoteKind.MEANING, "END", f"{look.end.by.value}-{look.end.state.value.lower()}"
    section = exchange.keyword or ("UNASKED" if exchange.line is None else "UNKNOWN")
    status = exchange.reply.status
    if status is Status.CONTINUE and section == "AUTH":
        return NoteKind.MEANING, section, CHALLENGE
    if status in (None, Status.CONTINUE):
        return NoteKind.WHY, section, "neither"
    if exchange.ok:
        return NoteKind.MEANING, section, "ok"
    return NoteKind.WHY, section, exchange.reason.value if exchange.reason else "err"


def _maildrop_event(look: Look) -> str:
    """What happened to the maildrop, as an outcome of MAILDROP, or ""."""
    if look.end is not None:
        lost = look.end.by is not Ending.QUIT and look.end.state is State.TRANSACTION
        return "released" if lost else ""
    if look.exchange.reason is Reason.IN_USE:
        return "held"
    for effect in look.exchange.effects:
        if effect.kind in (Effect.UNMARKED, Effect.REMOVED) and not effect.numbers:
            # The note on the reply has said that nothing was marked; once is enough.
            return "removed" if look.unasked else ""
        if effect.kind in _EFFECTS:
            return _EFFECTS[effect.kind]
    return ""


def _new_state(look: Look) -> State | None:
    """The state that was entered, or None."""
    exchange = look.exchange
    if look.end is not None:
        said = look.end.by is Ending.QUIT and look.end.state is State.AUTHORIZATION
        return None if said else State.CLOSED  # QUIT's own Exchange led to CLOSED already
    if exchange.did(Effect.GREETING) or exchange.after is not exchange.before:
        return exchange.after
    return None


def _filled(saying: _Saying, look: Look) -> _Saying | None:
    """With its values filled in; None where one of them is not known."""
    texts = (saying.full, saying.brief, saying.why)
    names = {found[1] for text in texts for found in PLACEHOLDER.finditer(text)}
    values = {name: VALUES[name](look) for name in names}
    if None in values.values():
        return None
    full, brief, why = (
        PLACEHOLDER.sub(lambda found: _form(found[2], values[found[1]]), text) for text in texts
    )
    return replace(saying, full=full, brief=brief, why=why)


def _form(forms: str, value: str | int | None) -> str:
    """A value as text: as it is, or in the one of `|form for 1|...|form for the rest` that fits."""
    _, *known = forms.split("|")
    if not known or not isinstance(value, int):
        return str(value)
    form = known[value - 1] if 0 < value < len(known) else known[-1]
    return form.replace("#", str(value))
