"""What a line is answered with: the checks in their order, and the function that bears the keyword.

One place turns a refusal into -ERR (`_refuse`), whoever refused.
"""

from __future__ import annotations

from collections.abc import Callable

from . import authorization, capability, transaction, update
from .arguments import Argument, Flaw
from .commands import COMMANDS, LOGIN_COMMANDS, Command
from .exchange import Reason
from .framing import Line, may_be_utf8, read_line, read_response
from .limits import longest_of
from .maildrop import SystemFailure
from .session import Answer, Office, Refusal, Session, fill
from .states import State
from .understanding import Heard, hear, hear_response, quoted

__all__ = ["ANSWERS", "answer_line"]

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


#: A message that is not there, and a number that is none.
_LOST = frozenset({Reason.NO_SUCH_MESSAGE, Reason.BAD_ARGUMENT})


def answer_line(office: Office, session: Session, raw: bytes) -> tuple[Line, Command, Answer]:
    """A line as it was cut, the command that the server finds in it, and the answer."""
    policy, attempt = office.personality.policy, session.attempt
    step = len(attempt.responses) + 1 if attempt is not None else 0
    if policy.reading is not None:
        if attempt is None:
            heard = hear(policy, session.state, raw)
        else:
            heard = hear_response(policy, attempt.mechanism, step, raw)
        answer = _answer_heard(office, session, heard)
        if policy.overlong == "echoed" and len(raw) >= policy.line_limit:
            answer = answer._replace(over=raw)
        return Line(heard.line), heard.command, answer
    if attempt is None:
        line, command = read_line(raw, policy.line_limit, policy.bare_lf)
    else:
        line, command = read_response(raw, attempt.mechanism, step, policy.bare_lf)
    answer = _answer_to(office, session, line, command)
    if policy.longest_line and len(raw) >= policy.longest_line:
        longest, silent = longest_of(policy, session.state, raw, response=step > 0)
        if len(raw) >= longest:
            answer = answer._replace(hang_up=True, silent=silent)
    return line, command, answer


def _answer_to(office: Office, session: Session, line: Line, command: Command) -> Answer:
    """The answer to one line, as the RFC reads it. Whatever refuses it, an Answer comes back."""
    try:
        return _consult(office, session, line, command)
    except Refusal as refusal:
        return _refuse(office, session, Heard(command, line.text), refusal)
    except SystemFailure as failure:
        reason = Reason.PERMANENT if failure.permanent else Reason.TEMPORARY
        return _refuse(office, session, Heard(command, line.text), Refusal(reason))


def _answer_heard(office: Office, session: Session, heard: Heard) -> Answer:
    """The answer to one line that the server has read in its own way."""
    try:
        return _consult_heard(office, session, heard)
    except Refusal as refusal:
        return _refuse(office, session, heard, refusal)
    except SystemFailure as failure:
        reason = Reason.PERMANENT if failure.permanent else Reason.TEMPORARY
        return _refuse(office, session, heard, Refusal(reason))


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


def _consult_heard(office: Office, session: Session, heard: Heard) -> Answer:
    """The same for a line that was read otherwise, with what refuses it where it is due."""
    command, refusal, due = heard.command, heard.refusal, heard.due
    if refusal is not None and due == "at once":
        raise refusal
    if command.step:
        return authorization.response(office, session, command)
    if not heard.word:
        raise Refusal(Reason.BLANK_LINE)
    row, state = command.row, session.state
    if row is None or not office.personality.offered(command.keyword):
        raise Refusal(Reason.UNKNOWN_COMMAND)
    if refusal is not None and due == "early":
        raise refusal
    if state not in row.states:
        raise Refusal(Reason.WRONG_STATE)
    asks_list = command.keyword == "AUTH" and not command.arguments
    if refusal is not None and not (asks_list and office.personality.policy.bare_auth):
        if due == "message":
            session.message(command, office.personality.policy.numbers)
        raise refusal
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


def _refuse(office: Office, session: Session, heard: Heard, refusal: Refusal) -> Answer:
    """The one place where a refusal becomes a reply."""
    policy, before, command = office.personality.policy, session, heard.command
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
    speechless = policy.reading_in(before.state).speechless if policy.reading else ()
    lost = refusal.reason in _LOST and command.keyword in speechless
    silent, hang_up = refusal.silent or lost, hang_up or lost
    fields = quoted(heard) if "{" in template else {}
    text = fill(template, office, before, **{**fields, **refusal.fields})
    return Answer(session, text, hang_up=hang_up, failed=refusal.reason, delay=delay, silent=silent)


assert all(key in COMMANDS and state in COMMANDS[key].states for state, key in ANSWERS)
