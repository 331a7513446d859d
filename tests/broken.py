"""Dialogues with servers that break a rule each, and their sound twins."""

from __future__ import annotations

from simulator.pop3 import Breach, Exchange, Pop3Client, Rule, Shown, examine

LOGIN = [("USER mrose", "+OK"), ("PASS secret", "+OK")]
CAPA = ("CAPA", "+OK\nTOP\nUIDL\n.")
LISTED = ("LIST", "+OK\n1 120\n2 200\n.")
NAMED = ("UIDL", "+OK\n1 aa\n2 bb\n.")
LETTER = "Subject: x\n\none\ntwo\nthree\n."


def heard(*dialogue: tuple[str | None, str], hello: str = "+OK ready") -> list[Exchange]:
    r"""What a client makes of these lines and replies; \n stands for CR LF, \l for LF alone."""
    client = Pop3Client()
    for line, reply in ((None, hello), *dialogue):
        if line is not None:
            client.send(line)
        octets = reply.encode("utf-8", "surrogateescape").replace(b"\n", b"\r\n")
        client.receive_data(octets.replace(b"\\l", b"\n") + b"\r\n")
    return client.exchanges()


def found(exchanges: list[Exchange]) -> list[tuple[Breach, ...]]:
    """The breaches of each, in the light of those before it."""
    shown, breaches = Shown(), []
    for exchange in exchanges:
        broken, shown = examine(exchange, shown)
        breaches.append(broken)
    return breaches


R = Rule
#: Rule, what came before, the line, the reply that breaks the rule, and one that does not.
CASES: list[tuple[Breach, list[tuple[str | None, str]], str | None, str, str]] = [
    (Breach(R.NO_INDICATOR), [], "NOOP", "220 ready", "-ERR"),
    (Breach(R.NO_INDICATOR), [], "USER a", "OK", "+OK"),
    (Breach(R.INDICATOR_CASE), [], "USER a", "+ok", "+OK"),
    (Breach(R.INDICATOR_CASE), [], "USER a", "-Err no", "-ERR no"),
    (Breach(R.INDICATOR_GLUED), [], "USER a", "+OKay", "+OK ay"),
    (Breach(R.INDICATOR_GLUED), [], "USER a", "-ERR:no", "-ERR :no"),
    (Breach(R.CHALLENGE_OUTSIDE), [], "USER a", "+ ", "+OK"),
    (Breach(R.UNASKED), [], None, "+OK", ""),
    (Breach(R.FAREWELL), [], None, "-ERR idle too long", ""),
    (Breach(R.WRONG_STATE), [], "STAT", "+OK 0 0", "-ERR"),
    (Breach(R.WRONG_STATE), LOGIN, "USER mrose", "+OK", "-ERR"),
    (Breach(R.WRONG_STATE), [], "RETR 1", "+OK\n.", "-ERR"),
    (Breach(R.MARKED_ACCEPTED, at=1), [*LOGIN, ("DELE 1", "+OK")], "RETR 1", "+OK\n.", "-ERR"),
    (Breach(R.MARKED_ACCEPTED, at=1), [*LOGIN, ("DELE 1", "+OK")], "LIST 1", "+OK 1 9", "-ERR"),
    (Breach(R.MARKED_TWICE, at=1), [*LOGIN, ("DELE 1", "+OK")], "DELE 1", "+OK", "-ERR"),
    (Breach(R.FLAW_ACCEPTED), LOGIN, "NOOP now", "+OK", "-ERR"),
    (Breach(R.FLAW_ACCEPTED), LOGIN, "DELE 1x", "+OK", "-ERR"),
    (Breach(R.FLAW_ACCEPTED), [], "AUTH CRAM-MD5 AAAA", "+ AAAA", "-ERR"),
    (Breach(R.RESPONSE_ACCEPTED), [("AUTH PLAIN", "+ ")], "?", "+OK", "-ERR"),
    (Breach(R.CANCEL_IGNORED), [("AUTH LOGIN", "+ ")], "*", "+ AAAA", "-ERR"),
    (Breach(R.REFUSED), LOGIN, "STAT", "-ERR not today", "-ERR [SYS/TEMP] later"),
    (Breach(R.REFUSED), LOGIN, "NOOP", "-ERR", "+OK"),
    (Breach(R.REFUSED), LOGIN, "RSET", "-ERR", "+OK"),
    (Breach(R.REFUSED), LOGIN, "LIST", "-ERR", "+OK\n."),
    (Breach(R.REFUSED), [], "QUIT", "-ERR", "+OK"),
    (Breach(R.DROP_LISTING), LOGIN, "STAT", "+OK two messages", "+OK 2 320"),
    (Breach(R.DROP_LISTING), LOGIN, "STAT", "+OK 2 0x20", "+OK 2 20"),
    (Breach(R.DROP_LISTING), LOGIN, "STAT", "+OK  2 320", "+OK 2 320"),
    (Breach(R.SCAN_LISTING, 1, 1), LOGIN, "LIST 1", "+OK 120", "+OK 1 120"),
    (Breach(R.SCAN_LISTING, 2, 2), LOGIN, "LIST", "+OK\n1 9\n2\n0 7\n.", "+OK\n1 9\n2 7\n."),
    (Breach(R.UNIQUE_ID_LISTING, 1, 1), LOGIN, "UIDL 1", "+OK u1", "+OK 1 u1"),
    (Breach(R.UNIQUE_ID_LISTING, 2, 1), LOGIN, "UIDL", "+OK\n1 a\n2 \n.", "+OK\n1 a\n2 b\n."),
    (Breach(R.OTHER_NUMBER, None, 1, 2), LOGIN, "LIST 2", "+OK 1 120", "+OK 2 120"),
    (Breach(R.OTHER_NUMBER, None, 1, 2), LOGIN, "UIDL 2", "+OK 1 a", "+OK 2 a"),
    (Breach(R.LISTED_TWICE, 1), LOGIN, "LIST", "+OK\n1 9\n1 9\n.", "+OK\n1 9\n2 9\n."),
    (Breach(R.LISTED_TWICE, 1), LOGIN, "UIDL", "+OK\n1 a\n2 b\n1 c\n.", "+OK\n1 a\n2 b\n3 c\n."),
    (Breach(R.MARKED_LISTED, 2, 1), [*LOGIN, ("DELE 2", "+OK")], "LIST", LISTED[1], "+OK\n1 9\n."),
    (Breach(R.MARKED_LISTED, 2, 1), [*LOGIN, ("DELE 2", "+OK")], "UIDL", NAMED[1], "+OK\n1 aa\n."),
    (
        Breach(R.COUNT_DIFFERS, None, 1, 2), [*LOGIN, ("STAT", "+OK 2 320")],
        "LIST", "+OK\n1 320\n.", LISTED[1],
    ),
    (
        Breach(R.COUNT_DIFFERS, None, 2, 1), [*LOGIN, LISTED, ("DELE 1", "+OK")],
        "STAT", "+OK 2 320", "+OK 1 200",
    ),
    (
        Breach(R.COUNT_DIFFERS, None, 3, 2), [*LOGIN, ("DELE 1", "+OK"), ("UIDL", "+OK\n2 b\n."),
        ("RSET", "+OK")], "UIDL", "+OK\n1 a\n2 b\n3 c\n.", "+OK\n1 a\n2 b\n.",
    ),
    (Breach(R.SIZE_CHANGED, 2, 99, 200), [*LOGIN, LISTED], "LIST 2", "+OK 2 99", "+OK 2 200"),
    (Breach(R.UNIQUE_ID_CHANGED, 2), [*LOGIN, NAMED], "UIDL", "+OK\n1 aa\n2 c\n.", NAMED[1]),
    (Breach(R.UNIQUE_ID_SHARED, 1, 2), [*LOGIN, LISTED], "UIDL", "+OK\n1 a\n2 a\n.", NAMED[1]),
    (
        Breach(R.UNIQUE_ID_SHARED, 1, 2), [*LOGIN, LISTED, ("UIDL 1", "+OK 1 a")],
        "UIDL 2", "+OK 2 a", "+OK 2 b",
    ),
    (Breach(R.UNIQUE_ID_LONG, 1, 71), LOGIN, "UIDL 1", f"+OK 1 {71 * 'a'}", f"+OK 1 {70 * 'a'}"),
    (Breach(R.UNIQUE_ID_OCTETS, 1), LOGIN, "UIDL 1", "+OK 1 a b", "+OK 1 a-b"),
    (Breach(R.UNIQUE_ID_OCTETS, 2), LOGIN, "UIDL", "+OK\n1 a\n2 \xe9\n.", "+OK\n1 a\n2 b\n."),
    (Breach(R.LF_LINES, None, 2), LOGIN, "LIST", "+OK\n1 9\\l2 9\\l.", "+OK\n1 9\n2 9\n."),
    (Breach(R.TOP_TOO_LONG, None, 3, 2), LOGIN, "TOP 1 2", f"+OK\n{LETTER}", "+OK\nA: b\n\na\nb\n."),
    (Breach(R.TOP_TOO_LONG, None, 1, 0), LOGIN, "TOP 1 0", "+OK\n\na\n.", "+OK\n\n."),
    (Breach(R.LONG_LINE, None, 513), [], "USER a", "+OK " + 507 * "x", "+OK " + 506 * "x"),
    (Breach(R.CONTROL, None, 2), [], "USER a", "+OK a\x1b[1m\x07", "+OK a[1m"),
    (Breach(R.NOT_ASCII, None, 2), [], "USER a", "+OK \xe9", "+OK e"),
    (Breach(R.CHALLENGE_GARBLED), [], "AUTH LOGIN", "+ Username:", "+ VXNlcm5hbWU6"),
    (Breach(R.CHALLENGE_UNSPACED), [], "AUTH PLAIN", "+", "+ "),
    (Breach(R.CAPABILITY_LONG, 2, 513), [], "CAPA", f"+OK\nTOP\nX {509 * 'x'}\n.",
     f"+OK\nTOP\nX {508 * 'x'}\n."),
    (Breach(R.CAPABILITY_FORM, 2), [], "CAPA", "+OK\nTOP\n\nUIDL\n.", "+OK\nTOP\nX-OWN ++\n."),
    (
        Breach(R.CAPABILITY_WITHDRAWN, None, 1, word="UIDL"), [CAPA, *LOGIN],
        "CAPA", "+OK\nTOP\n.", "+OK\nuidl\nTop\nIMPLEMENTATION x\n.",
    ),
    (Breach(R.CODE_UNANNOUNCED, word="IN-USE"), [CAPA], "USER a", "-ERR [IN-USE] a", "-ERR in use"),
    (Breach(R.AUGMENTED), LOGIN, "STAT", "+OK 2 320 octets", "+OK 2 320"),
    (Breach(R.AUGMENTED, 1), LOGIN, "LIST", "+OK\n1 9 new\n.", "+OK\n1 9\n."),
    (Breach(R.SENT_SIZE, 1, 31, 120), [*LOGIN, LISTED], "RETR 1", f"+OK\n{LETTER}",
     "+OK\n" + 118 * "x" + "\n."),
    (Breach(R.TOTALS_DIFFER, None, 9, 320), [*LOGIN, LISTED], "STAT", "+OK 2 9", "+OK 2 320"),
    (Breach(R.UNORDERED, 1), LOGIN, "LIST", "+OK\n2 9\n1 9\n.", "+OK\n1 9\n2 9\n."),
    (Breach(R.TAG_TWICE, word="SASL"), [], "CAPA", "+OK\nSASL A\nSASL B\n.", "+OK\nSASL A B\n."),
    (Breach(R.NUL, None, 1), LOGIN, "RETR 1", "+OK\na\0b\n.", "+OK\nab\n."),
    (Breach(R.BARE_LF, None, 1), LOGIN, "RETR 1", "+OK\na\\lb\n.", "+OK\na\nb\n."),
    (Breach(R.BARE_CR, None, 1), LOGIN, "RETR 1", "+OK\na\rb\n.", "+OK\na\nb\n."),
]  # fmt: skip
