"""Options of mailutils: mail that expires once it was read, listings with lines, time from QUIT."""

from __future__ import annotations

import pytest
from chairs import letters, personality

from simulator.mailroom import Accounts, Keeping
from simulator.pop3 import Office, Pop3Server

_DAY = 86400


class Store:
    """A store, and one call after the other to its server at times of one's own."""

    def __init__(self, **policy: object) -> None:
        self.manner = personality(**policy)
        self.accounts = Accounts([letters()], Keeping(self.manner.policy))
        self.now = 0.0

    def call(self, *lines: str, quits_after: float | None = 0.0) -> str:
        """What came back behind the login. None: the line is dropped."""
        server = Pop3Server(
            Office(self.manner, self.accounts, "host", "<1@host>", lambda: self.now, "nonce")
        )
        for line in ("USER mrose", "PASS secret", *lines):
            server.receive_data(line.encode() + b"\r\n")
        if quits_after is None:
            server.receive_eof()
        else:
            self.now += quits_after
            server.receive_data(b"QUIT\r\n")
        return b"".join(map(bytes, server.data_to_send())).decode()

    def left(self) -> list[str]:
        """The labels of what is on disk."""
        return [item.label for item in self.accounts.snapshot("mrose").items if item.on_disk]


def test_mail_may_go_so_many_days_after_it_was_read() -> None:
    """The days count from the QUIT behind RETR or TOP; who looks again changes nothing of it."""
    store = Store(expire="7", expire_from="reading")
    store.now = 30 * _DAY  # what nobody has read stays
    store.call("RETR 1", "TOP 2 0")
    for days, left in ((6.9, ["m1", "m2", "m3"]), (7, ["m3"])):
        store.now = (30 + days) * _DAY
        store.call("TOP 1 0", "NOOP")
        assert store.left() == left


def test_what_is_read_on_a_line_that_is_cut_is_not_noted() -> None:
    """Only QUIT writes the header, in front of what the store keeps in the mail itself."""
    store = Store(expire="7", expire_from="reading", status_headers=True, unique_ids="id-{uid}")
    store.call("RETR 1", quits_after=None)
    assert "X-Expire-Timestamp" not in store.call("TOP 1 0")
    headers = store.call("TOP 1 0")
    assert headers.index("X-Expire-Timestamp: 17") < headers.index("X-IMAPbase")
    assert headers.count("X-Expire-Timestamp") == headers.count("X-UID") == 1


@pytest.mark.parametrize(
    ("how", "left"), [("reading", ["m3"]), ("reading-noted", ["m1", "m2", "m3"])]
)
def test_mail_that_is_kept_no_day_goes_with_the_quit(how: str, left: list[str]) -> None:
    """EXPIRE 0 means what TOP has sent, too; but where the server only notes it."""
    store = Store(expire="0", expire_from=how)
    store.call("RETR 1", "TOP 2 0", "DELE 3", "RSET")
    assert store.left() == left


def test_a_scan_listing_may_tell_the_lines() -> None:
    """A third figure behind the octets, of one message and of all that are not marked."""
    store = Store(list_lines=True)
    counts = [message.wire().count(b"\r\n") for message in letters().messages]
    sizes = [message.octets for message in letters().messages]
    said = store.call("LIST 2", "DELE 1", "LIST")
    assert f"+OK 2 {sizes[1]} {counts[1]}\r\n" in said
    assert f"\r\n2 {sizes[1]} {counts[1]}\r\n3 {sizes[2]} {counts[2]}\r\n.\r\n" in said
    assert f"1 {sizes[0]} " not in said


def test_the_time_between_logins_may_count_from_a_quit() -> None:
    """mailutils writes the time down when QUIT comes; a line that is cut leaves none."""
    store = Store(login_delay=300, login_delay_after="quit")
    assert "LOGIN-DELAY" not in store.call(quits_after=None)
    assert "LOGIN-DELAY" not in store.call(quits_after=200)
    store.now = 499
    assert "LOGIN-DELAY" in store.call()
    store.now = 500
    assert "LOGIN-DELAY" not in store.call()


def test_a_reply_that_is_fixed_may_want_tls_too() -> None:
    """mailutils has no AUTH, and before a TLS that is required it does not even say that."""
    fixed = {"authorization.AUTH": "-ERR Not implemented"}
    wants = {"cleartext_login": False, "needs_tls": frozenset({"AUTH *"}), "mechanisms": ()}
    said = Store(fixed=fixed, **wants).call("AUTH")
    assert "Not implemented" not in said
    assert "Not implemented" in Store(fixed=fixed, cleartext_login=False, mechanisms=()).call(
        "AUTH"
    )
