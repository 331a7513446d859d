"""The AUTHORIZATION state: who is there? (RFC 1939 sections 4 and 7; RFC 2595, 6856)

A function that answers a command bears its keyword. AUTH has a room of its own: `authentication`.
"""

from __future__ import annotations

from hashlib import md5, sha256

from .arguments import Flaw
from .commands import Command
from .exchange import Reason, encode
from .mechanisms import prepared, right, same
from .opening import log_in
from .policy import Policy
from .session import Answer, Office, Refusal, Session, fill
from .states import State

__all__ = [
    "apop", "clear_enough", "detail", "digest", "misformed", "passwd", "proof", "quit_early", "stls",
    "user", "utf8",
]  # fmt: skip

#: The hexadecimal digits of MD5.
_DIGEST = 32


def user(office: Office, session: Session, command: Command) -> Answer:
    """USER name. Section 7: a server may say +OK "even though no such mailbox exists"."""
    clear_enough(office, session, "USER")
    policy = office.personality.policy
    typed = "".join(command.arguments[:1])
    second = policy.second_user if session.named is not None else "taken"
    if second == "refused-with-apop":
        raise Refusal(Reason.WRONG_STATE)
    _short_enough(office, typed, Reason.NO_SUCH_MAILBOX)
    if second != "taken":
        raise Refusal(Reason.WRONG_STATE)
    name = _name(office, typed, Reason.NO_SUCH_MAILBOX)
    if policy.names == "known" and not office.accounts.knows(name):
        raise Refusal(Reason.NO_SUCH_MAILBOX, user=name)
    after = session._replace(named=name)
    return Answer(after, fill(office.personality.accepting("user"), office, after))


def passwd(office: Office, session: Session, command: Command) -> Answer:
    """PASS string, "immediately after a successful USER command" (section 7)."""
    clear_enough(office, session, "PASS")
    if session.named is None:
        raise Refusal(Reason.USER_FIRST)
    policy, name = office.personality.policy, session.named
    password = "".join(command.arguments[:1])
    limit, together = policy.password_limit, policy.credentials_limit
    if limit and len(encode(password)) > limit:
        raise Refusal(Reason.BAD_CREDENTIALS, user=name, detail="length")
    if together and len(encode(name + password)) > together:
        raise Refusal(Reason.TEMPORARY, user=name, detail="length")
    if name in policy.names_barred:
        raise Refusal(Reason.BAD_CREDENTIALS, user=name, detail="barred")
    # The same work for an unknown name, so that time does not tell which names exist.
    proven = right(office.accounts.password(name), password)
    if not proven or policy.tokens_only or _bound(policy, session) not in ("", name):
        raise _wrong(office, name, proof(name, password))
    return log_in(office, session, name, "pass")


def apop(office: Office, session: Session, command: Command) -> Answer:
    """APOP name digest: MD5 over the greeting's timestamp and the shared secret (section 7)."""
    clear_enough(office, session, "APOP")
    policy = office.personality.policy
    if session.named is not None and policy.second_user == "refused-with-apop":
        raise Refusal(Reason.WRONG_STATE)
    name, given = command.arguments[:2]  # a policy may let more stand behind them
    if (
        not (name and given)
        and policy.reading is not None
        and policy.reading.apop_digest == "front"
    ):
        raise Refusal(Reason.BAD_ARGUMENT, detail="hex")
    _short_enough(office, name, Reason.BAD_CREDENTIALS)
    name = _name(office, name, Reason.BAD_CREDENTIALS, as_written=policy.apop_name_as_written)
    if policy.apop_in_any_case:
        given = given.lower()
    secret = office.accounts.secret(name)
    expected = digest(office.timestamp, prepared(secret or ""))
    # "sent in hexadecimal format, using lower-case ASCII characters"
    if not same(expected, given) or secret is None or policy.apop_fails or _bound(policy, session):
        raise _wrong(office, name)
    return log_in(office, session, name, "apop")


def misformed(office: Office, command: Command, refusal: Refusal) -> Refusal:
    """What is said of a login whose arguments have the wrong form, which `refusal` says is one."""
    policy, given = office.personality.policy, command.arguments
    if command.keyword == "APOP" and len(given) > 1:
        try:
            _short_enough(office, given[0], Reason.BAD_CREDENTIALS)
            if policy.apop_names:
                refusal.named = _name(office, given[0], Reason.BAD_CREDENTIALS, as_written=True)
        except Refusal as earlier:
            return earlier
    return refusal.detailed(detail(office, command))


def _bound(policy: Policy, session: Session) -> str:
    """Who alone may still log in on this line, or "" (`in_use_binds`)."""
    return session.user if policy.in_use_binds else ""


def _short_enough(office: Office, typed: str, reason: Reason) -> None:
    """A name is not too long (`name_limit`), which is seen before all else. Raises Refusal."""
    limit = office.personality.policy.name_limit
    if limit and len(encode(typed)) > limit:
        raise Refusal(reason, user=typed, detail="length")


def _name(office: Office, typed: str, reason: Reason, *, as_written: bool = False) -> str:
    """The name that was meant. Raises Refusal for `reason` where it may not be one."""
    policy = office.personality.policy
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
        if not policy.name_unprepared:
            raise Refusal(reason, user=typed) from None
        name = typed
    return name.lower() if policy.name_in_any_case and not as_written else name


def proof(*tried: str) -> str:
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


def clear_enough(office: Office, session: Session, what: str) -> None:
    """A password may go over this line: what needs TLS is one of `needs_tls`. Raises Refusal."""
    policy = office.personality.policy
    if (
        session.state is State.AUTHORIZATION
        and not (session.secure or policy.cleartext_login)
        and what in policy.needs_tls
    ):
        raise Refusal(Reason.NEEDS_TLS, detail="any" if what == "AUTH any" else "")


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
