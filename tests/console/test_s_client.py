"""openssl, nc and telnet at the desk: what each prints and keeps, and what the tutor says of it."""

from __future__ import annotations

import re
import ssl

import pytest
from desks import EOF, ESCAPE, LOGIN, sit

from simulator.console.desk import Outcome
from simulator.console.s_client import key_exchange
from simulator.console.theme import coloured
from simulator.teaching import Margin

OFF = Margin.OFF
HOST = "mail.example.test"
S_CLIENT = f"openssl s_client -connect {HOST}:995 -crlf"
STLS = f"openssl s_client -connect {HOST}:110 -crlf -starttls pop3"
TRAPPED = (f"{S_CLIENT} -brief", "user mira", "pass kettle42", "dele 1")


def flat(text: str) -> str:
    """Text without its line breaks."""
    return " ".join(text.split())


def test_the_report_is_laid_out_as_openssl_3_0_has_it() -> None:
    """Line by line, but for the octets of the certificate, its dates and the counts."""
    lines = sit(S_CLIENT, margin=OFF).lines
    start, stop = (lines.index(f"-----{edge} CERTIFICATE-----") for edge in ("BEGIN", "END"))
    own = f"O = Port110 practice, OU = simulated hosts, CN = {HOST}"
    authority = "O = Port110 practice, CN = For practice only: no real program must ever trust this"
    dates = r"   v:NotBefore: \w{3} [ 1-3]\d \d\d:\d\d:\d\d \d{4} GMT; NotAfter: .* GMT"
    assert lines[: start - 4] == [
        f"$ {S_CLIENT}", "CONNECTED(00000003)", f"depth=1 {authority}", "verify return:1",
        f"depth=0 {own}", "verify return:1", "---", "Certificate chain", f" 0 s:{own}",
        f"   i:{authority}",
    ]  # fmt: skip
    assert lines[start - 4].startswith("   a:PKEY: id-ecPublicKey, 256 (bit); sigalg: ecdsa-with-")
    assert re.fullmatch(dates, lines[start - 3])
    assert lines[start - 2 : start] == ["---", "Server certificate"]
    assert lines[stop + 1 : stop + 6] == [
        f"subject={own}", f"issuer={authority}", "---", "No client certificate CA names sent",
        "Peer signing digest: SHA256",
    ]  # fmt: skip
    assert any(
        re.fullmatch(r"SSL handshake has read \d{3,4} bytes and written \d{3} bytes", line)
        for line in lines
    )
    assert "Server Temp Key: X25519, 253 bits" in lines
    end = lines.index("Verify return code: 0 (ok)")
    assert lines[end + 1 : end + 3] == ["---", "read R BLOCK"]
    assert lines[end + 3].startswith("+OK Post office ready")


def test_the_certificate_is_the_one_that_was_sent() -> None:
    """The PEM block can be read, and names the host."""
    sitting = sit(S_CLIENT, margin=OFF)
    pem = sitting.drawn[sitting.drawn.index("-----BEGIN") :]
    pem = pem[: pem.index("-----END CERTIFICATE-----") + 25] + "\n"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=pem)
    assert HOST.encode() in ssl.PEM_cert_to_DER_cert(pem)


def test_what_is_left_out_of_the_report() -> None:
    """-quiet leaves the check alone; -brief has a short report; -showcerts moves the PEM block."""
    quiet = sit(f"{S_CLIENT} -quiet", margin=OFF).lines
    assert [line.partition(" ")[0] for line in quiet[1:6]] == [
        "depth=1", "verify", "depth=0", "verify", "+OK",
    ]  # fmt: skip
    brief = sit(f"{S_CLIENT} -brief", margin=OFF).lines
    assert brief[1:3] == ["CONNECTION ESTABLISHED", "Protocol version: TLSv1.3"]
    assert "Verification: OK" in brief
    shown = sit(f"{S_CLIENT} -showcerts", margin=OFF).lines
    assert shown.index("-----BEGIN CERTIFICATE-----") < shown.index("Server certificate")
    assert sum("BEGIN" in line for line in shown) == 1


def test_an_older_tls() -> None:
    """-tls1_2 is held to, and reported as openssl reports it."""
    lines = sit(f"{S_CLIENT} -tls1_2", margin=OFF).lines
    assert any(line.startswith("New, TLSv1.2, Cipher is ECDHE-ECDSA-") for line in lines)
    assert "Secure Renegotiation IS supported" in lines
    assert "    Protocol  : TLSv1.2" in lines
    assert "Server Temp Key: X25519, 253 bits" in lines
    assert "read R BLOCK" not in lines


@pytest.mark.parametrize(
    "octets",
    [b"", b"+OK\r\n", b"\x16", b"\x16\x03", b"\x16\x03\x03\x00\x04\x02\x00\x00\x20",
     b"\x16\x03\x03\x00\x26\x02\x00\x00\x22" + bytes(34),
     b"\x16\x03\x03\x00\x27\x02\x00\x00\x23" + bytes(34) + b"\xff",
     b"\x16\x03\x03\x00\x05\x0c\x00\x00\x01\x03"],
)  # fmt: skip
def test_octets_that_are_no_handshake_name_no_group(octets: bytes) -> None:
    """Whatever was cut off or garbled."""
    assert key_exchange(octets) == ""


def test_the_tutor_says_once_what_matters_in_the_report() -> None:
    """Names, issuer, version, verify code, and how to be rid of it; not with -quiet, not twice."""
    sitting = sit(S_CLIENT, "quit", S_CLIENT, "quit", f"{S_CLIENT} -quiet", columns=200)
    said = flat(sitting.drawn)
    assert said.count("Three lines of this matter.") == 1
    for word in ("subject", "issuer", "Verify return code: 0 (ok)", "TLSv1.3", "-quiet"):
        assert word in said.partition("Three lines")[2]
    assert "Three lines" not in sit(f"{S_CLIENT} -quiet").drawn
    assert "Three lines" not in sit(S_CLIENT, margin=OFF).drawn


# The line while it stands


def test_r_ends_the_call_and_q_too() -> None:
    """Neither is sent; what was marked is not removed, and the tutor says what to type instead."""
    for line, words, letter in (
        ("RETR 1", ["RENEGOTIATING", "error:0A00010A:SSL routines:can_renegotiate"], "retr"),
        ("QUIT", ["DONE"], "quit"),
        ("RSET", ["RENEGOTIATING"], "rset"),
    ):
        sitting = sit(*TRAPPED, line, *LOGIN, "STAT")
        for word in words:
            assert word in sitting.drawn
        assert f"Type {letter} in small letters" in flat(sitting.drawn)
        assert "no QUIT, no UPDATE" in flat(sitting.drawn)
        assert "+OK 3 2206" in sitting.lines
        assert sitting.drawn.count("closed\n") == 0


def test_the_trap_in_tls_1_2() -> None:
    """There the server refuses to negotiate anew, and openssl gives up as well."""
    drawn = sit(f"{S_CLIENT} -brief -tls1_2", "RETR 1").drawn
    assert "error:0A000153:SSL routines:ssl3_read_bytes:no renegotiation" in drawn
    assert "the server refuses that" in flat(drawn)


def test_a_trap_can_be_taken_back() -> None:
    """`:undo` stands before the line, with the marks."""
    drawn = sit(*TRAPPED, "QUIT", ":undo", "stat", "quit", *LOGIN, "STAT").drawn
    assert "Taken back: QUIT" in drawn
    assert drawn.count("+OK 2 1322") == 2


def test_k_is_kept_from_the_server() -> None:
    """It changes keys; the call goes on."""
    sitting = sit(f"{S_CLIENT} -brief", "Keep", "capa", margin=OFF)
    assert sitting.lines[sitting.lines.index("Keep") + 1] == "KEYUPDATE"
    assert "+OK capability list follows" in sitting.lines


@pytest.mark.parametrize("option", ["-quiet", "-ign_eof", "-nocommands"])
def test_no_orders_no_traps(option: str) -> None:
    """With these every line is sent."""
    sitting = sit(f"{S_CLIENT} {option}", "USER mira", "PASS kettle42", "RETR 1", "QUIT")
    assert "+OK 884 octets" in sitting.lines
    assert "signing off" in sitting.drawn


def test_secrets_are_not_named_by_a_trap() -> None:
    """A base64 answer may begin with Q or R; the notice does not quote it."""
    answer = "Qm9iAGtldHRsZTQy"
    drawn = sit(f"{S_CLIENT} -brief", "AUTH PLAIN", answer).drawn
    assert answer not in flat(drawn.partition("DONE")[2])
    assert answer.lower() not in flat(drawn)


@pytest.mark.parametrize(
    ("command", "option"), [(f"nc {HOST} 110", "-C"), (S_CLIENT.replace(" -crlf", ""), "-crlf")]
)
def test_lf_alone(command: str, option: str) -> None:
    """A server true to the RFC refuses it; the tutor names the option, once."""
    sitting = sit(command, "user mira", "user mira")
    assert sitting.lines.count("-ERR a line ends in CR LF, yours in LF alone") == 2
    assert flat(sitting.drawn).count(f"call again with {option}.") == 1


def test_lenient_servers_take_lf_alone() -> None:
    """Most do, which is why nobody notices."""
    assert "+OK rewt selected" in sit("nc pop.eo.lu 110", "USER rewt").drawn


# How calls end


@pytest.mark.parametrize(
    ("command", "closed", "left"),
    [
        (f"telnet {HOST} 110", "Connection closed by foreign host.", "Connection closed."),
        (f"nc -C {HOST} 110", "", ""),
        (S_CLIENT, "closed", "DONE"),
        (f"{S_CLIENT} -brief", "", "DONE"),
    ],
)
def test_the_last_words_of_each_program(command: str, closed: str, left: str) -> None:
    """When the server closes the line, and when the learner does."""
    goodbye = f"+OK {HOST} closes the line; nobody was logged in"
    assert sit(command, "quit", margin=OFF).lines[-1] == (closed or goodbye)
    last = sit(command, EOF, margin=OFF).lines[-1]
    assert last == left if left else last.startswith("+OK Post office")
    assert sit(command, ":quit").outcome is Outcome.LEFT


def test_the_escape_is_telnets_own() -> None:
    """In openssl and nc Ctrl-] does nothing, and a word says so."""
    for command, name in ((f"{S_CLIENT} -brief", "openssl"), (f"nc {HOST} 110", "nc")):
        sitting = sit(command, ESCAPE, "quit")
        assert "telnet> " not in sitting.messages
        assert f"To {name} it is one more octet" in flat(sitting.drawn)
    assert "octet of the line" not in sit(f"nc {HOST} 110", ESCAPE, margin=OFF).drawn


def test_jobs_name_the_program() -> None:
    """The command line as it was typed, while another program is in front."""
    lines = sit(f"telnet {HOST} pop3", ESCAPE, "z", f"{S_CLIENT} -quiet", "quit", "jobs", "fg",
                "noop", margin=OFF).lines  # fmt: skip
    assert f"[1]+  Stopped   telnet {HOST} pop3" in lines
    assert f"telnet {HOST} pop3" in lines
    assert "-ERR NOOP is not valid in this state" in lines


# STLS


def test_starttls_by_openssl() -> None:
    """openssl keeps the exchanges, but for the greeting, cut as it cuts it; the tutor tells."""
    lines = sit(STLS, "capa", margin=OFF).lines
    assert "Server Temp Key: X25519, 253 bits" in lines
    at = lines.index("read R BLOCK")
    greeting = "+OK Post office ready <1896.697170952@mail.example.test>"
    assert lines[at + 1] == greeting[: len("+OK begin TLS negotiation\r\n")]
    assert lines[at + 2] == "capa"
    assert "STLS" not in lines
    drawn = flat(sit(STLS).drawn)
    assert "said STLS for you" in drawn
    assert "+OK begin TLS negotiation" in drawn
    assert "RFC 2595 §4" in drawn


def test_what_stls_counts() -> None:
    """Before and after, the view of the session is the same as over a port with TLS."""
    sitting = sit(STLS, "user mira", "pass kettle42", "stat", "quit", margin=OFF)
    assert "+OK 3 2206" in sitting.lines
    assert sitting.lines[-1] == "closed"


@pytest.mark.parametrize(("name", "options"), [("telnet", ""), ("nc", "-C ")])
def test_stls_where_a_real_program_would_be_stuck(name: str, options: str) -> None:
    """Port110 holds the handshake, and says once that it does."""
    call = f"{name} {options}{HOST} 110"
    sitting = sit(call, "stls", "user mira", "pass kettle42", "quit", call, "stls")
    assert "+OK begin TLS negotiation" in sitting.lines
    assert any("maildrop has 3 messages" in line for line in sitting.lines)
    assert flat(sitting.drawn).count(f"A real {name} is stuck here") == 1


def test_a_handshake_that_fails_behind_stls() -> None:
    """The line is down, in the program's words, and a notice says why."""
    drawn = sit(f"telnet {HOST} 110", ":fault tls-garbled", "STLS").drawn
    assert "Connection closed by foreign host." in drawn
    assert "the handshake failed: unexpected message" in flat(drawn)


def test_stls_that_is_refused_to_openssl() -> None:
    """It does not read the answer; the tutor does."""
    sitting = sit("openssl s_client -connect pop.eo.lu:110 -starttls pop3")
    assert "wrong version number" in sitting.drawn
    assert "no peer certificate available" in sitting.lines
    assert "-ERR Unknown command." in sitting.drawn
    assert sitting.messages[-1] == "$ "
    assert sitting.drawn.count("closed\n") == 0
    assert "telnet pop.eo.lu 110 reaches it in the clear" in flat(sitting.drawn)


# No call


@pytest.mark.parametrize(
    ("command", "printed", "advice"),
    [
        (f"openssl s_client -connect {HOST}:110", "error:0A00010B:SSL routines:ssl3_get_record",
         "-starttls pop3"),
        ("openssl s_client -connect pop.eo.lu:110", "no peer certificate available",
         "telnet pop.eo.lu 110"),
        (f"openssl s_client -connect {HOST}:995 -starttls pop3", "CONNECTED(00000003)",
         "Leave -starttls pop3 out"),
        (f"openssl s_client -connect {HOST}:111", "connect:errno=111", f"{HOST}:995"),
        ("openssl s_client -connect mail.exmaple.test:995", "Name or service not known",
         f"Did you mean {HOST}?"),
        (f"openssl s_client -connect {HOST}", "connect:errno=111", "calls port 4433"),
        ("openssl s_client", "connect:errno", "Without -connect HOST:995"),
        (f"telnet {HOST}", "Unable to connect", "calls port 23"),
        ("telnet mail.exmaple.test 110", "could not resolve", f"Did you mean {HOST}?"),
        (f"telnet {HOST}:110", "could not resolve", f"telnet {HOST} 110"),
        ("telnet pop.gmail.com", "Connection refused", "-connect pop.gmail.com:995"),
        (f"nc -v {HOST} 111", "port 111 (tcp) failed: Connection refused", f"telnet {HOST} 110"),
        (f"nc {HOST} 111", "", "only with -v"),
        ("nc no.such.host 110", 'nc: getaddrinfo for host "no.such.host" port 110', "hosts lists"),
    ],
)  # fmt: skip
def test_a_call_that_does_not_come_about(command: str, printed: str, advice: str) -> None:
    """The program's own words, then the tutor's, and the shell again; no advice without margin."""
    full, off = sit(command), sit(command, margin=OFF)
    assert printed in full.drawn
    assert advice in flat(full.drawn)
    assert full.messages == ["$ ", "$ "]
    assert printed in off.drawn
    assert not any(line.startswith("  ") for line in off.lines)


def test_telnet_on_a_port_with_tls() -> None:
    """Silence, which a notice explains; the next line makes the server hang up."""
    sitting = sit(f"telnet {HOST} 995", "user mira")
    assert sitting.messages == ["$ ", "", "$ "]
    at = sitting.lines.index("Escape character is '^]'.")
    assert "Nothing comes." in sitting.lines[at + 1]
    assert "Connection closed by foreign host." in sitting.lines
    assert "in the clear" in sitting.drawn.partition("foreign host.")[2]


def test_nc_says_what_it_is_asked_to() -> None:
    """Nothing by itself, one line with -v."""
    assert sit(f"nc {HOST} 110", margin=OFF).lines[1].startswith("+OK")
    assert sit(f"nc -v {HOST} pop3", margin=OFF).lines[1] == (
        f"Connection to {HOST} (192.0.2.110) 110 port [tcp/pop3] succeeded!"
    )


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_nothing_of_a_stranger_reaches_the_terminal_raw(columns: int) -> None:
    """What is typed into command lines is shown, and runs nothing."""
    moves = ("openssl s_client -connect \x1b[2J:995", "nc \x1b]0;x\x07 110", "openssl s_client -\x9b",
             f"{S_CLIENT} -brief", "Q\x1b[2J")  # fmt: skip
    drawn = re.sub(r"\x1b\[[0-9;]*m", "", sit(*moves, look=coloured(), columns=columns).drawn)
    assert all(character.isprintable() or character == "\n" for character in drawn)


@pytest.mark.parametrize("order", ["QUIT", "RETR 1", "K"])
def test_an_order_draws_no_reply_again(order: str) -> None:
    """Nothing was sent, so nothing has come: the reply before it stands once."""
    drawn = sit(
        "openssl s_client -connect mail.example.test:995 -crlf", "USER mira", "PASS kettle42",
        "retr 2", order,
    ).drawn  # fmt: skip
    assert drawn.count("+OK 614 octets") == 1
