"""What a line is answered with: the checks in their order, and the function that bears the keyword.

One place turns a refusal into -ERR (refusing.py), whoever refused.
"""

from __future__ import annotations

from collections.abc import Callable

from . import authentication, authorization, capability, rereading, transaction, update
from .arguments import Argument, Flaw
from .by_keyword import by_keyword
from .commands import COMMANDS, LOGIN_COMMANDS, Command
from .exchange import Reason, is_text
from .framing import Line, may_be_utf8, read_line, read_response
from .heard import Heard
from .limits import longest_of
from .maildrop import SystemFailure
from .policy import Policy
from .refusing import forgiving, refuse
from .session import Answer, Office, Refusal, Session, fill
from .states import State
from .understanding import hear, hear_response

__all__ = ["ANSWERS", "answer_line"]

_Answering = Callable[[Office, Session, Command], Answer]

ANSWERS: dict[tuple[State, str], _Answering] = {
    (State.AUTHORIZATION, "USER"): authorization.user,
    (State.AUTHORIZATION, "PASS"): authorization.passwd,
    (State.AUTHORIZATION, "APOP"): authorization.apop,
    (State.AUTHORIZATION, "AUTH"): authentication.auth,
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

#: What logs in: `login_again` lets it do so in TRANSACTION.
_LOGINS = LOGIN_COMMANDS | {"AUTH"}
#: What goes through all messages where it has no argument, and so finds new mail (`sees_new`).
_COUNTING = frozenset({"STAT", "LIST", "UIDL", "RSET"})


def answer_line(office: Office, session: Session, raw: bytes) -> tuple[Line, Command, Answer]:
    """A line as it was cut, the command that the server finds in it, and the answer."""
    policy, attempt = office.personality.policy, session.attempt
    if policy.reading is not None:
        return _answer_heard(office, session, raw)
    if attempt is None:
        line, command = read_line(raw, policy.line_limit, policy.bare_lf)
    else:
        step = len(attempt.responses) + 1
        line, command = read_response(raw, attempt.mechanism, step, policy.bare_lf)
    answer = _answer_to(office, session, command, line)
    if policy.longest_line and len(raw) >= policy.longest_line:
        longest, silent = longest_of(policy, session.state, raw, response=attempt is not None)
        if len(raw) >= longest:
            answer = answer._replace(hang_up=True, silent=silent)
    return line, command, answer


def _answer_heard(office: Office, session: Session, raw: bytes) -> tuple[Line, Command, Answer]:
    """The same where the server reads in its own way."""
    policy, attempt = office.personality.policy, session.attempt
    if attempt is None:
        heard = hear(policy, session.state, raw)
    else:
        heard = hear_response(policy, attempt.mechanism, len(attempt.responses) + 1, raw)
    answer = _answer_to(office, session, heard.command, heard)
    if policy.overlong == "echoed" and len(raw) >= policy.line_limit:
        answer = answer._replace(over=raw)
    return Line(heard.line), heard.command, answer


def _answer_to(office: Office, session: Session, command: Command, line: Line | Heard) -> Answer:
    """The answer to a line, as the RFC reads it or as the server heard it.

    Whatever refuses it, an Answer comes back.
    """
    try:
        if isinstance(line, Line):
            answer = _consult(office, session, line, command)
        else:
            answer = _consult_heard(office, session, line)
    except Refusal as refusal:
        return refuse(office, session, command, line, refusal)
    except SystemFailure as failure:
        reason = Reason.PERMANENT if failure.permanent else Reason.TEMPORARY
        return refuse(office, session, command, line, Refusal(reason))
    if session.bad_commands and answer.session.bad_commands:
        answer = answer._replace(session=forgiving(office, answer.session, command.keyword))
    then = office.personality.then
    if then and not (answer.failed or answer.asks):
        template = then.get(command.keyword.lower())
        if template is not None:
            count = len(session.marks)
            answer = answer._replace(also=(fill(template, office, answer.session, marked=count),))
    return answer


def _consult(office: Office, session: Session, line: Line, command: Command) -> Answer:
    """The answer to a line, by the checks in their order. Raises Refusal."""
    if line.fault is not None and not (
        office.personality.policy.utf8_user and may_be_utf8(line, command)
    ):
        raise Refusal(line.fault)
    if command.step:
        return authentication.response(office, session, command)
    if not line.text:
        raise Refusal(Reason.BLANK_LINE)
    answer = by_keyword(office, session, command)
    if answer is not None:
        return answer
    state = _state_for(office, session, command)
    if command.flaw is not None:
        command = _tolerate(office, command, command.flaw, blank=line.text.endswith(" "))
    return _by_function(office, session, state, command)


def _consult_heard(office: Office, session: Session, heard: Heard) -> Answer:
    """The same for a line that was read otherwise, with what refuses it where it is due."""
    command, refusal, due = heard.command, heard.refusal, heard.due
    if refusal is not None and due == "at once":
        raise refusal
    if command.step:
        return authentication.response(office, session, command)
    if not heard.word:
        raise Refusal(Reason.BLANK_LINE, detail="leading" if heard.line else "")
    answer = by_keyword(office, session, command)
    if answer is not None:
        return answer
    state = _state_for(office, session, command, refusal if due == "early" else None)
    policy = office.personality.policy
    if command.keyword == "AUTH" and command.arguments in ((), ("",)):
        if refusal is None and heard.said:
            _named_mechanism(policy)
        if policy.bare_auth and refusal is not None and refusal.reason is Reason.MISSING_ARGUMENT:
            refusal = None
    if refusal is not None:
        if due == "message":
            session.message(command, policy.numbers)
        raise authorization.misformed(office, command, refusal)
    return _by_function(office, session, state, command)


def _by_function(office: Office, session: Session, state: State, command: Command) -> Answer:
    """The answer of the function that bears the keyword."""
    policy = office.personality.policy
    if policy.sees_new and state is State.TRANSACTION and _counts(session, command):
        session = update.with_new(session)
    answer = ANSWERS[state, command.keyword](office, session, command)
    return rereading.looked(answer, command) if policy.rereads else answer


def _counts(session: Session, command: Command) -> bool:
    """Whether the messages are counted for it, or looked for, since there are none."""
    return not session.messages or (command.keyword in _COUNTING and not command.arguments)


def _state_for(
    office: Office, session: Session, command: Command, early: Refusal | None = None
) -> State:
    """The state whose command it is: the session's own, but where a login is taken again.

    Raises Refusal: there is no such command here, or it is not its turn; between the two, `early`.
    """
    state, keyword, policy = session.state, command.keyword, office.personality.policy
    known = keyword in office.personality.known
    if not known or (keyword == "STLS" and session.secure and policy.stls_once):
        raise Refusal(Reason.UNKNOWN_COMMAND, detail="" if is_text(keyword) else "undecodable")
    if early is not None:
        raise early
    if state in COMMANDS[keyword].states:
        return state
    if (policy.login_again and keyword in _LOGINS) or (
        state is State.TRANSACTION and keyword in policy.also_after_login
    ):
        return State.AUTHORIZATION
    raise Refusal(Reason.WRONG_STATE)


def _tolerate(office: Office, command: Command, flaw: Flaw, *, blank: bool = False) -> Command:
    """The command as a lenient policy reads it. Raises Refusal where it is not."""
    policy = office.personality.policy
    if flaw is Flaw.SURPLUS_ARGUMENT and policy.surplus == "ignored":
        return command
    if command.keyword == "AUTH" and not command.arguments:
        if blank:
            _named_mechanism(policy)
        if policy.bare_auth:
            return command
    takes_numbers = COMMANDS[command.keyword].arguments[:1] == (Argument.MESSAGE,)
    if flaw is Flaw.BAD_ARGUMENT and takes_numbers and policy.numbers == "leading-digits":
        return command
    raise Refusal(Reason(flaw.value), detail=authorization.detail(office, command))


def _named_mechanism(policy: Policy) -> None:
    """AUTH and a blank: a mechanism without a name, where a server takes it so. Raises Refusal."""
    if policy.empty_mechanism == "unknown" and policy.mechanisms:
        raise Refusal(Reason.UNKNOWN_MECHANISM)


assert all(key in COMMANDS and state in COMMANDS[key].states for state, key in ANSWERS)
