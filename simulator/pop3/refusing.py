"""What a refusal comes to: the -ERR and its text, and what it costs.

The one place where a refusal becomes a reply, whoever refused. What a page says of it (its text; late,
counted, not said at all, the end of the line) is a Verdict.
"""

from __future__ import annotations

from .commands import LOGIN_COMMANDS, Command
from .exchange import Reason
from .framing import Line
from .heard import Heard, quoted
from .policy import Policy
from .session import Answer, Office, Refusal, Session, fill
from .states import State

__all__ = ["forgiving", "refuse"]


def refuse(
    office: Office, session: Session, command: Command, line: Line | Heard, refusal: Refusal
) -> Answer:
    """The answer that says no. Its text may quote the line."""
    personality, before, reason = office.personality, session, refusal.reason
    verdict = personality.verdict(command.keyword, reason, session.state, refusal.detail)
    session, ends, delay = _after(office, session, command, refusal)
    session, last = _counted(office, session, command.keyword, bad=verdict.bad)

    def filled(template: str) -> str:
        if "{" not in template:
            return template
        heard = line if isinstance(line, Heard) else Heard(command, line.text)
        return fill(template, office, before, **{**quoted(heard), **refusal.fields})

    said = refusal.words if refusal.words is not None else verdict.text or ""
    then = verdict.then
    unasked = personality.unasked("too-many-errors", before.state) if last else None
    if unasked is not None and personality.policy.last_words == "joined":
        said, unasked = f"{said}{unasked.partition(' ')[2]}", None
    return Answer(
        session, filled(said), hang_up=refusal.hang_up or verdict.hangs_up or ends or last,
        failed=reason, delay=verdict.late + delay, silent=refusal.silent or verdict.silent,
        also=tuple(map(filled, filter(None, (then, unasked)))) if then or unasked else (),
    )  # fmt: skip


def _after(
    office: Office, session: Session, command: Command, refusal: Refusal
) -> tuple[Session, bool, float]:
    """The session behind a refusal, whether it was the last login, and seconds that it is late."""
    policy, reason, ends, delay = office.personality.policy, refusal.reason, False, 0.0
    if refusal.named is not None:
        session = session._replace(named=refusal.named or None)
    # A name that is too long is not looked up: nobody has tried to log in.
    untried = command.keyword == "APOP" and refusal.detail == "length"
    if reason is Reason.BAD_CREDENTIALS and not untried:
        delay = _struck(office, session, refusal.proof)
        session = session._replace(failed_logins=session.failed_logins + 1)
        ends = session.failed_logins == policy.login_limit
    if reason is Reason.IN_USE and policy.in_use_binds:
        session = session._replace(user=str(refusal.fields["user"]))
    if session.named is not None and _voids(policy, command, refusal):
        session = session._replace(named=None)
    if session.attempt is not None:
        # RFC 5034 section 4: "as if the client had not issued the AUTH command", so USER holds.
        session = session._replace(attempt=None)
    return session, ends, delay


def _counted(office: Office, session: Session, keyword: str, *, bad: bool) -> tuple[Session, bool]:
    """The session with this refusal in its count, and whether it was the last that is borne."""
    policy = office.personality.policy
    limit = policy.bad_command_limit
    if session.state is State.AUTHORIZATION and policy.bad_command_limit_before_login:
        limit = policy.bad_command_limit_before_login
    if not limit or not bad:
        return forgiving(office, session, keyword), False
    session = session._replace(bad_commands=session.bad_commands + 1)
    return session, session.bad_commands >= limit


def forgiving(office: Office, session: Session, keyword: str) -> Session:
    """The session behind a command that was no bad one."""
    if not session.bad_commands:
        return session
    policy = office.personality.policy
    moved = policy.bad_commands_forgiven and keyword not in policy.bad_commands_unmoved_by
    return session._replace(bad_commands=0) if moved else session


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
