"""The desk at a real server: what goes over the line, what is held back, and every way it can end."""

from __future__ import annotations

import asyncio
import re
import threading
from base64 import b64encode
from functools import partial
from typing import Any

import pytest
from desks import EOF, ESCAPE, Sitting, sit
from outdesks import Patient, sit_at
from servers import GREETING, LIMIT, Peer, pop3

from simulator.console.colon import COLON_COMMANDS
from simulator.console.desk import Outcome
from simulator.console.handset import offer, toolbar_state
from simulator.console.outdesk import OutDesk
from simulator.console.reading import Read
from simulator.console.theme import coloured
from simulator.teaching import Margin

OFF = Margin.OFF
CANARY = "canary-7f3d"
LOGIN = ("USER mira", f"PASS {CANARY}")
BODY = b"+OK\r\n1 10\r\n2 20\r\n.\r\n"
server = partial(pop3, {b"LIST": BODY})


def logged_in(peer: Peer) -> None:
    """Greet, and take both lines of the login."""
    peer.say(GREETING)
    for _ in LOGIN:
        peer.hear()
        peer.say(b"+OK\r\n")


def heard(talk: Any, *moves: Any, **how: Any) -> tuple[Sitting, list[bytes]]:
    """The sitting, and the lines that the server heard."""
    lines: list[bytes] = []

    def noting(peer: Peer) -> None:
        peer.heard = lines
        talk(peer)

    return sit_at(noting, *moves, **how), lines


def test_it_talks_as_telnet_does() -> None:
    """Line by line, each reply whole before the next line goes; QUIT ends it well."""
    sitting = sit_at(server, "LIST", "QUIT", "never read", margin=OFF, interactive=False)
    replies = ["+OK ready", "LIST", "+OK", "1 10", "2 20", ".", "QUIT", "+OK"]
    assert sitting.lines == [*replies, "Connection closed by foreign host."]
    assert sitting.outcome is Outcome.LEFT
    assert not sitting.desk.failed  # type: ignore[attr-defined]


def test_the_margin_explains_a_real_server() -> None:
    """Notes, `:why`, `:state` and `:wire` come from the wire alone."""
    drawn = sit_at(server, *LOGIN, "LIST", ":why", ":state", ":wire", "QUIT").drawn
    assert "2 lines here" in drawn
    assert "(you are here)" in drawn
    assert "end of the body" in drawn


def test_a_hang_up_unasked_fails() -> None:
    """The server goes without a word: it is said at once, and the sitting has failed."""
    sitting = sit_at(lambda peer: peer.say(GREETING), reader=Patient([]))
    assert "Connection closed by foreign host." in sitting.lines
    assert sitting.desk.failed  # type: ignore[attr-defined]


def test_hanging_up_is_no_failure() -> None:
    """Ctrl-D hangs up without QUIT: the marks are lost, and the margin says so."""
    sitting, lines = heard(server, *LOGIN, "DELE 1", EOF)
    assert b"QUIT" not in lines
    assert "no QUIT, no UPDATE" in sitting.drawn
    assert not sitting.desk.failed  # type: ignore[attr-defined]


def test_what_is_said_at_the_prompt_is_shown_at_once() -> None:
    """An autologout comes while nobody types: it is drawn, and the call is over."""

    def talk(peer: Peer) -> None:
        peer.say(GREETING)
        peer.hear()
        peer.say(b"+OK\r\n")
        peer.say(b"-ERR gone for lunch\r\n")

    sitting = sit_at(talk, reader=Patient(["NOOP"], woken=2))
    assert "-ERR gone for lunch" in sitting.lines
    assert "Connection closed by foreign host." in sitting.lines


@pytest.mark.parametrize("cut", [b"+OK\r\n1 10\r\nhal", b"+OK\r\n1 10\r\n", b"+O"])
def test_a_reply_that_is_cut_is_shown_as_far_as_it_came(cut: bytes) -> None:
    """The line goes down in its middle: what came of it is drawn, and that it is not whole."""

    def talk(peer: Peer) -> None:
        logged_in(peer)
        peer.hear()
        peer.say(cut)

    sitting = sit_at(talk, *LOGIN, "LIST", margin=OFF)
    assert cut.decode().split("\r\n")[0] in sitting.lines
    assert "middle of this reply" in sitting.drawn
    assert sitting.desk.failed  # type: ignore[attr-defined]


def test_a_reset_line_is_a_line_that_is_down() -> None:
    """No traceback, one line, and the sitting has failed."""

    def talk(peer: Peer) -> None:
        peer.say(GREETING)
        peer.hear()
        peer.reset()

    sitting = sit_at(talk, "NOOP", "NOOP")
    assert sitting.lines.count("Connection closed by foreign host.") == 1
    assert sitting.desk.failed  # type: ignore[attr-defined]


def test_a_body_without_end_is_given_up() -> None:
    """Beyond the bound the line is closed, nothing of it is kept, and that is said."""

    def talk(peer: Peer) -> None:
        logged_in(peer)
        peer.hear()
        peer.say(b"+OK\r\n")
        while True:
            peer.say(b"and so on\r\n" * 1000)

    sitting = sit_at(talk, *LOGIN, "RETR 1", call={"longest_body": 100_000}, margin=OFF)
    assert "more than 100000 octets and no end" in sitting.drawn
    assert "and so on" not in sitting.drawn
    assert sitting.desk.call.carried is not None
    assert sitting.desk.call.carried.received == b""
    assert sitting.desk.failed  # type: ignore[attr-defined]


def test_ten_thousand_lines_and_a_long_message() -> None:
    """A long listing and twenty million octets come whole."""
    listing = b"+OK\r\n" + b"".join(b"%d 100\r\n" % n for n in range(1, 10_001)) + b".\r\n"
    letter = b"+OK\r\n" + (b"x" * 998 + b"\r\n") * 20_000 + b".\r\n"
    talk = partial(pop3, {b"LIST": listing, b"RETR": letter})
    drawn = sit_at(talk, *LOGIN, "LIST", "RETR 1", "STAT", "QUIT", margin=OFF).drawn
    assert drawn.count("\n") > 30_000
    assert "10000 100" in drawn


ODD = [b"", b"\r\n", b"\x00\xff\r\n", b"+ok\r\n", b"+OK\n", b"-ERR\r\n.\r\n",
       b"+OK\r\n+OK\r\n+OK\r\n", b"\x1b]0;owned\x07\r\n", b"+OK \xe2\x80\xae\r\n",
       b"x" * 20_000 + b"\r\n", b"+ \r\n"]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("look", [None, coloured()], ids=["plain", "coloured"])
def test_a_server_that_breaks_the_rfc_harms_nobody(odd: bytes, look: Any) -> None:
    """Whatever it says, as greeting or reply: it is drawn visibly, and the sitting goes on or ends."""

    def talk(peer: Peer) -> None:
        peer.line.settimeout(0.1)  # it hangs up where we wait for what never comes
        peer.say(odd)
        for _ in range(3):
            peer.hear()
            peer.say(odd)

    how = {} if look is None else {"look": look}
    drawn = sit_at(talk, "LIST", "NOOP", ":why", ":wire", reader=None, **how).drawn
    drawn = re.sub(r"\x1b\[[0-9;]*m|\r\x1b\[K", "", drawn)
    assert {each for each in drawn if not each.isprintable() and each != "\n"} == set()


# Secrets


@pytest.mark.parametrize("margin", list(Margin), ids=lambda margin: margin.value)
@pytest.mark.parametrize("interactive", [True, False], ids=["terminal", "pipe"])
def test_a_password_is_drawn_nowhere(margin: Margin, interactive: bool) -> None:
    """Typed openly from a pipe, or behind `:pass`: not in what is drawn, nor in any view."""
    moves = ("USER mira", ":pass", CANARY, ":wire", ":why", ":state", "RSET", *LOGIN, ":wire", ":why",
             ":undo", f":pass {CANARY}", "QUIT")  # fmt: skip
    sitting, lines = heard(server, *moves, margin=margin, interactive=interactive)
    assert f"PASS {CANARY}".encode() in lines
    assert CANARY not in sitting.drawn


def test_pass_wants_a_name_first() -> None:
    """Before USER was accepted nothing is asked; the next line is a line again."""
    sitting, lines = heard(server, ":pass", "USER mira", ":pass", CANARY, ":pass", "NOOP")
    assert lines[:3] == [b"USER mira", f"PASS {CANARY}".encode(), b"NOOP"]
    assert "First say who you are" in sitting.drawn
    assert "logged in as mira already" in sitting.drawn


def test_pass_can_be_left() -> None:
    """An empty password, or Ctrl-D, sends nothing."""
    _, lines = heard(server, "USER mira", ":pass", "", ":pass", EOF, "NOOP")
    assert lines[:2] == [b"USER mira", b"NOOP"]


def test_pass_in_practise() -> None:
    """It is the same at a simulated server: PASS is sent, and the password not drawn."""
    drawn = sit(
        "telnet mail.example.test 110", "USER mira", ":pass", "kettle42", "STAT", ":undo"
    ).drawn
    assert "PASS ****" in drawn
    assert "+OK 3 2206" in drawn
    assert "kettle42" not in drawn


PLAIN_RESPONSE = b64encode(f"\0mira\0{CANARY}".encode()).decode()
SECRETS = [f"PASS {CANARY}", f"pass {CANARY}", f"PASSWD {CANARY}", "AUTH PLAIN", "AUTH LOGIN",
           f"AUTH PLAIN {PLAIN_RESPONSE}", f"AUTH XOAUTH2 {PLAIN_RESPONSE}", "auth oauthbearer",
           f"AUTH FOO {PLAIN_RESPONSE}", PLAIN_RESPONSE, f"APOP mira {CANARY}"]  # fmt: skip
HARMLESS = ["USER mira", "PASS", "AUTH", "AUTH CRAM-MD5", "AUTH SCRAM-SHA-256 biwsbj1taXJhLHI9YWJj",
            "APOP mira c4c9334bac560ecc979e58001b3e22fb", "CAPA", "NOOP", "AUTH *"]  # fmt: skip


@pytest.mark.parametrize("line", SECRETS)
def test_a_secret_is_not_sent_in_the_clear(line: str) -> None:
    """Nothing goes, and it is said why and what would work; loopback and --cleartext may."""
    sitting, lines = heard(server, line, "NOOP", remote=True, margin=OFF)
    assert lines[0] == b"NOOP"
    assert "--cleartext" in sitting.drawn
    assert CANARY not in sitting.drawn
    assert heard(server, line, remote=True, cleartext=True)[1][0] == line.encode()
    assert heard(server, line)[1][0] == line.encode()


@pytest.mark.parametrize("line", HARMLESS)
def test_what_is_no_secret_goes(line: str) -> None:
    """Digests prove a password and do not show it."""
    talk = partial(pop3, {b"AUTH": b"+OK\r\n.\r\n", b"CAPA": b"+OK\r\n.\r\n"})
    assert heard(talk, line, remote=True)[1][0] == line.encode()


def test_responses_in_the_clear() -> None:
    """One to PLAIN is held back, "*" and one to CRAM-MD5 are not."""
    asks = partial(pop3, {b"AUTH": b"+ PDE+\r\n"})
    assert heard(asks, "AUTH CRAM-MD5", "bWlyYSBhYmM=", remote=True)[1][1] == b"bWlyYSBhYmM="

    def first_clear(desk: OutDesk) -> None:
        desk.outside.client.receive_data(GREETING)
        desk.outside.client.send("AUTH PLAIN")
        desk.outside.client.receive_data(b"+ \r\n")
        desk.outside.client.exchanges()
        desk.outside.greeted = True

    def silent(peer: Peer) -> None:
        peer.hear()
        peer.say(b"-ERR cancelled\r\n")
        peer.hear()

    sitting, lines = heard(silent, "word", "*", remote=True, before=first_clear)
    assert lines[0] == b"*"
    assert "Nothing was sent" in sitting.drawn


def test_pass_asks_for_nothing_that_could_not_be_sent() -> None:
    """In the clear `:pass` says so before a password is typed."""
    sitting, lines = heard(server, "USER mira", ":pass", "NOOP", remote=True)
    assert lines[:2] == [b"USER mira", b"NOOP"]
    assert "--cleartext" in sitting.drawn
    assert "in the clear" in toolbar_state(sitting.desk).line or not sitting.desk.call.up


def test_a_pipe_that_would_give_a_password_away_has_failed() -> None:
    """Nobody may read the notice, so the status says it too."""
    sitting = sit_at(server, *LOGIN, "QUIT", remote=True, interactive=False, margin=OFF)
    assert sitting.desk.failed  # type: ignore[attr-defined]


# Mail that would be gone


def test_quit_with_marks_is_asked_for_twice() -> None:
    """The first is not sent and says what would go; the very next line, if QUIT again, is."""
    sitting, lines = heard(server, *LOGIN, "DELE 1", "DELE 3", "QUIT", "QUIT")
    assert lines.count(b"QUIT") == 1
    assert "2 messages (1, 3)" in sitting.drawn
    assert "Message 1 is marked; QUIT will remove it from the real maildrop" in sitting.drawn


def test_another_line_between_asks_anew() -> None:
    """QUIT, NOOP, QUIT is no QUIT yet; small letters and a blank before it are QUIT too."""
    sitting, lines = heard(server, *LOGIN, "DELE 1", "quit", "NOOP", " QUIT", EOF)
    assert b"quit" not in lines
    assert lines[-1] in (b"NOOP", b"")
    assert sitting.drawn.count("QUIT was not sent") == 2


def test_without_marks_quit_goes_at_once() -> None:
    """Before login, after RSET, and with nothing marked."""
    assert heard(server, "QUIT")[1] == [b"QUIT"]
    assert heard(server, *LOGIN, "DELE 1", "RSET", "QUIT")[1][-1] == b"QUIT"


def test_a_script_is_not_asked() -> None:
    """From a pipe QUIT is QUIT: who wrote the script has meant it."""
    sitting, lines = heard(server, *LOGIN, "DELE 1", "QUIT", interactive=False, margin=OFF)
    assert lines[-1] == b"QUIT"
    assert "was not sent" not in sitting.drawn


# What a real server does not have


@pytest.mark.parametrize("command", COLON_COMMANDS, ids=lambda each: each.name)
def test_every_tutor_command_answers(command: Any) -> None:
    """A view, or one sentence why it cannot be had here; and those are not offered."""
    here: list[str] = []

    def look(desk: OutDesk) -> None:
        shown = offer(desk)
        assert shown is not None
        here.extend(name for name, _ in shown.tutor)

    before = sit_at(server, *LOGIN, margin=OFF, before=look).drawn
    drawn = sit_at(server, *LOGIN, f":{command.name}", margin=OFF).drawn
    assert len(drawn) > len(before) or command.name == "quit"
    help_ = sit_at(server, ":help", margin=OFF).drawn
    assert (f":{command.name} " in help_) is (command.name in here)
    missing = {"undo", "wait", "fault", "meanwhile", "reset", "mailbox", "hint", "goal", "list",
               "skip", "back", "compare"}  # fmt: skip
    assert (command.name in missing) is (command.name not in here)


def test_completion_at_telnets_prompt() -> None:
    """There, too, something can be completed, and no simulated host is offered."""

    def look(desk: OutDesk) -> None:
        desk.at_telnet = True
        shown = offer(desk)
        desk.at_telnet = False
        assert shown is not None
        assert not shown.hosts
        assert "close" in dict(shown.words)

    sit_at(server, before=look)


def test_telnets_own_prompt() -> None:
    """status and close work; there is no second call and nothing to suspend."""
    drawn = sit_at(server, ESCAPE, "status", ESCAPE, "open x", ESCAPE, "z", ESCAPE, "close").drawn
    assert "Connected to localhost." in drawn
    assert drawn.count("has this one call") == 2
    assert "Connection closed." in drawn


def test_the_toolbar() -> None:
    """State, marks, what waits and TLS; no key for a hint."""
    seen = []

    class Looking(Patient):
        async def line(self, message: str) -> Read:
            state = toolbar_state(desks[0])
            seen.append((state.state, state.user, state.line, state.keys))
            return await super().line(message)

    desks: list[OutDesk] = []
    sit_at(server, reader=Looking([*LOGIN, "DELE 2"], woken=0), before=desks.append)
    assert seen[-1][:3] == ("TRANSACTION", "mira", "1 marked")
    assert ("F2", "hint") not in seen[-1][3]


# Waiting


def test_ctrl_c_stops_the_waiting_and_the_reply_comes_when_it_comes() -> None:
    """The prompt is back at once, another line can be typed; the replies are shown in order."""
    asked, go_on = threading.Event(), threading.Event()

    def talk(peer: Peer) -> None:
        peer.say(GREETING)
        peer.hear()
        asked.set()
        assert go_on.wait(LIMIT)
        peer.say(b"+OK slow\r\n")
        peer.hear()
        peer.say(b"+OK quick\r\n")
        peer.hear()

    class Hand(Patient):
        async def line(self, message: str) -> Read:
            if desks[0].outside.client.waiting:
                assert "slow" not in drawn()
                assert toolbar_state(desks[0]).line == "1 reply awaited"
                go_on.set()
            return await super().line(message)

    desks: list[OutDesk] = []

    def drawn() -> str:
        return desks[0].screen._write.__self__.getvalue()  # type: ignore[attr-defined, no-any-return]

    def press(desk: OutDesk) -> None:
        desks.append(desk)
        threading.Thread(target=lambda: (asked.wait(LIMIT), desk.interrupt()), daemon=True).start()

    sitting = sit_at(talk, reader=Hand(["NOOP", "NOOP"], woken=0), before=press, margin=OFF)
    assert sitting.drawn.index("slow") < sitting.drawn.index("quick")


@pytest.mark.parametrize("look", [None, coloured()], ids=["plain", "coloured"])
def test_a_slow_reply_is_seen_to_be_awaited(look: Any) -> None:
    """How much has come is said on a line that goes again; in the plain look one notice says it."""
    told = threading.Event()

    def talk(peer: Peer) -> None:
        logged_in(peer)
        peer.hear()
        peer.say(BODY[:10])
        assert told.wait(LIMIT)
        peer.say(BODY[10:])
        peer.hear()

    def tell(desk: OutDesk) -> None:
        say = desk._tell_of_waiting

        def noting() -> None:
            say()
            if desk.outside.received == 10:
                told.set()

        desk._tell_of_waiting = noting  # type: ignore[method-assign]

    how = {} if look is None else {"look": look}
    drawn = sit_at(talk, *LOGIN, "LIST", before=tell, slow=0.001, margin=OFF, **how).drawn
    assert "aiting for the reply, 10 octets so far" in drawn or look is None
    assert "aiting for the reply" in drawn
    assert "\n2 20\n" in drawn
    assert look is None or "\r\x1b[K" in drawn


def test_nobody_is_waited_for_without_end_from_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so much silence the line is closed and the sitting has failed."""
    monkeypatch.setattr("simulator.console.outdesk.LONGEST_SILENCE", 0.002)
    sitting = sit_at(lambda peer: peer.hear(), "NOOP", interactive=False, slow=0.001)
    assert "Nothing has come" in sitting.drawn
    assert sitting.desk.failed  # type: ignore[attr-defined]


def test_ctrl_c_ends_a_handshake() -> None:
    """A server that says +OK to STLS and nothing more: a line half in TLS is of no use, and closed."""
    shaking = threading.Event()

    def talk(peer: Peer) -> None:
        peer.say(GREETING)
        peer.hear()
        peer.say(b"+OK begin\r\n")
        assert peer.line.recv(1) == b"\x16"
        shaking.set()
        while peer.line.recv(65536):
            pass

    def press(desk: OutDesk) -> None:
        threading.Thread(
            target=lambda: (shaking.wait(LIMIT), desk.interrupt()), daemon=True
        ).start()

    sitting = sit_at(talk, "STLS", before=press)
    assert "does not answer" in sitting.drawn
    assert sitting.desk.failed  # type: ignore[attr-defined]


def test_leaving_while_one_waits_leaves_nothing_behind() -> None:
    """A sitting that is cancelled (Ctrl-C in a pipe) ends its thread and closes its line."""
    asked = threading.Event()
    left: list[bytes] = []

    def talk(peer: Peer) -> None:
        peer.say(GREETING)
        peer.hear()
        asked.set()
        left.append(peer.hear())

    def cancel(desk: OutDesk) -> None:
        inner = desk._out.listen

        async def listen() -> Any:
            if asked.is_set() or desk.outside.client.waiting:
                task = asyncio.current_task()
                assert task is not None
                asyncio.get_running_loop().call_soon(tasks[0].cancel)
            return await inner()

        async def remember() -> None:
            tasks.append(asyncio.current_task())

        desk._out.listen = listen  # type: ignore[method-assign]
        sit_ = desk.sit

        async def sitting(reader: Any) -> Any:
            await remember()
            return await sit_(reader)

        desk.sit = sitting  # type: ignore[method-assign]

    tasks: list[Any] = []
    with pytest.raises(asyncio.CancelledError):
        sit_at(talk, "NOOP", before=cancel)
    assert left == [b""]


# TLS


def secure(peer: Peer) -> None:
    """TLS from the first octet."""
    peer.secure()
    server(peer)


def stls(peer: Peer, *, behind: bytes = b"") -> None:
    """STLS, with octets in the clear behind its reply, and then a session inside."""
    peer.say(GREETING)
    while line := peer.hear():
        if line.upper() == b"STLS":
            break
        peer.say(b"+OK\r\n")
    peer.say(b"+OK begin\r\n" + behind)
    peer.secure()
    while line := peer.hear():
        peer.say(b"+OK inside\r\n")
        if line == b"QUIT":
            return


def test_tls_from_the_first_octet() -> None:
    """`:wire` has both levels, and a password may go, wherever the server is."""
    how = {"call": {"secure": True}, "remote": True}
    sitting = sit_at(secure, *LOGIN, ":wire", "QUIT", **how)
    assert "as anybody sees it" in sitting.drawn
    assert "inside, for the two ends alone" in sitting.drawn
    assert not sitting.desk.failed  # type: ignore[attr-defined]


def test_stls_first() -> None:
    """With `stls` it is said right behind the greeting, and nothing else in the clear."""
    sitting, lines = heard(stls, *LOGIN, "QUIT", stls=True, trust="a file", remote=True)
    assert lines == [b"STLS", b"USER mira", f"PASS {CANARY}".encode(), b"QUIT"]
    assert "The certificate is good for" in sitting.drawn
    assert sitting.lines.index("STLS") == sitting.lines.index("+OK begin") - 1


def test_stls_by_hand() -> None:
    """The handshake is held in its place; `:wire` shows it."""
    drawn = sit_at(stls, "NOOP", "STLS", ":wire", "NOOP", "QUIT").drawn
    assert "and behind it the handshake" in drawn
    assert "+OK inside" in drawn


def test_octets_in_the_clear_behind_stls_are_thrown_away() -> None:
    """Somebody between has put replies there: none of them is shown or believed."""
    talk = partial(stls, behind=b"+OK injected\r\n-ERR injected\r\n")
    drawn = sit_at(talk, "STLS", "NOOP", "QUIT", margin=OFF).drawn
    assert "injected" not in drawn
    assert drawn.count("+OK inside") == 2


@pytest.mark.parametrize("said", [b"-ERR no\r\n", b"+OK\r\n"], ids=["refused", "unable"])
def test_without_tls_behind_stls_nothing_else_goes(said: bytes) -> None:
    """STLS refused, or accepted by a server that then knows no TLS: the call is over."""

    def talk(peer: Peer) -> None:
        peer.say(GREETING)
        peer.hear()
        peer.say(said)
        if said == b"+OK\r\n":
            peer.say(b"no TLS here\r\n")
        while line := peer.hear():
            assert not line.startswith((b"USER", b"PASS", b"QUIT"))

    sitting, lines = heard(talk, *LOGIN, "QUIT", stls=True)
    assert lines[0] == b"STLS"
    assert sitting.messages == []
    assert sitting.desk.failed  # type: ignore[attr-defined]
    assert "refused STLS" in sitting.drawn or "TLS could not be had" in sitting.drawn


def test_an_unwelcoming_greeting_gets_no_stls() -> None:
    """-ERR as a greeting: nothing is sent."""
    sitting, lines = heard(lambda peer: (peer.say(b"-ERR full\r\n"), peer.hear()), stls=True)
    assert lines == []
    assert "no +OK" in sitting.drawn


def test_a_bad_certificate_behind_stls() -> None:
    """By the system's authorities the practice one is nobody: the call is over, in one notice."""
    sitting = sit_at(stls, "STLS", "NOOP", call={"name": "127.0.0.1"})
    assert "is not good" in sitting.drawn
    assert "+OK inside" not in sitting.drawn
    assert sitting.desk.failed  # type: ignore[attr-defined]


def test_a_tls_server_spoken_to_in_the_clear() -> None:
    """It answers with an alert: its octets are not drawn, and `--tls` is named."""

    def talk(peer: Peer) -> None:
        peer.line.recv(100)
        peer.say(b"\x15\x03\x01\x00\x02\x02\x46")

    sitting = sit_at(talk, "NOOP", before=lambda desk: setattr(desk.outside, "greeted", True))
    assert "`--tls`" in sitting.drawn or "--tls" in sitting.drawn
    assert "\\x15" not in sitting.drawn
    assert "^U" not in sitting.drawn


def test_a_line_under_tls_that_is_cut_off() -> None:
    """Without a close_notify octets may be missing, and that is said."""

    def talk(peer: Peer) -> None:
        peer.secure()
        peer.say(GREETING)
        peer.hear()
        peer.reset()

    sitting = sit_at(talk, "NOOP", call={"secure": True})
    assert "close_notify" in sitting.drawn
    assert sitting.desk.failed  # type: ignore[attr-defined]
