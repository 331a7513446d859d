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
from .mechanisms import CLEARTEXT, Attempt, Challenge, Mechanism, prepared, right, same
from .opening import begun
from .session import Answer, Office, Refusal, Session, fill

__all__ = ["apop", "auth", "digest", "passwd", "quit_early", "response", "stls", "user", "utf8"]

_DAY = 86400


def user(office: Office, session: Session, command: Command) -> Answer:
    """USER name. Section 7: a server may say +OK "even though no such mailbox exists"."""
    _clear_enough(office, session)
    policy = office.personality.policy
    try:
        name = prepared(command.arguments[0])
    except ValueError:
        raise Refusal(Reason.NO_SUCH_MAILBOX, user=command.arguments[0]) from None
    if policy.names == "known" and not office.accounts.knows(name):
        raise Refusal(Reason.NO_SUCH_MAILBOX, user=name)
    after = session._replace(named=name)
    return Answer(after, fill(office.personality.accepting("user"), office, after))


def passwd(office: Office, session: Session, command: Command) -> Answer:
    """PASS string, "immediately after a successful USER command" (section 7)."""
    _clear_enough(office, session)
    if not session.named:
        raise Refusal(Reason.USER_FIRST)
    # The same work for an unknown name, so that time does not tell which names exist.
    if not right(office.accounts.password(session.named), command.arguments[0]):
        raise Refusal(Reason.BAD_CREDENTIALS, user=session.named)
    return _log_in(office, session, session.named, "pass")


def apop(office: Office, session: Session, command: Command) -> Answer:
    """APOP name digest: MD5 over the greeting's timestamp and the shared secret (section 7)."""
    name, given = command.arguments[:2]  # a policy may let more stand behind them
    try:
        name = prepared(name)
    except ValueError:
        raise Refusal(Reason.BAD_CREDENTIALS, user=name) from None
    secret = office.accounts.secret(name)
    expected = digest(office.timestamp, prepared(secret or ""))
    # "sent in hexadecimal format, using lower-case ASCII characters"
    if not same(expected, given) or secret is None:
        raise Refusal(Reason.BAD_CREDENTIALS, user=name)
    return _log_in(office, session, name, "apop")


def digest(timestamp: str, secret: str) -> str:
    """APOP's digest: 32 lower-case hexadecimal digits (RFC 1939 section 7)."""
    return md5(encode(timestamp + secret), usedforsecurity=False).hexdigest()


def auth(office: Office, session: Session, command: Command) -> Answer:
    """AUTH mechanism [initial-response] (RFC 5034 section 4)."""
    if not command.arguments:
        offered = "".join(f"{name}\r\n" for name in mechanisms(office, session))
        text = fill(office.personality.accepting("mechanisms"), office, session)
        return Answer(session, text, offered.encode("ascii"))
    mechanism = _mechanism(office, session, command.mechanism)
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
        raise Refusal(Reason.BAD_ARGUMENT)
    mechanism = office.mechanisms[attempt.mechanism]
    return _ask_on(office, session, mechanism, attempt.answered(octets))


def _ask_on(office: Office, session: Session, mechanism: Mechanism, attempt: Attempt) -> Answer:
    """What the mechanism makes of the responses so far: a challenge, a login, or neither."""
    step = mechanism(office.accounts, attempt)
    if isinstance(step, Challenge):
        text = b64encode(step.octets).decode("ascii")
        return Answer(session._replace(attempt=attempt), text, asks=True)
    if step is None:
        raise Refusal(Reason.BAD_CREDENTIALS)
    return _log_in(office, session._replace(attempt=None), step.name, "auth")


def mechanisms(office: Office, session: Session) -> list[str]:
    """The SASL mechanisms that are offered on this line as it is."""
    policy = office.personality.policy
    open_to_all = session.secure or policy.cleartext_login
    return [
        name for name in policy.mechanisms
        if name in office.mechanisms and (open_to_all or name not in CLEARTEXT)
    ]  # fmt: skip


def _mechanism(office: Office, session: Session, name: str) -> Mechanism:
    if name not in office.personality.policy.mechanisms or name not in office.mechanisms:
        raise Refusal(Reason.UNKNOWN_MECHANISM, argument=name)
    if name in CLEARTEXT:
        _clear_enough(office, session)
    return office.mechanisms[name]


def _clear_enough(office: Office, session: Session) -> None:
    """A password may go over this line. Raises Refusal."""
    if not (session.secure or office.personality.policy.cleartext_login):
        raise Refusal(Reason.NEEDS_TLS)


def _log_in(office: Office, session: Session, name: str, key: str) -> Answer:
    policy, accounts, now = office.personality.policy, office.accounts, office.clock()
    delay = policy.login_delay_for(name)
    last = accounts.last_login(name) if delay else None
    if last is not None and now - last < delay:
        raise Refusal(Reason.LOGIN_DELAY, user=name, delay=delay)
    days = policy.expire_for(name)
    if days not in ("", "NEVER", "0"):
        accounts.expire(name, now - int(days) * _DAY)
    try:
        maildrop = accounts.open(name, exclusive=policy.lock, at=now)
    except InUse:
        raise Refusal(Reason.IN_USE, user=name) from None
    if delay:
        accounts.logged_in(name, now)
    after = begun(office, session, name, maildrop)
    return Answer(after, fill(office.personality.accepting(key), office, after))


def stls(office: Office, session: Session, command: Command) -> Answer:
    """STLS. What follows the +OK is TLS, and nothing that was said before it counts.

    RFC 2595 section 4 has the client forget what it heard in the clear; a careful server forgets too,
    as SMTP's must (RFC 3207 section 4.2): it may not have been the client who said it.
    """
    if session.secure:
        raise Refusal(Reason.TLS_ACTIVE)
    text = fill(office.personality.accepting("stls"), office, session)
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
