"""The AUTHORIZATION state: who is there? (RFC 1939 sections 4 and 7; RFC 2595, 5034, 6856)

A function that answers a command bears its keyword.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import md5, sha256

from .arguments import Flaw, answer_of
from .commands import Command
from .exchange import Reason, decode, encode
from .mechanisms import (
    BEARERS,
    CLEARTEXT,
    KNOWN,
    Attempt,
    Challenge,
    Mechanism,
    Proven,
    Step,
    named_in,
    prepared,
    right,
    same,
)
from .opening import log_in
from .session import Answer, Office, Refusal, Session, fill
from .states import State

__all__ = [
    "apop", "auth", "clear_enough", "detail", "digest", "passwd", "quit_early", "response", "stls",
    "user", "utf8",
]  # fmt: skip

#: What stands in no base64 (RFC 4648 section 4).
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")
#: The hexadecimal digits of MD5.
_DIGEST = 32


def user(office: Office, session: Session, command: Command) -> Answer:
    """USER name. Section 7: a server may say +OK "even though no such mailbox exists"."""
    clear_enough(office, session, "USER")
    policy = office.personality.policy
    if session.named is not None and policy.second_user != "taken":
        raise Refusal(Reason.WRONG_STATE)
    name = _name(office, "".join(command.arguments[:1]), Reason.NO_SUCH_MAILBOX)
    if policy.names == "known" and not office.accounts.knows(name):
        raise Refusal(Reason.NO_SUCH_MAILBOX, user=name)
    after = session._replace(named=name)
    return Answer(after, fill(office.personality.accepting("user"), office, after))


def passwd(office: Office, session: Session, command: Command) -> Answer:
    """PASS string, "immediately after a successful USER command" (section 7)."""
    clear_enough(office, session, "PASS")
    if session.named is None:
        raise Refusal(Reason.USER_FIRST)
    password, limit = "".join(command.arguments[:1]), office.personality.policy.password_limit
    if limit and len(encode(password)) > limit:
        raise Refusal(Reason.BAD_CREDENTIALS, user=session.named, detail="length")
    # The same work for an unknown name, so that time does not tell which names exist.
    proven = right(office.accounts.password(session.named), password)
    if not proven or office.personality.policy.tokens_only:
        raise _wrong(office, session.named, _proof(session.named, password))
    return log_in(office, session, session.named, "pass")


def apop(office: Office, session: Session, command: Command) -> Answer:
    """APOP name digest: MD5 over the greeting's timestamp and the shared secret (section 7)."""
    clear_enough(office, session, "APOP")
    policy = office.personality.policy
    if session.named is not None and policy.second_user == "refused-with-apop":
        raise Refusal(Reason.WRONG_STATE)
    name, given = command.arguments[:2]  # a policy may let more stand behind them
    name = _name(office, name, Reason.BAD_CREDENTIALS)
    if policy.upper_digest:
        given = given.lower()
    secret = office.accounts.secret(name)
    expected = digest(office.timestamp, prepared(secret or ""))
    # "sent in hexadecimal format, using lower-case ASCII characters"
    if not same(expected, given) or secret is None or policy.apop_fails:
        raise _wrong(office, name)
    return log_in(office, session, name, "apop")


def _name(office: Office, typed: str, reason: Reason) -> str:
    """The name that was meant. Raises Refusal for `reason` where it may not be one."""
    policy = office.personality.policy
    if policy.name_limit and len(encode(typed)) > policy.name_limit:
        raise Refusal(reason, user=typed, detail="length")
    if policy.name_forbidden and not set(policy.name_forbidden).isdisjoint(typed):
        raise Refusal(reason, user=typed, detail="forbidden")
    if policy.name_printable and not (typed.isascii() and typed.isprintable()):
        raise Refusal(reason, user=typed, detail="forbidden")
    if policy.name_trimmed:
        typed = typed.rstrip(" ")
    for end in policy.name_ends_at:
        head, found, _ = typed.partition(end)
        if found:
            typed = head
            break
    try:
        name = prepared(typed)
    except ValueError:
        raise Refusal(reason, user=typed) from None
    return name.lower() if policy.name_in_any_case else name


def _proof(*tried: str) -> str:
    """A digest of what was tried, by which it is known again."""
    return sha256(encode("\0".join(tried))).hexdigest()


def _wrong(office: Office, name: str, proof: str = "") -> Refusal:
    """Name and password do not go together. Which of the two it is, a text may tell; few do."""
    which = "" if office.accounts.knows(name) else "unknown-user"
    return Refusal(Reason.BAD_CREDENTIALS, user=name, detail=which, proof=proof)


def detail(office: Office, command: Command) -> str:
    """What more can be said of a flaw in the arguments of a command that logs in."""
    given = command.arguments
    if command.keyword == "APOP" and given:
        short = command.flaw is Flaw.BAD_ARGUMENT and len(given[1]) != _DIGEST
        return "length" if short else "digest" if command.flaw is not Flaw.SURPLUS_ARGUMENT else ""
    known = office.personality.policy.mechanisms
    if command.keyword == "AUTH" and command.flaw is Flaw.BAD_ARGUMENT:
        return "mechanism" if command.mechanism not in known else ""
    return ""


def digest(timestamp: str, secret: str) -> str:
    """APOP's digest: 32 lower-case hexadecimal digits (RFC 1939 section 7)."""
    return md5(encode(timestamp + secret), usedforsecurity=False).hexdigest()


def auth(office: Office, session: Session, command: Command) -> Answer:
    """AUTH mechanism [initial-response] (RFC 5034 section 4)."""
    if not command.arguments:
        offered = "".join(f"{name}\r\n" for name in mechanisms(office, session))
        text = fill(office.personality.accepting("mechanisms"), office, session)
        return Answer(session, text, offered.encode("ascii"))
    mechanism = _mechanism(office, session, command)
    if command.flaw is Flaw.BAD_ARGUMENT:
        raise Refusal(Reason.BAD_ARGUMENT, detail="initial")
    number = session.attempts + 1
    attempt = Attempt(command.mechanism, (), f"{office.nonce}.{number}", office.host)
    if command.response is not None and command.flaw is None:
        attempt = attempt.answered(answer_of(command.response, initial=True) or b"")
    return _ask_on(office, session._replace(attempts=number), mechanism, attempt)


def response(office: Office, session: Session, command: Command) -> Answer:
    """A line behind AUTH, while a challenge waits for it (RFC 5034 section 4)."""
    attempt = session.attempt
    assert attempt is not None, "a challenge waits"
    if command.response == "*":
        raise Refusal(Reason.CANCELLED)
    octets = answer_of(command.response or "")
    if octets is None:
        leading = office.personality.policy.cancel == "leading-star"
        cancels = leading and (command.response or "").startswith("*")
        odd = _NO_BASE64.search(command.response or "") is not None
        raise Refusal(
            Reason.BAD_ARGUMENT, detail="cancelled" if cancels else "alphabet" if odd else ""
        )
    mechanism = office.mechanisms[attempt.mechanism]
    return _ask_on(office, session, mechanism, attempt.answered(octets))


def _ask_on(office: Office, session: Session, mechanism: Mechanism, attempt: Attempt) -> Answer:
    """What the mechanism makes of the responses so far: a challenge, a login, or neither."""
    step = mechanism(office.accounts, attempt)
    if _lets_nobody_in(office, attempt, step):
        step = None
    if isinstance(step, Challenge):
        text = b64encode(step.octets).decode("ascii")
        return Answer(session._replace(attempt=attempt), text, asks=True)
    if step is None:
        raise _unproven(office, attempt)
    return log_in(office, session._replace(attempt=None), step.name, "auth")


def _unproven(office: Office, attempt: Attempt) -> Refusal:
    """The mechanism lets nobody in. Which part of the proof it is, a text may tell; few do."""
    name = named_in(attempt.mechanism, 1, attempt.responses[0])
    which = _form(attempt)
    if not which and name and not office.accounts.knows(name):
        which = "unknown-user"
    elif not which and attempt.mechanism in BEARERS:
        which = "token"
    return Refusal(Reason.BAD_CREDENTIALS, detail=which, user=name, proof=_tried(attempt))


def _form(attempt: Attempt) -> str:
    """What is wrong with the form of the last response, if anything is."""
    said = attempt.responses[-1]
    if attempt.mechanism == "PLAIN" and said.count(b"\0") < 2:
        return "malformed"
    return "unparted" if attempt.mechanism == "CRAM-MD5" and b" " not in said else ""


def _tried(attempt: Attempt) -> str:
    """A digest of the name and password that were given in the clear, or ""."""
    parts = [decode(each) for each in attempt.responses]
    if attempt.mechanism == "PLAIN":
        parts = parts[0].split("\0")[1:]
    return _proof(*parts) if attempt.mechanism in {"PLAIN", "LOGIN"} else ""


def _lets_nobody_in(office: Office, attempt: Attempt, step: Step) -> bool:
    """Whether the policy refuses at once, whatever the mechanism would have said next."""
    policy = office.personality.policy
    if attempt.mechanism not in BEARERS:
        return policy.tokens_only and isinstance(step, Proven)
    told = isinstance(step, Challenge) and bool(attempt.responses)
    return told and policy.bearer_error == "refused"


def mechanisms(office: Office, session: Session) -> list[str]:
    """The SASL mechanisms that are offered on this line as it is."""
    policy = office.personality.policy
    open_to_all = session.secure or policy.cleartext_login
    return [
        name for name in _named(office, session)
        if (name in office.mechanisms or name not in KNOWN)
        and (open_to_all or name not in CLEARTEXT)
    ]  # fmt: skip


def _named(office: Office, session: Session) -> tuple[str, ...]:
    """The mechanisms of the policy, on this line as it is."""
    policy = office.personality.policy
    return (policy.mechanisms_secure if session.secure else ()) or policy.mechanisms


def _mechanism(office: Office, session: Session, command: Command) -> Mechanism:
    """The mechanism that is asked for. Raises Refusal."""
    policy, name = office.personality.policy, command.mechanism
    barred = policy.no_initial_response if command.response is not None else frozenset()
    surplus = Refusal(Reason.SURPLUS_ARGUMENT, hang_up=policy.surplus == "hang-up")
    if "*" in barred:
        raise surplus
    if name not in _named(office, session) or name not in office.mechanisms:
        raise Refusal(Reason.UNKNOWN_MECHANISM, argument=name)
    if name in CLEARTEXT:
        clear_enough(office, session, "AUTH")
    if name in barred:
        raise surplus
    return office.mechanisms[name]


def clear_enough(office: Office, session: Session, what: str) -> None:
    """A password may go over this line: what needs TLS is one of `needs_tls`. Raises Refusal."""
    policy = office.personality.policy
    if (
        session.state is State.AUTHORIZATION
        and not (session.secure or policy.cleartext_login)
        and what in policy.needs_tls
    ):
        raise Refusal(Reason.NEEDS_TLS)


def stls(office: Office, session: Session, command: Command) -> Answer:
    """STLS. What follows the +OK is TLS, and nothing that was said before it counts.

    RFC 2595 section 4 has the client forget what it heard in the clear; a careful server forgets too,
    as SMTP's must (RFC 3207 section 4.2): it may not have been the client who said it.
    """
    if session.secure:
        raise Refusal(Reason.TLS_ACTIVE)
    text = fill(office.personality.accepting("stls"), office, session)
    if office.personality.policy.keeps_over_stls:
        return Answer(session._replace(secure=False), text, starts_tls=True)
    after = Session(
        bad_commands=session.bad_commands, failed_logins=session.failed_logins,
        attempts=session.attempts,
    )  # fmt: skip
    return Answer(after, text, starts_tls=True)


def utf8(office: Office, session: Session, command: Command) -> Answer:
    """UTF8: mail with UTF-8 in its headers may be sent as it is (RFC 6856 section 2.1)."""
    after = session if session.utf8 else session._replace(utf8=True)
    return Answer(after, fill(office.personality.accepting("utf8"), office, after))


def quit_early(office: Office, session: Session, command: Command) -> Answer:
    """QUIT before login: the session ends and does NOT enter UPDATE (section 6)."""
    text = fill(office.personality.accepting("goodbye"), office, session)
    return Answer(session, text, hang_up=True)
