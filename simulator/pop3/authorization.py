"""The AUTHORIZATION state: who is there? (RFC 1939 sections 4 and 7; RFC 2595, 5034, 6856)

A function that answers a command bears its keyword.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import md5

from .arguments import Flaw, answer_of
from .commands import Command
from .exchange import Reason, encode
from .maildrop import InUse
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
from .opening import begun
from .session import Answer, Office, Refusal, Session, fill
from .states import State

__all__ = [
    "apop", "auth", "detail", "digest", "passwd", "quit_early", "response", "stls", "user", "utf8",
]  # fmt: skip

_DAY = 86400
#: The hexadecimal digits of MD5.
_DIGEST = 32


def user(office: Office, session: Session, command: Command) -> Answer:
    """USER name. Section 7: a server may say +OK "even though no such mailbox exists"."""
    _clear_enough(office, session, "USER")
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
    _clear_enough(office, session, "PASS")
    if session.named is None:
        raise Refusal(Reason.USER_FIRST)
    # The same work for an unknown name, so that time does not tell which names exist.
    proven = right(office.accounts.password(session.named), "".join(command.arguments[:1]))
    if not proven or office.personality.policy.tokens_only:
        raise _wrong(office, session.named)
    return _log_in(office, session, session.named, "pass")


def apop(office: Office, session: Session, command: Command) -> Answer:
    """APOP name digest: MD5 over the greeting's timestamp and the shared secret (section 7)."""
    _clear_enough(office, session, "APOP")
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
    return _log_in(office, session, name, "apop")


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


def _wrong(office: Office, name: str) -> Refusal:
    """Name and password do not go together. Which of the two it is, a text may tell; few do."""
    which = "" if office.accounts.knows(name) else "unknown-user"
    return Refusal(Reason.BAD_CREDENTIALS, user=name, detail=which)


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
        raise Refusal(Reason.BAD_ARGUMENT, detail="cancelled" if cancels else "")
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
    return _log_in(office, session._replace(attempt=None), step.name, "auth")


def _lets_nobody_in(office: Office, attempt: Attempt, step: Step) -> bool:
    """Whether the policy refuses at once, whatever the mechanism would have said next."""
    policy = office.personality.policy
    if attempt.mechanism not in BEARERS:
        return policy.tokens_only and isinstance(step, Proven)
    told = isinstance(step, Challenge) and bool(attempt.responses)
    return told and policy.bearer_error == "refused"


def _unproven(office: Office, attempt: Attempt) -> Refusal:
    """The mechanism lets nobody in. Which part of the proof it is, a text may tell; few do."""
    first = attempt.responses[0]
    name = named_in(attempt.mechanism, 1, first)
    if attempt.mechanism == "PLAIN" and first.count(b"\0") != 2:
        which = "malformed"
    elif name and not office.accounts.knows(name):
        which = "unknown-user"
    else:
        which = "token" if attempt.mechanism in BEARERS else ""
    return Refusal(Reason.BAD_CREDENTIALS, detail=which, user=name)


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
    _clear_enough(office, session, "AUTH *")
    barred = policy.no_initial_response if command.response is not None else frozenset()
    surplus = Refusal(Reason.SURPLUS_ARGUMENT, hang_up=policy.surplus == "hang-up")
    if "*" in barred:
        raise surplus
    if name not in _named(office, session) or name not in office.mechanisms:
        raise Refusal(Reason.UNKNOWN_MECHANISM, argument=name)
    if name in CLEARTEXT:
        _clear_enough(office, session, "AUTH")
    if name in barred:
        raise surplus
    return office.mechanisms[name]


def _clear_enough(office: Office, session: Session, what: str) -> None:
    """A password may go over this line. Raises Refusal."""
    policy = office.personality.policy
    if not (session.secure or policy.cleartext_login) and what in policy.needs_tls:
        raise Refusal(Reason.NEEDS_TLS)


def _log_in(office: Office, session: Session, name: str, key: str) -> Answer:
    policy, accounts, now = office.personality.policy, office.accounts, office.clock()
    delay = policy.login_delay_for(name)
    last = accounts.last_login(name) if delay else None
    if last is not None and now - last < delay:
        minutes = f"{delay // 60} minute{'' if delay // 60 == 1 else 's'}"
        raise Refusal(Reason.LOGIN_DELAY, user=name, delay=delay, minutes=minutes)
    days = policy.expire_for(name)
    if days not in ("", "NEVER", "0"):
        accounts.expire(name, now - int(days) * _DAY)
    try:
        if session.maildrop is not None and session.user == name:
            session.maildrop.release()  # its own lock would keep it out
        maildrop = accounts.open(name, exclusive=policy.lock, at=now)
    except InUse:
        raise Refusal(Reason.IN_USE, user=name) from None
    if session.maildrop is not None and session.user != name:
        session.maildrop.release()
    if delay:
        accounts.logged_in(name, now)
    after = begun(office, session, name, maildrop)
    after = after._replace(bad_commands=_carried_over(office, session))
    waits = 0
    if office.penalty is not None and policy.login_penalty:
        waits = office.penalty.seconds(policy, now)
        office.penalty.forgiven()
    text = fill(office.personality.accepting(key), office, after)
    return Answer(after, text, delay=waits, loses="behind-login" in policy.lost)


def _carried_over(office: Office, session: Session) -> int:
    """The bad commands that count on in TRANSACTION."""
    apart = office.personality.policy.bad_command_limit_before_login
    return 0 if apart and session.state is State.AUTHORIZATION else session.bad_commands


def stls(office: Office, session: Session, command: Command) -> Answer:
    """STLS. What follows the +OK is TLS, and nothing that was said before it counts.

    RFC 2595 section 4 has the client forget what it heard in the clear; a careful server forgets too,
    as SMTP's must (RFC 3207 section 4.2): it may not have been the client who said it.
    """
    if session.secure:
        raise Refusal(Reason.TLS_ACTIVE)
    text = fill(office.personality.accepting("stls"), office, session)
    stays = office.personality.policy.name_over_stls
    after = Session(
        named=session.named if stays else None, utf8=stays and session.utf8,
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
