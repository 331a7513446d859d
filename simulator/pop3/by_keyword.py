"""What a policy decides by the keyword alone, before anybody looks into the table of commands."""

from __future__ import annotations

from .authorization import clear_enough
from .commands import Command
from .exchange import Reason
from .inference import tells
from .session import Answer, Office, Refusal, Session, fill
from .wording import STATES

__all__ = ["by_keyword"]

#: What may follow USER where `after_user` is "pass".
_AFTER_USER = frozenset({"PASS", "QUIT"})


def by_keyword(office: Office, session: Session, command: Command) -> Answer | None:
    """The answer, where the keyword decides it; None: it does not. Raises Refusal."""
    policy = office.personality.policy
    if session.named is not None and policy.after_user == "pass":
        _only_pass(session, command)
    keyword = command.keyword
    if not policy.cleartext_login and (
        office.personality.offered(keyword) or f"authorization.{keyword}" in policy.fixed
    ):
        clear_enough(office, session, f"{keyword} *")
    return _fixed(office, session, command) if policy.fixed else None


def _fixed(office: Office, session: Session, command: Command) -> Answer | None:
    """The reply that is the same whatever is asked, where the policy has one for the keyword."""
    keyword = command.keyword.upper()
    fixed = office.personality.policy.fixed
    where = f"{STATES.get(session.state, '')}.{keyword}"
    template = fixed.get(where, fixed.get(keyword))
    if template is None:
        return None
    indicator, _, text = template.partition(" ")
    if indicator == "+OK":
        fields = {"keyword": command.keyword, "argument": "".join(command.arguments[:1])}
        return Answer(session, fill(text, office, session, **fields))
    row = command.row
    known = row is not None and session.state not in row.states
    lacking = not known or tells(text, Reason.UNKNOWN_COMMAND)
    raise Refusal(Reason.UNKNOWN_COMMAND if lacking else Reason.WRONG_STATE, words=text)


def _only_pass(session: Session, command: Command) -> None:
    """Behind USER this server takes PASS alone. Raises Refusal."""
    row = command.row
    if command.keyword not in _AFTER_USER:
        astray = row is not None and (session.state not in row.states or row.keyword == "USER")
        reason = Reason.WRONG_STATE if astray else Reason.UNKNOWN_COMMAND
        raise Refusal(reason, detail="after-user")
