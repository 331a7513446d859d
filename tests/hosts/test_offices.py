"""What is made anew for each session: stamps, ids, and what an address has tried before."""

from __future__ import annotations

from dataclasses import replace

from chairs import letters, personality
from dialling import BY_NAME, MAIL, sample

from simulator.hosts import Host, Network, Stage
from simulator.hosts.offices import ADDRESSES, Penalties
from simulator.hosts.service import Service
from simulator.link import Peer
from simulator.mailroom import Accounts
from simulator.pop3 import Personality

SHAPE = {
    "timestamp": "<{pid:x}.{number:x}.{epoch:x}.{base64}@{host}>",
    "session_id": "n{number}-{chance}",
}


def manner(**policy: object) -> Personality:
    """The plain server, which says its session's id at the login."""
    plain = personality(**policy)
    return replace(plain, wording={**plain.wording, "pass": "{session_id} {peer}"})


def network(one: Personality) -> Network:
    """One host, with nina's mail."""
    host: Host = BY_NAME[MAIL]
    return Network([replace(host, personality=one)], sample)


def greetings(one: Personality, calls: int = 3) -> list[str]:
    """What the host says first, call by call."""
    stage = Stage(network(one))
    said = []
    for _ in range(calls):
        (came,) = stage.dial(MAIL)
        said.append(came.reply.text)
        stage.hang_up()
    return said


def test_a_timestamp_has_the_shape_that_the_policy_gives() -> None:
    """The connection is counted, and each call has another; the whole is the same in each run."""
    said = greetings(manner(**SHAPE))
    assert said[0].startswith("POP3 server ready <768.1.298dfc08.")
    assert [each.split(".")[1] for each in said] == ["1", "2", "3"]
    assert len(set(said)) == 3
    assert greetings(manner(**SHAPE)) == said


def test_without_a_shape_it_is_a_process_and_a_clock() -> None:
    """As ever, in the same order."""
    assert greetings(manner(), 2) == [
        f"POP3 server ready <1896.697170952@{MAIL}>", f"POP3 server ready <1897.697171012@{MAIL}>",
    ]  # fmt: skip


def service(one: Personality, *, now: float = 0.0) -> Service:
    accounts = Accounts([letters()])
    return Service(one, accounts, "host", clock=lambda: now, calendar=lambda: 1795228560.5)


def test_on_a_real_port_time_is_the_calendars_and_chance_is_chance() -> None:
    """Two services with the same clock do not say the same."""
    one = manner(timestamp="<{epoch}.{number}.{chance}@{host}>")
    said = [b"".join(service(one).engine(Peer(4, "192.0.2.9", 0, secure=False)).data_to_send())
            for _ in range(2)]  # fmt: skip
    assert all(each.startswith(b"+OK POP3 server ready <1795228560.4.") for each in said)
    assert said[0] != said[1]


def login(one: Service, address: str, password: bytes) -> tuple[float, bytes]:
    """How late the reply to PASS is, and what it is."""
    engine = one.engine(Peer(1, address, 0, secure=False))
    engine.data_to_send()
    engine.receive_data(b"USER mrose\r\nPASS " + password + b"\r\n")
    said = b"".join(engine.data_to_send()).split(b"\r\n")[-2]
    return engine.delay(), said


def test_an_address_waits_for_what_it_has_tried_and_another_does_not() -> None:
    """From one session to the next, until a login is right."""
    one = service(manner(login_penalty=(4, 8), lock=False))
    here, there = "192.0.2.9", "192.0.2.10"
    assert [login(one, here, each)[0] for each in (b"a", b"b", b"c")] == [0, 4, 8]
    assert login(one, there, b"secret")[0] == 0
    assert [login(one, here, b"secret")[0] for _ in range(2)] == [8, 0]


def test_a_reply_can_quote_who_calls() -> None:
    """The peer's address, and the session's id where there is a shape for it."""
    one = service(manner(session_id="n{number}"))
    assert login(one, "192.0.2.9", b"secret")[1] == b"+OK n1 192.0.2.9"


def test_the_memory_of_addresses_is_bounded() -> None:
    """The one that has called longest ago is forgotten first."""
    kept = Penalties()
    first, second = kept.of("first"), kept.of("second")
    kept.of("first")
    for number in range(ADDRESSES - 1):
        kept.of(str(number))
    assert kept.of("first") is first
    assert kept.of("second") is not second


def test_a_refused_login_that_is_taken_back_does_not_count() -> None:
    """`:undo` puts the network back, and what an address has tried with it."""
    stage = Stage(network(manner(login_penalty=(4, 8))))
    stage.dial(MAIL)
    stage.say("USER nina")
    before = stage.state()
    stage.say("PASS wrong")
    stage.restore(before)
    stage.say("PASS wrong")
    assert stage.delay == 0
    stage.say("USER nina")
    stage.say("PASS wrong again")
    assert stage.delay == 4
