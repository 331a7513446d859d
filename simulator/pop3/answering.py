"""What a line is answered with: the checks in their order, and the function that bears the keyword.

One place turns a refusal into -ERR (`_refuse`), whoever refused.
"""

from __future__ import annotations

from collections.abc import Callable

from . import authorization, capability, transaction, update
from .arguments import Argument, Flaw
from .commands import COMMANDS, LOGIN_COMMANDS, Command
from .exchange import Reason
from .framing import Line, may_be_utf8
from .maildrop import SystemFailure
from .session import Answer, Office, Refusal, Session, fill
from .states import State

__all__ = ["ANSWERS", "answer_to"]

_Answering = Callable[[Office, Session, Command], Answer]

ANSWERS: dict[tuple[State, str], _Answering] = {
    (State.AUTHORIZATION, "USER"): authorization.user,
    (State.AUTHORIZATION, "PASS"): authorization.passwd,
    (State.AUTHORIZATION, "APOP"): authorization.apop,
    (State.AUTHORIZATION, "AUTH"): authorization.auth,
    (State.AUTHORIZATION, "STLS"): authorization.stls,
    (State.AUTHORIZATION, "UTF8"): authorization.utf8,
    (State.AUTHORIZATION, "LANG"): capability.lang,
    (State.AUTHORIZATION, "CAPA"): capability.capa,
    (State.AUTHORIZATION, "QUIT"): authorization.quit_early,
    (State.TRANSACTION, "STAT"): transaction.stat,
    (State.TRANSACTION, "LIST"): transaction.list_,
    (State.TRANSACTION, "RETR"): transaction.retr,
    (State.TRANSACTION, "DELE"): transaction.dele,
    (State.TRANSACTION, "NOOP"): transaction.noop,
    (State.TRANSACTION, "RSET"): transaction.rset,
    (State.TRANSACTION, "TOP"): transaction.top,
    (State.TRANSACTION, "UIDL"): transaction.uidl,
    (State.TRANSACTION, "LAST"): transaction.last,
    (State.TRANSACTION, "LANG"): capability.lang,
    (State.TRANSACTION, "CAPA"): capability.capa,
    (State.TRANSACTION, "QUIT"): update.quit_,
}

#: What counts towards a personality's limit of bad commands.
_BAD = frozenset(
    {Reason.UNKNOWN_COMMAND, Reason.BLANK_LINE, Reason.LINE_TOO_LONG, Reason.BAD_OCTET,
     Reason.BARE_LF, Reason.WRONG_STATE}
)  # fmt: skip


def answer_to(office: Office, session: Session, line: Line, command: Command) -> Answer:
    """The answer to one line. Whatever refuses it, an Answer comes back."""
    try:
        return _consult(office, session, line, command)
    except Refusal as refusal:
        return _refuse(office, session, command, refusal)
    except SystemFailure as failure:
        reason = Reason.PERMANENT if failure.permanent else Reason.TEMPORARY
        return _refuse(office, session, command, Refusal(reason))


def _consult(office: Office, session: Session, line: Line, command: Command) -> Answer:
    """The answer to a line, by the checks in their order. Raises Refusal."""
    if line.fault is not None and not (
        office.personality.policy.utf8_user and may_be_utf8(line, command)
    ):
        raise Refusal(line.fault)
    if command.step:
        return authorization.response(office, session, command)
    if not line.text:
        raise Refusal(Reason.BLANK_LINE)
    row, state = command.row, session.state
    if row is None or not office.personality.offered(command.keyword):
        raise Refusal(Reason.UNKNOWN_COMMAND)
    if state not in row.states:
        raise Refusal(Reason.WRONG_STATE)
    if command.flaw is not None:
        command = _tolerate(office, command, command.flaw)
    if state is State.TRANSACTION and office.personality.policy.sees_new:
        session = update.with_new(session)
    return ANSWERS[state, command.keyword](office, session, command)


def _tolerate(office: Office, command: Command, flaw: Flaw) -> Command:
    """The command as a lenient policy reads it. Raises Refusal where it is not."""
    policy = office.personality.policy
    if flaw is Flaw.SURPLUS_ARGUMENT and policy.surplus == "ignored":
        return command
    if command.keyword == "AUTH" and not command.arguments and policy.bare_auth:
        return command
    takes_numbers = COMMANDS[command.keyword].arguments[:1] == (Argument.MESSAGE,)
    if flaw is Flaw.BAD_ARGUMENT and takes_numbers and policy.numbers == "leading-digits":
        return command
    hang_up = flaw is Flaw.SURPLUS_ARGUMENT and policy.surplus == "hang-up"
    raise Refusal(Reason(flaw.value), hang_up=hang_up)


def _refuse(office: Office, session: Session, command: Command, refusal: Refusal) -> Answer:
    """The one place where a refusal becomes a reply."""
    policy, before = office.personality.policy, session
    template = office.personality.refusing(
        command.keyword, refusal.reason, before.state, refusal.detail
    )
    hang_up = refusal.hang_up
    if refusal.reason in _BAD and policy.bad_command_limit:
        session = session._replace(bad_commands=session.bad_commands + 1)
        hang_up = hang_up or session.bad_commands >= policy.bad_command_limit
    delay = 0.0
    if refusal.reason is Reason.BAD_CREDENTIALS:
        delay = policy.failed_login_delay
        session = session._replace(failed_logins=session.failed_logins + 1)
        hang_up = hang_up or session.failed_logins == policy.login_limit
    if command.keyword in LOGIN_COMMANDS and session.named:
        # RFC 1939 section 7: PASS only "immediately after a successful USER": a new start is needed.
        session = session._replace(named="")
    if session.attempt is not None:
        # RFC 5034 section 4: "as if the client had not issued the AUTH command", so USER holds.
        session = session._replace(attempt=None)
    fields = {"keyword": command.keyword, "argument": "".join(command.arguments[:1])}
    text = fill(template, office, before, **{**fields, **refusal.fields})
    return Answer(session, text, hang_up=hang_up, failed=refusal.reason, delay=delay)


assert all(key in COMMANDS and state in COMMANDS[key].states for state, key in ANSWERS)
