"""What one connection may cost in memory (measured in process, so that it is exact)."""

from __future__ import annotations

import tracemalloc

from simulator.hosts.service import guarded
from simulator.mailroom import Accounts, Mailbox, make_message
from simulator.pop3 import Office, Personality, Pop3Server

MOST = 256 * 1024


def test_commands_behind_replies_that_are_not_read_cost_at_most_256_kib() -> None:
    """One read of 64 KiB of commands, whose replies nobody takes."""
    message = make_message("m", {"Subject": "Copies"}, "forty pages\n" * 700)
    box = Mailbox(
        name="box", owner="mira", full_name="", password="k", secret="k", about="", messages=(message,)
    )  # fmt: skip
    server = Pop3Server(Office(guarded(Personality("plain", "")), Accounts([box])))
    server.receive_data(b"USER mira\r\nPASS k\r\n")
    server.data_to_send()
    tracemalloc.start()
    try:
        server.receive_data((b"RETR 1\r\n" + b"NOOP\r\n" * 5) * (65536 // 38))
        replies = server.data_to_send()
        cost, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert replies
    assert cost < MOST
