"""From AUTHORIZATION into TRANSACTION: who may, and what is shown (RFC 1939 section 4)."""

from __future__ import annotations

from .exchange import Reason
from .maildrop import InUse, Maildrop, TooMany
from .session import Answer, Office, Refusal, Session, fill
from .states import State

__all__ = ["log_in", "waits"]

_DAY = 86400


def _begun(office: Office, session: Session, name: str, maildrop: Maildrop, by: str) -> Session:
    """The session with that maildrop open. What was there when it began is what it sees."""
    policy = office.personality.policy
    messages = maildrop.messages
    if policy.window:
        messages = messages[: policy.window]
    after = session._replace(
        state=State.TRANSACTION, named=None, user=name, maildrop=maildrop, messages=messages,
        marks=frozenset(), sent=frozenset(), shown=frozenset(), by=by,
        bad_commands=_carried_over(office, session),
        since=office.clock() if policy.login_delay_after == "quitted" else 0.0,
    )  # fmt: skip
    if policy.removal == "flagged":
        known = range(1, len(messages) + 1)
        after = after._replace(marks=frozenset(maildrop.flagged).intersection(known))
    if policy.last_kept and office.personality.offered("LAST"):
        # RFC 1460 section 4: "that of the last message referenced by the RETR command"
        # Of what was removed since there is nothing to be told.
        seen = office.accounts.accessed(name)
        numbers = [at for at, each in enumerate(messages, 1) if seen and each.unique_id in seen]
        after = after._replace(highest=max(numbers, default=0))
    return after


def waits(office: Office) -> int:
    """Seconds that a login waits which begins now, for what its address has tried before."""
    policy = office.personality.policy
    if office.penalty is None or not policy.login_penalty:
        return 0
    return office.penalty.seconds(policy, office.clock())


def log_in(
    office: Office, session: Session, name: str, key: str, *, waited: bool = False
) -> Answer:
    """Somebody has proved to be `name`: the +OK, under its key in the wording. Raises Refusal.

    `waited`: what `waits` says has passed already.
    """
    policy, accounts, now = office.personality.policy, office.accounts, office.clock()
    between = policy.login_delay_for(name)
    last = accounts.last_login(name) if between else None
    if last is not None and now - last < between:
        minutes = f"{between // 60} minute{'' if between // 60 == 1 else 's'}"
        raise Refusal(Reason.LOGIN_DELAY, user=name, delay=between, minutes=minutes)
    days = policy.expire_for(name)
    if days not in ("", "NEVER", "0") and policy.expire_from == "arrival":
        accounts.expire(name, now - int(days) * _DAY)
    try:
        if session.maildrop is not None and session.user == name:
            session.maildrop.release()  # its own lock would keep it out
        most = policy.sessions_limit
        maildrop = accounts.open(name, exclusive=policy.lock, at=now, peer=office.peer, most=most)
    except TooMany:
        raise Refusal(Reason.IN_USE, user=name, detail="sessions", most=most) from None
    except InUse:
        raise Refusal(Reason.IN_USE, user=name) from None
    if session.maildrop is not None and session.user != name:
        session.maildrop.release()
    if between and policy.login_delay_after == "login":
        accounts.logged_in(name, now)
    after = _begun(office, session, name, maildrop, key)
    delay = 0 if waited else waits(office)
    if office.penalty is not None:
        office.penalty.forgiven()
    loses = "behind-login" in policy.lost or (key == "auth" and "behind-auth" in policy.lost)
    text = fill(office.personality.accepting(key), office, after)
    return Answer(after, text, delay=delay, loses=loses)


def _carried_over(office: Office, session: Session) -> int:
    """The bad commands that count on in TRANSACTION."""
    apart = office.personality.policy.bad_command_limit_before_login
    return 0 if apart and session.state is State.AUTHORIZATION else session.bad_commands
