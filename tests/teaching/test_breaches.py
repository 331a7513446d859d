"""The margin beside replies that break a rule: one voice for each breach, two notes at most."""

from __future__ import annotations

from pathlib import Path

import pytest
from broken import CASES, LISTED, LOGIN, heard
from chairs import Chairs, letters
from dialling import HOSTS, PROVIDER, new_stage, sample

from simulator.hosts import Host
from simulator.mailroom import Accounts
from simulator.pages import PageError
from simulator.pop3 import Breach, Exchange, Force, Reason, Rule, Shown, examine
from simulator.teaching.annotator import Annotator, load_margin
from simulator.teaching.breaches import BREACH, GIVEN, MOST_NOTES, TOLD
from simulator.teaching.circumstances import ALWAYS, VALUES
from simulator.teaching.outcomes import outcomes
from simulator.teaching.remarks import Margin, Note, NoteKind

FOLDER = Path(__file__).parents[2] / "lessons" / "margin"
PROSE = load_margin(FOLDER)
BLAMING = {NoteKind.BREACH, NoteKind.UNUSUAL}


def noted(exchanges: list[Exchange], margin: Margin = Margin.FULL) -> tuple[Annotator, list[Note]]:
    """The annotator behind these Exchanges, and its notes on the last."""
    annotator = Annotator(PROSE)
    return annotator, [*[annotator.observe(each, margin) for each in exchanges][-1]]


def test_each_rule_has_one_voice() -> None:
    """A rule has an entry, or the note on the reply speaks of it; never both, never neither."""
    entries = {outcome for section, outcome in PROSE.entries if section == BREACH}
    assert entries == {rule.word for rule in set(Rule) - TOLD}
    assert set(outcomes()[BREACH]) == entries
    assert len({rule.word for rule in Rule}) == len(Rule)
    shared = set(outcomes()["ANY"]) | {reason.value for reason in Reason}
    assert not entries & shared, "a text of ANY would serve in place of the rule's own"
    assert set(VALUES) >= GIVEN


@pytest.mark.parametrize(
    ("breach", "before", "line", "broken", "sound"),
    CASES, ids=[f"{case[0].rule.word}-{at}" for at, case in enumerate(CASES)],
)  # fmt: skip
def test_each_breach_is_said_once(
    breach: Breach, before: list[tuple[str | None, str]], line: str | None, broken: str, sound: str
) -> None:
    """One note says so, as what the rule's force makes of it; the sound twin has none."""
    annotator, notes = noted(heard(*before, (line, broken)))
    blaming = [note for note in notes if note.kind in BLAMING]
    assert len(blaming) == 1, [note.text for note in notes]
    assert blaming[0].kind is (NoteKind.BREACH if breach.rule.force is Force.REQUIRED
                               else NoteKind.UNUSUAL)  # fmt: skip
    assert (blaming[0] is notes[0]) is (breach.rule in TOLD)
    assert blaming[0].cite.startswith("RFC ")
    assert "None" not in blaming[0].text
    why = [
        note for note in annotator.why(heard(*before, (line, broken))[-1]) if note.kind in BLAMING
    ]
    assert why
    assert all("${" not in note.text for note in why)
    if line is not None:
        assert not {note.kind for note in noted(heard(*before, (line, sound)))[1]} & BLAMING


@pytest.mark.parametrize(
    ("dialogue", "words"),
    [
        ([("NOOP", "+ERR")], "there are +OK and -ERR, and nothing between"),
        ([("USER a", "+ok")], "not in capitals, or something is joined"),
        ([("USER a", "+OKay")], "not in capitals, or something is joined"),
        ([("USER a", "+ ")], "A lone + begins a challenge of AUTH"),
        ([(None, "+OK")], "The server spoke unasked"),
        ([(None, "-ERR idle")], "has an autologout come without any reply"),
        ([("AUTH PLAIN", "+ ?")], "is no sound base64"),
        ([("AUTH PLAIN", "+ "), ("QUIT", "+ ?")], "is no sound base64"),
        ([*LOGIN, ("DELE 1", "+OK"), ("DELE 1", "+OK")], "RFC 1939 would have it answer -ERR"),
        ([*LOGIN, ("STAT", "-ERR")], "STAT is one of the commands that each POP3 server must have"),
        ([*LOGIN, ("LIST", "-ERR")], "LIST is one of the commands that each POP3 server must have"),
        ([*LOGIN, ("NOOP", "-ERR")], "+OK is its only reply"),
        ([*LOGIN, ("RSET", "-ERR")], "+OK is its only reply"),
        ([("QUIT", "-ERR")], "RFC 1939 has only +OK there"),
        ([("QUIT", "-ERR [SYS/TEMP] no")], "RFC 1939 has only +OK there"),
    ],
)
def test_what_the_reply_s_own_note_says_is_not_said_twice(
    dialogue: list[tuple[str | None, str]], words: str
) -> None:
    """Each rule that is `TOLD` is spoken of by the first note, and that note is shown as a breach."""
    _, notes = noted(heard(*dialogue))
    assert words in notes[0].text
    assert [note for note in notes if note.kind in BLAMING] == [notes[0]]
    annotator, _ = noted([heard(hello="-ERR full")[0]])
    assert annotator.why(heard(hello="-ERR full")[0])[0].kind is NoteKind.BREACH


@pytest.mark.parametrize(
    ("dialogue", "words"),
    [
        ([("STAT", "+OK 0 0")], "STAT does not belong to AUTHORIZATION, yet the server says +OK"),
        ([*LOGIN, ("STAT", "+OK 3 9"), LISTED], "LIST has 2 messages, and after what came before"),
        ([*LOGIN, ("STAT", "+OK 3 9"), LISTED], "there should be 3."),
        (
            [*LOGIN, LISTED, ("DELE 1", "+OK"), LISTED],
            "Message 1 is marked and listed all the same.",
        ),
        (
            [*LOGIN, ("LIST", "+OK\n1 8\n."), ("RETR 1", "+OK\na: b\n\nc\n.")],
            "LIST said 8 octets of message 1, and 11 have come, one more for each line",
        ),
        (
            [*LOGIN, LISTED, ("RETR 1", "+OK\na: b\n\nc\n.")],
            "LIST said 120 octets of message 1, and 11 have come. The two should be the same",
        ),
        ([*LOGIN, ("LIST 1", "+OK 120")], "Behind +OK stand the message-number, one blank"),
        ([*LOGIN, ("UIDL 1", "+OK u1")], "This is no unique-id listing. Behind +OK stand"),
        ([*LOGIN, ("NOOP ", "+OK")], "A blank stands at the end of the line"),
        (
            [("CAPA", "+OK\nUSER\nSASL PLAIN\n."), *LOGIN, ("CAPA", "+OK\nTOP\n.")],
            "Announced before the login and not here: SASL, USER.",
        ),
        (
            [("CAPA", f"+OK\n{60 * 'X'}\nSTLS\n."), *LOGIN, ("CAPA", "+OK\nTOP\n.")],
            "A capability that was announced before the login is missing here.",
        ),
        (
            [("CAPA", "+OK\n."), ("USER a", "-ERR [IN-USE] b")],
            "[IN-USE] looks like a response code",
        ),
        (
            [("CAPA", "+OK\n."), ("USER a", f"-ERR [{41 * 'A'}] c")],
            "The text begins like a response code",
        ),
        (
            [*LOGIN, ("TOP 1 0", "+OK\n\na\nb\n.")],
            "You asked for 0 lines of the body, and 2 have come.",
        ),
    ],
)
def test_a_note_has_the_live_values(dialogue: list[tuple[str | None, str]], words: str) -> None:
    """What came and what was due stand in the note; a word of the server's where it can be quoted."""
    (note,) = [note for note in noted(heard(*dialogue))[1] if note.kind in BLAMING]
    assert words in note.text


def test_two_notes_at_most_and_why_has_all() -> None:
    """The gravest stand in the margin, behind the note on the reply; `why` adds the rest."""
    broken = ("LIST", "+OK \x07\n1 9\n3 9\n2 9\n2 9\nx\n.")
    annotator, notes = noted(heard(*LOGIN, broken))
    assert [note.kind for note in notes] == [NoteKind.MEANING, NoteKind.BREACH, NoteKind.BREACH]
    assert len(notes) - 1 == MOST_NOTES
    assert "no scan listing" in notes[1].text
    assert "listed twice" in notes[2].text
    why = [note for note in annotator.why(heard(*LOGIN, broken)[-1]) if note.kind in BLAMING]
    assert [note.cite for note in why] == [
        "RFC 1939 §5", "RFC 1939 §5, §7", "RFC 2449 §3", "RFC 1939 §5",
    ]  # fmt: skip
    assert [note.kind for note in why] == [NoteKind.BREACH] * 3 + [NoteKind.UNUSUAL]
    told = noted(heard(*LOGIN, ("DELE 1", "+OK"), ("DELE 1", "+OK\x07\x08 \xe9")))[1]
    assert sum(note.kind in BLAMING for note in told) <= MOST_NOTES


def test_a_size_that_the_reply_tells_too_is_mentioned_once() -> None:
    """Where RETR's +OK tells the size that LIST told, the note on the reply speaks of it."""
    sized = [*LOGIN, LISTED, ("RETR 1", "+OK 120 octets\na: b\n\nc\n.")]
    assert not {note.kind for note in noted(heard(*sized))[1][1:]} & BLAMING
    annotator, notes = noted(heard(*sized))
    assert notes[0].text.startswith("+OK tells 120 octets, and 11 octets have come")
    assert notes[0].kind is NoteKind.UNUSUAL
    assert annotator.state().breaches == (Breach(Rule.SENT_SIZE, 1, 11, 120),)


def test_brief_is_short_and_off_is_silent_but_remembers() -> None:
    """The margin's degree changes what is said of a breach, not what is known."""
    dialogue = heard(*LOGIN, LISTED, ("LIST 2", "+OK 2 7"))
    assert (
        noted(dialogue, Margin.BRIEF)[1][1].text
        == "Message 2 had 200 octets before, and has 7 now."
    )
    annotator, notes = noted(dialogue, Margin.OFF)
    assert notes == []
    assert annotator.state().breaches[0].rule is Rule.SIZE_CHANGED
    assert annotator.why(dialogue[-1])[-1].kind is NoteKind.BREACH


def test_a_line_taken_back_is_not_held_against_the_server() -> None:
    """After `restore` nothing is known of what was claimed since; a new call forgets all."""
    chairs = Chairs(Accounts([letters()]))
    chairs.say("USER mrose", "PASS secret")
    annotator = Annotator(PROSE)
    for exchange in chairs.seen:
        annotator.observe(exchange)
    kept = annotator.state()
    wrong = heard(*LOGIN, ("STAT", "+OK 7 7"))[-1]
    annotator.observe(wrong)
    annotator.restore(kept)
    (stat,) = chairs.say("STAT")
    assert not {note.kind for note in annotator.observe(stat)} & BLAMING
    annotator.observe(chairs.seen[0])
    assert annotator.state().shown == Shown()


#: What the simulated hosts do against the rules, as real servers of their kind do.
LENIENT = {
    ("LIST 2 3", Rule.FLAW_ACCEPTED), ("NOOP 1", Rule.FLAW_ACCEPTED), ("STAT ", Rule.FLAW_ACCEPTED)
}  # fmt: skip
READING_DIGITS = {*LENIENT, ("RETR 2x", Rule.FLAW_ACCEPTED), ("CAPA x", Rule.FLAW_ACCEPTED)}
BY_HOST: dict[str, set[tuple[str | None, Rule]]] = {
    "mail.example.test": set(),
    "pop.eo.lu": {*LENIENT},
    "pop.popperserver.example": {*LENIENT, ("CAPA x", Rule.FLAW_ACCEPTED)},
    "mypop3server": set(),
    "iodigitalsec.com": READING_DIGITS,
    "dbc.mtview.ca.us": set(),
    "pop.gmail.com": {*LENIENT, ("CAPA x", Rule.FLAW_ACCEPTED)},
    "pop.bank.example": set(),
    "pop.skyloft.example": {*LENIENT, ("CAPA x", Rule.FLAW_ACCEPTED)},
    "post.leuchtfeuer.example": set(),
    PROVIDER: {(None, Rule.FAREWELL)},
    "pop.threepenny.example": {*LENIENT, ("CAPA x", Rule.FLAW_ACCEPTED)},
    "archive.museum.example": set(),
    "light.skerry.example": set(),
    "pop.millhillschool.example": set(),
    "dovecot.example.test": {
        ("CAPA", Rule.CAPABILITY_WITHDRAWN),
        ("CAPA x", Rule.CAPABILITY_WITHDRAWN),
        ("CAPA x", Rule.FLAW_ACCEPTED),
        ("NOOP 1", Rule.FLAW_ACCEPTED),
        (None, Rule.FAREWELL),
        ("STAT ", Rule.FLAW_ACCEPTED),
    },
    "courier.example.test": {
        ("CAPA x", Rule.FLAW_ACCEPTED),
        ("LIST 2 3", Rule.FLAW_ACCEPTED),
        ("NOOP 1", Rule.FLAW_ACCEPTED),
        ("RETR 2x", Rule.FLAW_ACCEPTED),
        ("STAT ", Rule.FLAW_ACCEPTED),
    },
    "cyrus.example.test": {
        ("CAPA", Rule.CAPABILITY_WITHDRAWN),
    },
    # UIDL writes into the mail, so that it grows while one looks; and a message with quoted From
    # lines grows each time that one looks at it, once it was opened.
    "mailutils.example.test": {
        ("DELE 1", Rule.MARKED_TWICE),
        ("LIST", Rule.SIZE_CHANGED),
        ("LIST", Rule.TOTALS_DIFFER),
        ("STAT", Rule.TOTALS_DIFFER),
        ("STAT ", Rule.TOTALS_DIFFER),
        ("LIST 1", Rule.SIZE_CHANGED),
        ("LIST 2", Rule.SIZE_CHANGED),
        ("LIST 3", Rule.SIZE_CHANGED),
        ("LIST 4", Rule.SIZE_CHANGED),
        ("LIST 5", Rule.SIZE_CHANGED),
        (None, Rule.FAREWELL),
        ("RETR 2x", Rule.FLAW_ACCEPTED),
        ("STAT ", Rule.FLAW_ACCEPTED),
        ("TOP 1 2", Rule.TOP_TOO_LONG),
    },
    "popa3d.example.test": {
        ("STAT ", Rule.FLAW_ACCEPTED),
    },
    "solid-pop3d.example.test": set(),  # it has hung up by then
    "twisted.example.test": {
        ("DELE 1", Rule.MARKED_TWICE),
        ("LIST", Rule.MARKED_LISTED),
        ("LIST 1", Rule.MARKED_ACCEPTED),
        ("LIST 1", Rule.SIZE_CHANGED),
        ("STAT", Rule.COUNT_DIFFERS),
        ("UIDL", Rule.MARKED_LISTED),
        ("UIDL 1", Rule.UNIQUE_ID_LISTING),
        ("UIDL 2", Rule.UNIQUE_ID_LISTING),
        ("UIDL 3", Rule.UNIQUE_ID_LISTING),
        ("UIDL 4", Rule.UNIQUE_ID_LISTING),
        ("UIDL 5", Rule.UNIQUE_ID_LISTING),
    },
    "qpopper.example.test": {
        ("DELE 1", Rule.MARKED_TWICE),
        (None, Rule.FAREWELL),
        ("RETR 2x", Rule.FLAW_ACCEPTED),
        ("STAT ", Rule.FLAW_ACCEPTED),
    },
    "gmail.example.test": {
        ("CAPA", Rule.CAPABILITY_WITHDRAWN),
        ("CAPA x", Rule.CAPABILITY_WITHDRAWN),
        ("CAPA x", Rule.FLAW_ACCEPTED),
        ("LIST 2 3", Rule.FLAW_ACCEPTED),
        ("NOOP 1", Rule.FLAW_ACCEPTED),
        ("STAT ", Rule.FLAW_ACCEPTED),
    },
    "exchange.example.test": {
        ("RETR 1", Rule.SENT_SIZE),
        ("RETR 2", Rule.SENT_SIZE),
        ("RETR 3", Rule.SENT_SIZE),
        ("RETR 4", Rule.SENT_SIZE),
        ("RETR 5", Rule.SENT_SIZE),
    },
    "outlook.example.test": set(),
    "zimbra.example.test": {
        ("CAPA x", Rule.FLAW_ACCEPTED),
        ("NOOP 1", Rule.FLAW_ACCEPTED),
        ("STAT ", Rule.FLAW_ACCEPTED),
    },
    "james.example.test": {
        ("CAPA x", Rule.FLAW_ACCEPTED),
        ("LIST 2 3", Rule.FLAW_ACCEPTED),
        ("NOOP 1", Rule.FLAW_ACCEPTED),
        ("STAT ", Rule.FLAW_ACCEPTED),
    },
    "greenmail.example.test": {
        ("CAPA x", Rule.FLAW_ACCEPTED),
        ("LIST 1", Rule.MARKED_ACCEPTED),
        ("LIST 2 3", Rule.FLAW_ACCEPTED),
        ("NOOP 1", Rule.FLAW_ACCEPTED),
        (None, Rule.UNASKED),
        ("RETR 1", Rule.MARKED_ACCEPTED),
        ("STAT ", Rule.FLAW_ACCEPTED),
        ("TOP 1 0", Rule.MARKED_ACCEPTED),
    },
}
#: Mail that no server has made: what a reply to RETR holds of it.
ODD_MAIL = {("RETR 4", Rule.BARE_CR), ("RETR 7", Rule.NUL), ("RETR 12", Rule.BARE_CR)}


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_which_host_breaks_which_rule(host: Host) -> None:
    """In an ordinary dialogue with some lines that are not well-formed: these, and no others."""
    early = [] if host.personality.policy.cleartext_login else ["STLS", "CAPA"]
    found: set[tuple[str | None, Rule]] = set()
    for name in host.mailboxes:
        box, stage = sample(name), new_stage()
        numbers = range(1, min(12, len(box.messages)) + 1)
        lines = [
            "STAT", "CAPA", *early, f"USER {box.owner}", f"PASS {box.password}", "CAPA", "LIST",
            "STAT", "UIDL", "NOOP", "LAST",
            *(f"{verb} {n}" for n in numbers for verb in ("LIST", "UIDL", "RETR")),
            "TOP 1 2", "DELE 1", "DELE 1", "LIST 1", "RETR 1", "TOP 1 0", "STAT", "LIST", "UIDL",
            "NOOP 1", "RETR 2x", "LIST 2 3", "CAPA x", "STAT ", "HELP", "RSET", "LIST", "STAT",
        ]  # fmt: skip
        seen = stage.dial(host.name, (*host.ports, *host.tls_ports)[0])
        for line in lines:
            if stage.connected:  # some hang up on a mistake
                seen += stage.say(line)
        seen += stage.wait(600)
        shown = Shown()
        for exchange in seen:
            broken, shown = examine(exchange, shown)
            found |= {(exchange.line, breach.rule) for breach in broken}
    odd = ODD_MAIL if "hostile" in host.mailboxes else set()
    assert found == {*BY_HOST[host.name], *odd}


def _findings(tmp_path: Path, old: str, new: str, page: str) -> str:
    """What the loader says of the pages with one change."""
    for path in FOLDER.glob("*.yaml"):
        text = path.read_text("utf-8")
        assert path.name != page or old in text
        changed = text.replace(old, new, 1) if path.name == page else text
        (tmp_path / path.name).write_text(changed, "utf-8")
    with pytest.raises(PageError) as caught:
        load_margin(tmp_path)
    return "\n".join(map(str, caught.value.findings))


@pytest.mark.parametrize(
    ("old", "new", "page", "message"),
    [
        ("brief: Message ${at} is listed twice.", "brief: Message ${due} is listed twice.",
         "breaches.yaml", "${due} is not known after each reply; quote it in a variant"),
        ("brief: Marked. QUIT removes it.", "brief: Marked ${at}. QUIT removes it.",
         "transaction.yaml", "${at} is not known after each reply; quote it in a variant"),
        ("    listed-twice:", "    listed-thrice:", "breaches.yaml", "did you mean 'listed-twice'?"),
        ("    listed-twice:", "    listed-thrice:", "breaches.yaml", "no entry for listed-twice"),
        ("    listed-twice:", "    unasked:", "breaches.yaml", "this cannot follow BREACH"),
    ],
)  # fmt: skip
def test_the_page_of_breaches_is_read_strictly(
    tmp_path: Path, old: str, new: str, page: str, message: str
) -> None:
    """An entry quotes what its rule gives, and each rule without another voice has its entry."""
    assert message in _findings(tmp_path, old, new, page)


def test_what_a_rule_gives_is_known_by_its_name() -> None:
    """Beside what is always known, a rule gives what a Breach has, and the keyword."""
    assert {"at", "came", "due", "keyword"} == GIVEN - ALWAYS
