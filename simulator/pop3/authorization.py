"""The AUTHORIZATION state: who is there? (RFC 1939 sections 4 and 7; RFC 2449 section 5)"""

from __future__ import annotations

from dataclasses import replace
from hashlib import md5
from hmac import compare_digest

from .commands import COMMANDS, Command
from .exchange import Reason, encode
from .maildrop import InUse
from .personality import Personality
from .session import Answer, Office, Refusal, Session, fill
from .states import State

__all__ = ["apop", "capa", "digest", "passwd", "quit_early", "user"]


def user(office: Office, session: Session, command: Command) -> Answer:
    """USER name. Section 7: a server may say +OK "even though no such mailbox exists"."""
    name = command.arguments[0]
    policy = office.personality.policy
    if policy.names == "known" and not office.accounts.knows(name):
        raise Refusal(Reason.NO_SUCH_MAILBOX, user=name)
    after = replace(session, named=name)
    return Answer(after, fill(office.personality.accepting("user"), office, after))


def passwd(office: Office, session: Session, command: Command) -> Answer:
    """PASS string, "immediately after a successful USER command" (section 7)."""
    if not session.named:
        raise Refusal(Reason.USER_FIRST)
    expected = office.accounts.password(session.named)
    given = command.arguments[0]
    # The same work for an unknown name, so that time does not tell which names exist.
    right = compare_digest(encode(expected or ""), encode(given)) and expected is not None
    if not right:
        raise Refusal(Reason.BAD_CREDENTIALS, user=session.named)
    return _log_in(office, session, session.named, "pass")


def apop(office: Office, session: Session, command: Command) -> Answer:
    """APOP name digest: MD5 over the greeting's timestamp and the shared secret (section 7)."""
    name, given = command.arguments
    secret = office.accounts.secret(name)
    expected = digest(office.timestamp, secret or "")
    # "sent in hexadecimal format, using lower-case ASCII characters"
    if not compare_digest(encode(expected), encode(given)) or secret is None:
        raise Refusal(Reason.BAD_CREDENTIALS, user=name)
    return _log_in(office, session, name, "apop")


def digest(timestamp: str, secret: str) -> str:
    """APOP's digest: 32 lower-case hexadecimal digits (RFC 1939 section 7)."""
    return md5(encode(timestamp + secret), usedforsecurity=False).hexdigest()


def _log_in(office: Office, session: Session, name: str, key: str) -> Answer:
    try:
        maildrop = office.accounts.open(name, exclusive=office.personality.policy.lock)
    except InUse:
        raise Refusal(Reason.IN_USE, user=name) from None
    messages = maildrop.messages
    window = office.personality.policy.window
    shown = messages[:window] if window else messages
    after = replace(
        session, state=State.TRANSACTION, named="", user=name, maildrop=maildrop, messages=shown
    )
    return Answer(after, fill(office.personality.accepting(key), office, after))


def quit_early(office: Office, session: Session, command: Command) -> Answer:
    """QUIT before login: the session ends and does NOT enter UPDATE (section 6)."""
    text = fill(office.personality.accepting("goodbye"), office, session)
    return Answer(session, text, hang_up=True)


def capa(office: Office, session: Session, command: Command) -> Answer:
    """CAPA, in both states (RFC 2449 section 5)."""
    listing = capabilities(office.personality, session.state)
    body = "".join(f"{line}\r\n" for line in listing).encode("ascii")
    return Answer(session, fill(office.personality.accepting("capa"), office, session), body)


def capabilities(personality: Personality, state: State) -> list[str]:
    """CAPA's lines in that state: what the table and the policy offer, in the table's order."""
    tags = [row.capability for row in COMMANDS.values() if row.capability]
    listing = [tag for tag in tags if personality.offered(tag)]
    listing += personality.policy.capabilities
    if personality.policy.implementation and state is State.TRANSACTION:
        listing.append(f"IMPLEMENTATION {personality.policy.implementation}")
    return listing
