"""How servers hold AUTH's dialogue where they differ: each field of policy_auth, by its replies."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from dataclasses import replace

import pytest
from chairs import letters, personality

from simulator.mailroom import Accounts
from simulator.pop3 import Office, Pop3Server, Reading
from simulator.pop3.digest_md5 import digest_md5
from simulator.pop3.mechanisms import STANDARD, Attempt, Challenge, Proven
from simulator.pop3.policy_auth import AuthPolicy
from simulator.pop3.responses import Unread, as_given, handed_on, read_response
from simulator.pop3.scram_form import scram_formed
from simulator.pop3.stamps import Origin

RIGHT = b64encode(b"\0mrose\0secret").decode()
WORDS = {
    "auth.bad-credentials": "wrong",
    "auth.bad-credentials.malformed": "malformed",
    "auth.bad-credentials.parts": "parts",
    "auth.bad-credentials.nameless": "nameless",
    "auth.bad-credentials.unparted": "unparted",
    "auth.bad-argument": "no base64",
    "auth.bad-argument.unended": "left over",
    "auth.bad-argument.cancelled": "cancelled",
    "auth.surplus-argument": "surplus",
    "unknown-mechanism": "no such mechanism",
}
LENIENT = Reading(words="rest", nul="cuts")


def base64(text: str) -> str:
    return b64encode(text.encode()).decode()


class Line:
    """One connection to a server with a policy of one's own, and what comes back."""

    def __init__(self, **policy: object) -> None:
        given = {"mechanisms": ("PLAIN", "LOGIN", "CRAM-MD5"), "reading": LENIENT, **policy}
        plain = personality(**given)
        server = replace(plain, wording={**plain.wording, "auth": "in", **WORDS})
        mechanisms = {**STANDARD, "DIGEST-MD5": digest_md5}
        origin = Origin(7, 1_000_000_000, 1, "seed")
        self.server = Pop3Server(
            Office(server, Accounts([letters()]), "host", "<1@host>", float, "nonce", mechanisms,
                   origin=origin)
        )  # fmt: skip
        self.taken()

    def taken(self) -> str:
        return b"".join(map(bytes, self.server.data_to_send())).decode().replace("\r\n", "|")

    def say(self, *lines: str) -> list[str]:
        """The reply to each line, without its line end."""
        found = []
        for line in lines:
            self.server.receive_data(line.encode("latin-1") + b"\r\n")
            found.append(self.taken().removesuffix("|"))
        return found

    def last(self, *lines: str) -> str:
        """The last reply."""
        return self.say(*lines)[-1]


@pytest.mark.parametrize(
    ("text", "strict", "loose", "groups"),
    [
        ("QUJD", b"ABC", b"ABC", b"ABC"),
        ("QUI=", b"AB", b"AB", b"AB"),
        ("", b"", b"", b""),
        ("QUI=!", Unread.ALPHABET, b"AB", Unread.ALPHABET),
        ("QUJD  ", Unread.ALPHABET, b"ABC", Unread.UNENDED),
        ("QUJD!!!", Unread.ALPHABET, Unread.ALPHABET, Unread.UNENDED),
        ("QUJ", Unread.BAD, Unread.BAD, Unread.UNENDED),
        (" QUJD", Unread.ALPHABET, Unread.ALPHABET, Unread.ALPHABET),
        ("!!!", Unread.ALPHABET, Unread.ALPHABET, Unread.UNENDED),
        ("!!!!", Unread.ALPHABET, Unread.ALPHABET, Unread.ALPHABET),
        ("QQ==QUJD", Unread.BAD, Unread.BAD, Unread.BAD),
        ("QQ==Q", Unread.BAD, Unread.BAD, Unread.BAD),
        ("QR==", Unread.BAD, b"A", b"A"),  # bits that are left over
        ("=", Unread.BAD, Unread.BAD, Unread.UNENDED),
    ],
)  # fmt: skip
def test_base64_is_read_by_the_policy(
    text: str, strict: object, loose: object, groups: object
) -> None:
    """RFC 4648 section 4 as it stands, with up to two octets behind it, or four by four."""
    for how, wanted in (("strict", strict), ("loose-end", loose), ("groups", groups)):
        assert read_response(AuthPolicy(base64=how), text) == wanted, how  # type: ignore[arg-type]


def test_what_a_mechanism_is_given_is_cut_lowered_or_robbed_of_whom_to_act_for() -> None:
    """Courier ends a name or password at NUL, takes digits in any case, and asks for no authzid."""
    odd = AuthPolicy(secret_ends_at="\0", authzid_ignored=True, cram_in_any_case=True)
    assert as_given(odd, "PLAIN", b"bob\0mrose\0secret") == b"\0mrose\0secret"
    assert as_given(odd, "PLAIN", b"mrose") == b"mrose"
    assert as_given(odd, "LOGIN", b"secret\0more") == b"secret"
    assert as_given(odd, "CRAM-MD5", b"MRose\0x ABCDEF\0x") == b"MRose abcdef"
    front = AuthPolicy(cram_front=True)
    assert as_given(front, "CRAM-MD5", b"mrose " + b"a" * 32 + b"x\n") == b"mrose " + b"a" * 32
    assert as_given(AuthPolicy(), "PLAIN", b"bob\0mrose\nx\0s") == b"bob\0mrose\nx\0s"


def test_a_name_and_a_password_may_be_handed_on_as_lines() -> None:
    """Courier: a line end in the name begins the password, and empty lines are passed over."""
    odd = AuthPolicy(secrets_parted_by="\n")
    given = {
        (b"mrose", b"secret\n"): (b"mrose", b"secret"),
        (b"mrose\nsecret", b"x"): (b"mrose", b"secret"),
        (b"\nmrose\n\n", b"secret"): (b"mrose", b"secret"),
        (b"", b"mrose"): (b"mrose", b""),
        (b"", b"\n"): (b"", b""),
    }
    for pair, wanted in given.items():
        assert handed_on(odd, *pair) == wanted, pair
        assert handed_on(AuthPolicy(), *pair) == pair
    assert as_given(odd, "PLAIN", b"bob\0mrose\nx\0secret") == b"bob\0mrose\0x"
    line = Line(secrets_parted_by="\n")
    name, password = (b64encode(each).decode() for each in (b"mrose\nsecret", b"wrong"))
    assert line.say("AUTH LOGIN", name, password)[-1].startswith("+OK")


def test_plus_behind_a_mechanism_may_be_passed_over() -> None:
    """Cyrus takes PLAIN-PLUS for PLAIN; in RFC 5802 section 6 such a name asks for a binding."""
    line = Line(plus_ignored=True)
    assert line.last(f"AUTH plain-plus {RIGHT}").startswith("+OK")
    for unknown in ("AUTH PLAIN-PLUS-PLUS", "AUTH -PLUS", "AUTH PLAINX"):
        assert Line(plus_ignored=True).last(unknown) == "-ERR no such mechanism"
    assert Line().last(f"AUTH PLAIN-PLUS {RIGHT}") == "-ERR no such mechanism"


def test_an_initial_response_may_not_be_looked_at() -> None:
    """Cyrus, DIGEST-MD5: it is read for its base64, and then the challenge comes as ever."""
    offered = {"mechanisms": ("DIGEST-MD5",)}
    line = Line(initial_ignored=frozenset({"DIGEST-MD5"}), **offered)
    assert line.last("AUTH DIGEST-MD5 " + base64('username="mrose"')).startswith("+ ")
    assert line.last("*") == "-ERR no"
    assert line.last("AUTH DIGEST-MD5 !!!!") == "-ERR no base64"
    assert Line(**offered).last("AUTH DIGEST-MD5 " + base64("x")) == "-ERR wrong"


def test_a_response_may_be_too_long_for_its_mechanism() -> None:
    """Cyrus: 1024 octets of a name or a password are looked at, and one more is malformed."""
    for octets, replies in ((20, ["+ ", "+ ", "-ERR wrong"]), (21, ["+ ", "-ERR malformed"])):
        line = Line(response_limits={"LOGIN": 20})
        said = line.say("AUTH LOGIN", base64("x" * octets), base64("y"))
        assert [each[:2] + each[2:] * (each[0] == "-") for each in said[: len(replies)]] == replies
    assert Line(response_limits={"LOGIN": 5}).last(f"AUTH PLAIN {RIGHT}").startswith("+OK")
    long = Line(response_limits={"LOGIN": 20}).last("AUTH LOGIN", base64("mrose"), base64("x" * 21))
    assert long == "-ERR malformed"


def test_what_has_no_digest_is_told_apart_by_words_or_by_a_blank() -> None:
    """`name ` and nothing: one word for Twisted, a digest without a digit for Cyrus."""
    for said, words, blank in (
        ("mrose", "unparted", "unparted"), ("mrose ", "unparted", "wrong"),
        (" x", "unparted", "unparted"), ("mrose x", "wrong", "wrong"),
    ):  # fmt: skip
        assert Line().last("AUTH CRAM-MD5", base64(said)) == f"-ERR {words}", said
        other = Line(cram_parts="blank").last("AUTH CRAM-MD5", base64(said))
        assert other == f"-ERR {blank}", said


@pytest.mark.parametrize(
    ("first", "final", "formed"),
    [
        ("n,,n=mrose,r=abc", None, True),
        ("y,a=rose=2Cm,n=m=3Drose,r=abc,x=1", None, True),
        ("p=tls-unique,,n=mrose,r=abc", None, True),
        ("n,,m=1,n=mrose,r=abc", None, False),
        ("x,,n=mrose,r=abc", None, False),
        ("n,,n=m=rose,r=abc", None, False),
        ("n,,n=mrose", None, False),
        ("n,,n=m,r=", None, False),
        ("n,,n=mrose,r=a\0c", None, False),
        ("n,,n=mrose,r=abc", "c=biws,r=abcnonce,p=" + "A" * 43 + "=", True),
        ("n,,n=mrose,r=abc", "c=biws,r=abcnonce,x=1,p=" + "A" * 43 + "=", True),
        ("n,,n=mrose,r=abc", "c=biws,r=abcnonce,p=" + "A" * 43 + "=,x=1", False),
        ("n,,n=mrose,r=abc", "c=biws,r=abcnonce,p=AAAA", False),
        ("n,,n=mrose,r=abc", "c=biws,r=abc,p=" + "A" * 43 + "=", False),
        ("n,,n=mrose,r=abc", "c=eSws,r=abcnonce,p=" + "A" * 43 + "=", False),
        ("n,,n=mrose,r=abc", "c=b!ws,r=abcnonce,p=" + "A" * 43 + "=", False),
        ("n,,n=mrose,r=abc", "c=biws", False),
        ("p=x,,n=mrose,r=abc", "c=cD14LCw=,r=abcnonce,p=" + "A" * 43 + "=", False),
    ],
)
def test_the_form_of_a_scram_message(first: str, final: str | None, formed: bool) -> None:
    """RFC 5802 section 7, whatever the proof: Cyrus tells a message that is none from a wrong one."""
    responses = tuple(each.encode() for each in (first, final) if each is not None)
    assert scram_formed(Attempt("SCRAM-SHA-256", responses, "nonce")) is formed


def test_a_nul_ends_a_response_where_it_ends_a_line() -> None:
    """Cyrus: what stands behind it is no part of the base64."""
    for nul, reply in (("cuts", "+OK in"), ("taken", "-ERR no base64")):
        line = Line(reading=replace(LENIENT, nul=nul))
        assert line.last("AUTH PLAIN", RIGHT + "\0!") == reply


def test_a_response_with_a_nul_is_wrong_where_a_line_would_swallow_the_next() -> None:
    """Courier looks for the line's end behind the NUL, and takes none; the next line is a command."""
    line = Line(reading=replace(LENIENT, nul="swallows"), response_limit=99)
    assert line.say("AUTH LOGIN", "\0", "XYZZY")[1:] == ["-ERR wrong", "-ERR no"]
    assert line.last("AUTH PLAIN", RIGHT + "\0") == "-ERR wrong"
    assert line.last("AUTH PLAIN", RIGHT) == "+OK in"


def test_whom_plain_acts_for_may_be_written_in_another_case() -> None:
    """Where names are the same in any case, MROSE who is to act for mrose is himself (Cyrus)."""
    for any_case in (True, False):
        line = Line(name_in_any_case=any_case)
        assert (
            line.last("AUTH PLAIN " + base64("MROSE\0mrose\0secret")).startswith("+OK") is any_case
        )


def test_what_is_left_over_is_asked_on_for_whatever_the_mechanism() -> None:
    """Cyrus: a sound answer to that then ends the line without a word; a bad one is refused."""
    odd = {"base64": "groups", "unended_response": "asked-on", "response_first": True,
           "cancel": "leading-star"}  # fmt: skip
    for asked in ("AUTH PLAIN abc", "AUTH NONSENSE *"):
        line = Line(**odd)
        assert line.last(asked) == "+ "
        assert line.last("*x") == "-ERR cancelled"
        assert line.say(asked, "!!!!") == ["+ ", "-ERR no base64"]
        assert line.say(asked, "QQ") == ["+ ", "-ERR left over"]
        assert not line.server.hangs_up
        assert line.say(asked, RIGHT) == ["+ ", ""]
        assert line.server.hangs_up
    assert Line(base64="groups").last("AUTH PLAIN abc") == "-ERR no base64"


def test_the_response_may_be_read_before_the_mechanism_is_looked_at() -> None:
    """Cyrus tells of the base64 of a mechanism that it does not have."""
    assert Line().last("AUTH NONSENSE !!!!") == "-ERR no such mechanism"
    assert Line(response_first=True).last("AUTH NONSENSE !!!!") == "-ERR no base64"
    assert Line(response_first=True).last(f"AUTH NONSENSE {RIGHT}") == "-ERR no such mechanism"


def test_a_response_that_is_empty_may_be_as_good_as_none() -> None:
    """LOGIN with "=" asks for the name at Cyrus; elsewhere it is a name without an octet."""
    assert Line().last("AUTH LOGIN =") == "+ UGFzc3dvcmQ6"
    assert Line(empty_is_none=frozenset({"LOGIN"})).last("AUTH LOGIN =") == "+ VXNlcm5hbWU6"
    barred = {"no_initial_response": frozenset({"CRAM-MD5"})}
    assert Line(**barred).last("AUTH CRAM-MD5 =") == "-ERR surplus"
    asked = Line(**barred, empty_is_none=frozenset({"CRAM-MD5"}))
    assert asked.last("AUTH CRAM-MD5 =").startswith("+ ")
    assert asked.say("*", "AUTH CRAM-MD5 bXJvc2UgMDA=")[-1] == "-ERR surplus"


def test_a_blank_behind_the_mechanism_may_be_a_response_without_an_octet() -> None:
    """Cyrus: `AUTH PLAIN ` has one, and PLAIN finds no NUL in it. RFC 5034 section 4 has "="."""
    assert Line().last("AUTH PLAIN ") == "+ "
    reading = replace(LENIENT, blank_response="empty", parting=" \t")
    assert Line(reading=reading).last("AUTH PLAIN ") == "-ERR malformed"
    assert Line(reading=reading).last(f"AUTH\tPLAIN\t{RIGHT}") == "+OK in"


def test_a_bad_response_may_be_as_good_as_a_wrong_one() -> None:
    """Courier says so of CRAM-MD5 alone."""
    odd = {"unread_is_wrong": frozenset({"CRAM-MD5"})}
    assert Line(**odd).last("AUTH CRAM-MD5", "!!!") == "-ERR wrong"
    assert Line(**odd).last("AUTH PLAIN", "!!!") == "-ERR no base64"


def test_the_name_of_login_may_be_read_when_the_password_has_come() -> None:
    """Courier asks for the password behind a name that is no base64, and refuses it then."""
    line = Line(name_read_late=True)
    assert line.say("AUTH LOGIN", "!!!") == ["+ VXNlcm5hbWU6", "+ UGFzc3dvcmQ6"]
    assert line.last(base64("secret")) == "-ERR no base64"
    assert line.say("AUTH LOGIN", base64("mrose"), base64("secret"))[-1] == "+OK in"
    assert Line().last("AUTH LOGIN", "!!!") == "-ERR no base64"


@pytest.mark.parametrize(
    ("said", "told"),
    [("mrose", "malformed"), ("", "malformed"), ("\0mrose\0secret\0", "parts"),
     ("\0\0secret", "nameless"), ("\0mrose\0wrong", "wrong")],
)  # fmt: skip
def test_what_is_wrong_with_plain_can_be_told(said: str, told: str) -> None:
    """RFC 4616 section 2 has three parts, and the second is a name."""
    assert Line().last("AUTH PLAIN", base64(said)) == f"-ERR {told}"


def test_mechanisms_may_be_taken_and_not_announced_or_let_nobody_in() -> None:
    """Courier takes CRAM-SHA1, announces none, and has no secret for it."""
    odd = {"mechanisms": ("PLAIN",), "mechanisms_unannounced": ("CRAM-SHA1",)}
    for fails in (False, True):
        line = Line(**odd, mechanisms_fail=frozenset({"CRAM-SHA1"} if fails else ()))
        assert "CRAM" not in line.last("CAPA")
        challenge = b64decode(line.last("AUTH CRAM-SHA1").removeprefix("+ "))
        proof = hmac.new(b"tanstaaf", challenge, "sha1").hexdigest()
        assert line.last(base64(f"mrose {proof}")) == ("-ERR wrong" if fails else "+OK in")


def test_a_challenge_has_the_form_of_the_server_and_is_new_each_time() -> None:
    """RFC 2195 section 2 asks for one that nobody has seen before."""
    line = Line(challenge="<{HEX}@{host}>")
    seen = {b64decode(line.last("AUTH CRAM-MD5")[2:]).decode() for _ in range(3) if line.say("*")}
    assert len(seen) == 3
    assert all(len(each) == 32 + len("<@host>") and each == each[:-6] + "@host>" for each in seen)
    challenge = b64decode(line.last("*", "AUTH CRAM-MD5")[2:])
    proof = hmac.new(b"tanstaaf", challenge, "md5").hexdigest()
    assert line.last(base64(f"mrose {proof}")) == "+OK in"


def test_a_long_response_is_one_line_or_is_cut_in_two() -> None:
    """Cyrus splits lines at 8191 octets and takes a longer response; behind its bound it is two."""
    odd = {"overlong": "split", "line_limit": 100, "response_limit": 400}
    line = Line(**odd)
    assert line.last("AUTH PLAIN", "A" * 396) == "-ERR parts"
    assert line.last("AUTH PLAIN", "A" * 500) == "-ERR wrong|-ERR no|-ERR no"
    assert line.last("A" * 150) == "-ERR no|-ERR no"
    whole = Line(overlong="cut", line_limit=100, response_limit=100)
    assert whole.last("AUTH PLAIN", "A" * 150) == "-ERR wrong|-ERR no"


def test_a_refusal_that_is_late_is_late_each_time() -> None:
    """What is answered from memory would come at once."""
    line = Line(delays={"auth.unknown-mechanism": 5})
    for _ in range(3):
        assert line.last("AUTH NONSENSE") == "-ERR no such mechanism"
        assert line.server.delay() == 5


def test_what_was_read_with_a_line_that_logs_in_is_read_again_from_its_front() -> None:
    """Cyrus behind AUTH: as many octets as were unread come from the front of the gulp."""
    line = Line(lost=frozenset({"behind-auth"}), gulp=4096)
    assert line.last(f"AUTH PLAIN {RIGHT}\r\nSTAT\r\nNOOP") == "+OK in"
    # Twelve octets are read again, and end no line: the next line is glued to them.
    assert line.last("STAT") == "-ERR no"
    assert line.last("STAT").startswith("+OK 3 ")
    alone = Line(lost=frozenset({"behind-auth"}), gulp=4096)
    assert alone.say(f"AUTH PLAIN {RIGHT}", "STAT")[-1].startswith("+OK 3 ")
    named = Line(lost=frozenset({"behind-auth"}), gulp=4096)
    assert named.last("USER mrose\r\nPASS secret\r\nNOOP\r\nNOOP").count("+OK") == 4


def test_digest_md5_proves_both_sides() -> None:
    """RFC 2831 section 4 has an example of both proofs, with a nonce that is not ours."""
    accounts = Accounts([replace(letters(), owner="chris")])
    asked = Attempt("DIGEST-MD5", (), "n", "elwood.innosoft.com")
    for secure, layers in (
        (False, b'qop="auth,auth-int,auth-conf",cipher="'),
        (True, b'qop="auth",max'),
    ):
        challenge = digest_md5(Accounts([]), replace(asked, secure=secure))
        assert isinstance(challenge, Challenge)
        assert layers in challenge.octets
    challenge = digest_md5(accounts, asked)
    assert isinstance(challenge, Challenge)
    nonce = challenge.octets.decode().split('"')[1]

    def answer(response: str, qop: str = "auth") -> bytes:
        return (
            f'charset=utf-8,username="chris",realm="elwood.innosoft.com",nonce="{nonce}",'
            f'nc=00000001,cnonce="OA6MHXh6VqTrRk",digest-uri="pop/elwood.innosoft.com",'
            f"response={response},qop={qop}"
        ).encode()

    from hashlib import md5

    def hashed(octets: bytes) -> bytes:
        return md5(octets, usedforsecurity=False).digest()

    first = hashed(
        hashed(b"chris:elwood.innosoft.com:secret") + f":{nonce}:OA6MHXh6VqTrRk".encode()
    )
    for method, step in (("AUTHENTICATE", 1), ("", 2)):
        second = hashed(f"{method}:pop/elwood.innosoft.com".encode())
        told = f"{first.hex()}:{nonce}:00000001:OA6MHXh6VqTrRk:auth:{second.hex()}"
        proof = hashed(told.encode()).hex()
        if step == 1:
            right = answer(proof)
            assert digest_md5(accounts, asked.answered(answer(proof[::-1]))) is None
            assert digest_md5(accounts, asked.answered(answer(proof, "auth-int"))) is None
            said = digest_md5(accounts, asked.answered(right))
        else:
            assert said == Challenge(f"rspauth={proof}".encode())
    assert digest_md5(accounts, asked.answered(right).answered(b"")) == Proven("chris")
    assert digest_md5(accounts, asked.answered(b"")) is None


def test_digest_md5_is_the_example_of_its_rfc() -> None:
    """RFC 2831 section 4: the proof of the client and that of the server."""
    from simulator.pop3.digest_md5 import _proof

    said = {"username": "chris", "realm": "elwood.innosoft.com", "nonce": "OA6MG9tEQGm2hh",
            "cnonce": "OA6MHXh6VqTrRk", "nc": "00000001", "qop": "auth",
            "digest-uri": "imap/elwood.innosoft.com"}  # fmt: skip
    assert _proof(said, "secret", "AUTHENTICATE") == "d388dad90d4bbd760a152321f2143af7"
    assert _proof(said, "secret", "") == "ea40f60335c427b5527b84dbabcdfffd"


def test_a_name_may_be_barred_and_stays_pending() -> None:
    """Cyrus refuses "anonymous" at once, and the name still waits for its password."""
    odd = {"names_barred": frozenset({"nobody"}), "second_user": "refused", "name_void": "pass"}
    line = Line(**odd, delays={"bad-credentials": 3, "bad-credentials.barred": 0})
    assert line.last("USER nobody", "PASS x") == "-ERR [AUTH] authentication failed"
    assert line.server.delay() == 0
    assert line.last("USER mrose") == "-ERR no"


def test_a_name_and_a_password_may_be_too_long_together() -> None:
    """Courier: 8178 octets are only wrong, one more is a temporary problem, and it hangs up."""
    odd = {"credentials_limit": 10, "hangs_up_on": frozenset({"temporary.length"})}
    line = Line(**odd)
    assert line.last("USER mrose", "PASS 12345") == "-ERR [AUTH] authentication failed"
    assert not line.server.hangs_up
    assert line.last("USER mrose", "PASS 123456") == "-ERR [SYS/TEMP] try again later"
    assert line.server.hangs_up


def test_a_name_that_is_no_text_may_be_a_name_like_any_other() -> None:
    """Courier takes USER with any octets; by RFC 6856 section 2.2 it is refused."""
    assert Line().last("USER \xff") == "-ERR no"
    line = Line(name_unprepared=True)
    assert line.say("USER \xff", "PASS x") == ["+OK", "-ERR [AUTH] authentication failed"]


def test_capa_may_be_another_list_behind_auth_under_tls() -> None:
    """Cyrus keeps its SASL line behind USER and PASS there, and drops it behind AUTH."""
    lists = {
        "transaction": ("TOP",),
        "transaction.tls": ("SASL",),
        "transaction.tls.auth": ("UIDL",),
    }
    for login, listed in (
        (["USER mrose", "PASS secret"], "SASL"),
        ([f"AUTH PLAIN {RIGHT}"], "UIDL"),
    ):
        line = Line(offers=frozenset({"CAPA", "STLS", "TOP", "UIDL"}), capa=lists)
        assert line.last("STLS").startswith("+OK")
        line.server.tls_started()
        assert listed in line.last(*login, "CAPA")
        plain = Line(capa=lists)
        assert "|TOP|" in plain.last(*login, "CAPA")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("APOP mrose {digest}", "+OK"),
        ("APOP  mrose  {digest}", "+OK"),
        ("APOP mrose {digest}x", "+OK"),
        ("APOP mrose {digest}0", "-ERR form"),
        ("APOP mrose {digest} ", "-ERR form"),
        ("APOP mrose {digest} x", "-ERR form"),
        ("APOP mrose\t{digest}", "-ERR form"),
        ("APOP {digest}", "-ERR form"),
        ("APOP mrose", "-ERR form"),
        ("APOP mrose 00000000000000000000000000000000", "-ERR [AUTH]"),
    ],
)
def test_apop_may_look_for_its_digest_behind_the_last_blank(line: str, wanted: str) -> None:
    """Cyrus: 32 digits in lower case, and what is behind them, if it is no such digit, is nothing."""
    from simulator.pop3.authorization import digest

    told = Line(reading=replace(LENIENT, apop_digest="front"))
    told.server._office.personality.wording["apop.bad-argument"] = "form"  # type: ignore[index]
    right = digest("<1@host>", "tanstaaf")
    assert told.last(line.format(digest=right)).startswith(wanted)


def test_one_count_of_lines_may_send_nothing_at_all() -> None:
    """Cyrus with 4294967294: +OK, and no header either. Others send all, as any other great count."""
    odd = Line(reading=replace(LENIENT, count_of_nothing=4294967294))
    odd.say("USER mrose", "PASS secret")
    assert odd.last("TOP 1 4294967294") == "+OK|."
    assert len(odd.last("TOP 1 4294967295")) > 20
    usual = Line()
    usual.say("USER mrose", "PASS secret")
    assert len(usual.last("TOP 1 4294967294")) > 20


def test_a_response_without_an_end_is_answered_at_its_bound() -> None:
    """What is kept of it has that bound, too, whatever comes."""
    line = Line(overlong="cut", line_limit=100, response_limit=1000)
    line.say("AUTH PLAIN")
    line.server.receive_data(b"A" * 999)
    assert line.taken() == ""
    line.server.receive_data(b"A" * 100_000)
    assert line.taken() == "-ERR wrong|"
    assert len(line.server.state().unfinished) <= 100
    assert line.last("") == "-ERR no"


def test_the_time_between_logins_may_count_from_a_session_that_quitted() -> None:
    """Cyrus writes it down at QUIT; who was cut off may come again at once."""
    for after, second in (("login", False), ("quitted", True)):
        came = Calls(Accounts([letters()]), login_delay=300, login_delay_after=after)
        assert "mrose's maildrop" in came.say(0.0, *LOGIN)
        assert ("LOGIN-DELAY" in came.say(0.0, *LOGIN, "QUIT")) is not second
        assert "LOGIN-DELAY" in came.say(299.0, *LOGIN, "QUIT")
        assert "mrose's maildrop" in came.say(301.0, *LOGIN, "QUIT")


LOGIN = ("USER mrose", "PASS secret")


class Calls:
    """One call after the other to a server with a policy of one's own."""

    def __init__(self, accounts: Accounts, **policy: object) -> None:
        self.accounts, self.manner = accounts, personality(**policy)

    def say(self, now: float, *lines: str) -> str:
        """All that came back of one call at that time, in which the line is dropped in the end."""
        office = Office(self.manner, self.accounts, "host", "<1@host>", lambda: now, "nonce")
        server = Pop3Server(office)
        for line in lines:
            server.receive_data(line.encode() + b"\r\n")
        server.receive_eof()
        return b"".join(map(bytes, server.data_to_send())).decode()


def test_apop_says_that_a_name_waits_before_it_looks_at_the_digest() -> None:
    """Cyrus: "Must give PASS", however the digest looks."""
    reading = replace(LENIENT, apop_digest="front")
    line = Line(reading=reading, second_user="refused-with-apop", delays={"bad-argument": 3})
    assert line.last("USER mrose", "APOP mrose") == "-ERR no"
    assert line.server.delay() == 0
