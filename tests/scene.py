"""A small lesson, a network of one host to play it on, and a rehearsal of it."""

from __future__ import annotations

from pathlib import Path

from chairs import personality

from simulator.hosts import Host, Network, Stage
from simulator.mailroom import Mailbox
from simulator.pages import Finding, PageError
from simulator.teaching import Lesson, Play, Rehearsal, load_lesson
from simulator.teaching.loader import read_lesson
from simulator.teaching.proof import prove

__all__ = ["LESSON", "MAIL", "findings", "lesson", "new_stage", "rehearsal", "written"]

HOSTS = (Host("mail.example.test", "mail.example.test", "192.0.2.110", (110,), personality(), ()),)

MAIL = """\
  mailbox:
    owner: mira
    password: kettle42
    messages:
      - label: bulbs
        headers: {From: news@garden.example, Subject: Bulbs to plant in May}
        text: The tulips are in.
        make: {octets: 1200}
      - label: prize
        headers: {From: win@prize.example, Subject: You have won}
        text: Answer within the day.
        make: {octets: 800}
      - label: invoice
        headers: {From: office@copyshop.example, Subject: Invoice 3}
        text: Please find the sum below.
"""

LESSON = f"""\
format: 1
id: promise
title: DELE makes a promise, QUIT keeps it
summary: Marking a message, taking the mark back, and removing it.
minutes: 8
teaches: [STAT, LIST, DELE, RSET, QUIT]
cite: [RFC 1939 §5, RFC 1939 §6]
setup:
  dial: mail.example.test
  start: logged-in
{MAIL}\
steps:
  - id: intro
    kind: say
    text: |
      Three messages wait for **${{user}}**.

      Message ${{num:prize}} is no letter that anybody wants.
  - id: look
    kind: show
    text: Look before you delete.
    type: [STAT, "LIST ${{num:prize}}"]
    debrief: The second number is the size, ${{size:prize}} octets.
  - id: guess
    kind: ask
    text: Right after the +OK to `DELE ${{num:prize}}`, how many messages are on the disk?
    settle: later
    choices:
      - {{id: a, text: two, misconception: dele-immediate, say: Type it and look at the disk.}}
      - {{id: b, text: "three; one is only marked", right: true}}
  - id: mark
    kind: do
    goal: Mark the prize mail as deleted.
    check: {{did: {{verb: DELE, ok: true, marks: prize}}}}
    solution: ["DELE ${{num:prize}}"]
    checkpoint: marked, not removed
    hints: [LIST shows the number of each message., DELE takes such a number.]
    feedback:
      - id: wrong-message
        when: {{did: {{verb: DELE, ok: true, marks: [bulbs, invoice]}}}}
        say: You marked message ${{arg}}. Which command takes back all marks?
        repair: [RSET]
      - id: by-uid
        when: {{did: {{verb: DELE, reason: bad-argument}}}}
        misconception: uid-as-argument
        say: DELE wants the number of a message in this session.
      - id: quits-early
        when: {{ended: {{by: quit}}}}
        say: The session is over and nothing was marked.
        rewind: true
    debrief: The disk has not changed yet.
  - id: number
    kind: ask
    form: fill
    text: What is the number of the invoice now?
    answer: "${{num:invoice}}"
    wrong:
      - is: "${{num:prize}}"
        id: renumbered
        misconception: renumber-in-session
        say: Numbers are fixed when the maildrop is opened.
  - id: change-mind
    kind: do
    goal: Take the mark back.
    check: {{did: {{verb: RSET, ok: true}}, maildrop: {{marked: []}}}}
    solution: [RSET]
    hints: ["Four letters, no argument."]
  - id: for-real
    kind: do
    goal: Now delete the prize mail for good.
    margin: brief
    check:
      ended: {{by: quit, removed: prize}}
      maildrop: {{present: [bulbs, invoice], gone: [prize]}}
    solution: ["DELE ${{num:prize}}", QUIT]
    hints: [Two commands. The second leads into the UPDATE state.]
    feedback:
      - id: dropped
        when: {{ended: {{by: drop, forgotten: any}}}}
        misconception: disconnect-is-quit
        say: The line is gone and so are the marks.
        repair: ["$ telnet ${{host}} ${{port}}", "USER ${{user}}", "PASS ${{pass}}"]
      - id: unmarked
        when: {{ended: {{by: quit, removed: none}}}}
        say: A clean end, but nothing was marked at that moment.
        repair: ["$ telnet ${{host}} ${{port}}", "USER ${{user}}", "PASS ${{pass}}"]
debrief: DELE marks, RSET unmarks, QUIT removes.
tests:
  - name: believes it is immediate
    upto: guess
    answer: a
    expect: {{step: mark, feedback: guess.a, misconception: dele-immediate}}
  - name: marks another
    upto: mark
    then: ["DELE ${{num:bulbs}}"]
    expect: {{step: mark, feedback: wrong-message}}
  - name: unique-id
    upto: mark
    then: ["DELE ${{uid:prize}}"]
    expect: {{step: mark, feedback: by-uid, misconception: uid-as-argument}}
  - {{name: quits early, upto: mark, then: [QUIT], expect: {{step: mark, feedback: quits-early}}}}
  - name: renumbers
    upto: number
    answer: "2"
    expect: {{step: number, feedback: number.renumbered}}
  - name: hangs up
    upto: for-real
    then: ["DELE ${{num:prize}}", "!drop"]
    expect: {{step: for-real, feedback: dropped}}
  - {{name: quits unmarked, upto: for-real, then: [QUIT], expect: {{feedback: unmarked}}}}
  - {{name: looks around, upto: mark, then: [LIST, STAT], expect: {{step: mark, feedback: none}}}}
"""


def written(folder: Path, text: str = LESSON, name: str = "promise.yaml") -> Path:
    """The path of a page that holds `text`."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def lesson(folder: Path, text: str = LESSON) -> Lesson:
    """The lesson that `text` describes."""
    return load_lesson(written(folder, text))


def new_stage(lesson: Lesson) -> Stage:
    """A fresh stage with the lesson's own mail."""
    own = lesson.mailbox()
    instead = {"mail.example.test": own} if own is not None else {}
    return Stage(Network(HOSTS, _no_sample, instead=instead))


def _no_sample(name: str) -> Mailbox:
    raise AssertionError(name)


def rehearsal(lesson: Lesson) -> Rehearsal:
    """The lesson begun."""
    begun = Rehearsal(Play(lesson), new_stage(lesson))
    begun.begin()
    return begun


def findings(folder: Path, text: str) -> list[Finding]:
    """What reading and proving a page finds. Its course is itself."""
    try:
        draft = read_lesson(written(folder, text))
    except PageError as problem:
        return list(problem.findings)
    return prove(draft, new_stage, [draft.lesson])
