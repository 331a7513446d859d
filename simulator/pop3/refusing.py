"""What a refusal comes to: the -ERR and its text, and what it costs.

The one place where a refusal becomes a reply, whoever refused. What a policy says of refusals (late,
counted, not said at all, the end of the line) is read here and nowhere else, by the keys of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from .commands import LOGIN_COMMANDS, Command
from .exchange import Reason
from .personality import refusal_keys
from .policy import Policy
from .session import Answer, Office, Refusal, Session, fill
from .states import State

__all__ = ["forgiving", "refuse"]

_Said = TypeVar("_Said", str, int)


def refuse(
    office: Office, session: Session, command: Command, refusal: Refusal,
    quoted: Callable[[], Mapping[str, str | int]] = dict,
) -> Answer:  # fmt: skip
    """The answer that says no. `quoted`: gives what its text may quote of the line."""
    personality, policy, before = office.personality, office.personality.policy, session
    reason = refusal.reason
    keys = refusal_keys(command.keyword, reason, session.state, refusal.detail)
    hang_up = refusal.hang_up or _among(keys, policy.hangs_up_on)
    delay: float = _first(keys, policy.delays) or 0
    if refusal.named is not None:
        session = session._replace(named=refusal.named or None)
    # A name that is too long is not looked up: nobody has tried to log in.
    untried = command.keyword == "APOP" and refusal.detail == "length"
    if reason is Reason.BAD_CREDENTIALS and not untried:
        delay += policy.failed_login_delay + _struck(office, session, refusal.proof)
        session = session._replace(failed_logins=session.failed_logins + 1)
        hang_up = hang_up or session.failed_logins == policy.login_limit
    if session.named is not None and _voids(policy, command, refusal):
        session = session._replace(named=None)
    if session.attempt is not None:
        # RFC 5034 section 4: "as if the client had not issued the AUTH command", so USER holds.
        session = session._replace(attempt=None)
    session, last = _counted(office, session, command.keyword, keys)

    def filled(template: str) -> str:
        if "{" not in template:
            return template
        return fill(template, office, before, **{**quoted(), **refusal.fields})

    said = refusal.words if refusal.words is not None else _first(keys, personality.wording)
    then = _first(keys, personality.then)
    unasked = personality.unasked("too-many-errors", before.state) if last else None
    if unasked is not None and policy.last_words == "joined":
        said, unasked = f"{said or ''}{unasked.partition(' ')[2]}", None
    return Answer(
        session, filled(said or ""), hang_up=hang_up or last, failed=reason, delay=delay,
        silent=refusal.silent or _among(keys, policy.silent_on),
        also=tuple(map(filled, filter(None, (then, unasked)))) if then or unasked else (),
    )  # fmt: skip


def _counted(
    office: Office, session: Session, keyword: str, keys: tuple[str, ...]
) -> tuple[Session, bool]:
    """The session with this refusal in its count, and whether it was the last that is borne."""
    policy = office.personality.policy
    limit = policy.bad_command_limit
    if session.state is State.AUTHORIZATION and policy.bad_command_limit_before_login:
        limit = policy.bad_command_limit_before_login
    bad = _among(keys, policy.bad_commands) and not _among(keys, policy.bad_commands_not)
    if not limit or not bad:
        return forgiving(office, session, keyword), False
    session = session._replace(bad_commands=session.bad_commands + 1)
    return session, session.bad_commands >= limit


def forgiving(office: Office, session: Session, keyword: str) -> Session:
    """The session behind a command that was no bad one."""
    policy = office.personality.policy
    moved = policy.bad_commands_forgiven and keyword not in policy.bad_commands_unmoved_by
    if session.bad_commands and moved:
        return session._replace(bad_commands=0)
    return session


def _among(keys: tuple[str, ...], named: frozenset[str]) -> bool:
    return not named.isdisjoint(keys)


def _first(keys: tuple[str, ...], said: Mapping[str, _Said]) -> _Said | None:
    if said:
        for key in keys:
            if key in said:
                return said[key]
    return None


def _struck(office: Office, session: Session, proof: str) -> float:
    """Seconds for what this address has tried before; and this counts for the next."""
    policy, now = office.personality.policy, office.clock()
    if office.penalty is None or not policy.login_penalty:
        return 0
    # Who waits for a response has made the client wait before it asked.
    seconds = 0 if session.attempt is not None else office.penalty.seconds(policy, now)
    office.penalty.struck(policy, now, proof, seconds)
    return seconds


def _voids(policy: Policy, command: Command, refusal: Refusal) -> bool:
    """Whether the name that USER gave is void behind this refusal.

    RFC 1939 section 7: PASS only "immediately after a successful USER": a new start is needed.
    """
    by = policy.name_void
    if policy.after_user == "pass":
        return True
    if refusal.detail == "barred":
        return False
    if by == "pass":
        return command.keyword == "PASS" and refusal.reason is not Reason.MISSING_ARGUMENT
    return by == "login" and command.keyword in LOGIN_COMMANDS
