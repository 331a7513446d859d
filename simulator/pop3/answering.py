"""What a line is answered with: the checks in their order, and the function that bears the keyword.

One place turns a refusal into -ERR (refusing.py), whoever refused.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from . import authentication, authorization, capability, rereading, transaction, update
from .arguments import Argument, Flaw
from .commands import COMMANDS, Command
from .exchange import Reason
from .framing import Line, may_be_utf8, read_line, read_response
from .heard import Heard, quoted
from .inference import tells
from .limits import longest_of
from .maildrop import SystemFailure
from .personality import STATES
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
_LOGINS = frozenset({"USER", "PASS", "APOP", "AUTH"})
#: What goes through all messages where it has no argument, and so finds new mail (`sees_new`).
_COUNTING = frozenset({"STAT", "LIST", "UIDL", "RSET"})
#: What may follow USER where `after_user` is "pass".
_AFTER_USER = frozenset({"PASS", "QUIT"})
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
        answer = _answer_to(office, session, heard.command, heard)
        if policy.overlong == "echoed" and len(raw) >= policy.line_limit:
            answer = answer._replace(over=raw)
        return Line(heard.line), heard.command, answer
    if attempt is None:
        line, command = read_line(raw, policy.line_limit, policy.bare_lf)
    else:
        line, command = read_response(raw, attempt.mechanism, step, policy.bare_lf)
    answer = _answer_to(office, session, command, line)
    if policy.longest_line and len(raw) >= policy.longest_line:
        longest, silent = longest_of(policy, session.state, raw, response=step > 0)
        if len(raw) >= longest:
            answer = answer._replace(hang_up=True, silent=silent)
    return line, command, answer


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
        return _no(office, session, command, line, refusal)
    except SystemFailure as failure:
        reason = Reason.PERMANENT if failure.permanent else Reason.TEMPORARY
        return _no(office, session, command, line, Refusal(reason))
    if session.bad_commands and answer.session.bad_commands:
        answer = answer._replace(session=forgiving(office, answer.session, command.keyword))
    then = office.personality.then
    if then and not (answer.failed or answer.asks):
        template = then.get(command.keyword.lower())
        if template is not None:
            count = len(session.marks)
            answer = answer._replace(also=(fill(template, office, answer.session, marked=count),))
    return answer


def _no(
    office: Office, session: Session, command: Command, line: Line | Heard, refusal: Refusal
) -> Answer:
    """The answer to a line that is refused; where this server has no words for it, the line's end."""
    policy = office.personality.policy
    heard = Heard(command, line.text) if isinstance(line, Line) else line
    speechless = policy.reading_in(session.state).speechless if policy.reading else ()
    if refusal.reason in _LOST and command.keyword in speechless:
        refusal.silent = refusal.hang_up = True
    return refuse(office, session, command, refusal, partial(quoted, heard))


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
    answer = _by_keyword(office, session, command)
    if answer is not None:
        return answer
    _known(office, session, command)
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
    answer = _by_keyword(office, session, command)
    if answer is not None:
        return answer
    _known(office, session, command)
    if refusal is not None and due == "early":
        raise refusal
    state = _state_for(office, session, command)
    policy = office.personality.policy
    asks_list = command.keyword == "AUTH" and not any(command.arguments)
    if (
        asks_list
        and refusal is None
        and heard.said != ""
        and policy.empty_mechanism == "unknown"
        and policy.mechanisms
    ):
        raise Refusal(Reason.UNKNOWN_MECHANISM)
    lists = asks_list and policy.bare_auth
    if refusal is not None and not (lists and refusal.reason is Reason.MISSING_ARGUMENT):
        if due == "message":
            session.message(command, policy.numbers)
        raise authorization.misformed(office, command, refusal)
    return _by_function(office, session, state, command)


def _by_function(office: Office, session: Session, state: State, command: Command) -> Answer:
    """The answer of the function that bears the keyword."""
    policy = office.personality.policy
    if state is State.TRANSACTION and policy.sees_new and _counts(session, command):
        session = update.with_new(session)
    answer = ANSWERS[state, command.keyword](office, session, command)
    return rereading.looked(answer, command) if policy.rereads else answer


def _counts(session: Session, command: Command) -> bool:
    """Whether the messages are counted for it, or looked for, since there are none."""
    return not session.messages or (command.keyword in _COUNTING and not command.arguments)


def _by_keyword(office: Office, session: Session, command: Command) -> Answer | None:
    """What a policy decides by the keyword, before anybody looks into the table. Raises Refusal."""
    policy = office.personality.policy
    if session.named is not None and policy.after_user == "pass":
        _only_pass(session, command)
    keyword = command.keyword
    if not policy.cleartext_login and (
        office.personality.offered(keyword) or f"authorization.{keyword}" in policy.fixed
    ):
        authorization.clear_enough(office, session, f"{keyword} *")
    return _fixed(office, session, command) if policy.fixed else None


def _known(office: Office, session: Session, command: Command) -> None:
    """There is such a command here. Raises Refusal."""
    if not office.personality.offered(command.keyword):
        raise Refusal(Reason.UNKNOWN_COMMAND)
    if session.secure and command.keyword == "STLS" and office.personality.policy.stls_once:
        raise Refusal(Reason.UNKNOWN_COMMAND)


def _state_for(office: Office, session: Session, command: Command) -> State:
    """The state whose command it is: the session's own, but where a login is taken again.

    Raises Refusal where it is not its turn.
    """
    state = session.state
    if state in COMMANDS[command.keyword].states:
        return state
    policy = office.personality.policy
    if (policy.login_again and command.keyword in _LOGINS) or (
        state is State.TRANSACTION and command.keyword in policy.also_after_login
    ):
        return State.AUTHORIZATION
    raise Refusal(Reason.WRONG_STATE)


def _tolerate(office: Office, command: Command, flaw: Flaw, *, blank: bool = False) -> Command:
    """The command as a lenient policy reads it. Raises Refusal where it is not."""
    policy = office.personality.policy
    if flaw is Flaw.SURPLUS_ARGUMENT and policy.surplus == "ignored":
        return command
    if command.keyword == "AUTH" and not command.arguments:
        if blank and policy.empty_mechanism == "unknown" and policy.mechanisms:
            raise Refusal(Reason.UNKNOWN_MECHANISM)
        if policy.bare_auth:
            return command
    takes_numbers = COMMANDS[command.keyword].arguments[:1] == (Argument.MESSAGE,)
    if flaw is Flaw.BAD_ARGUMENT and takes_numbers and policy.numbers == "leading-digits":
        return command
    hang_up = flaw is Flaw.SURPLUS_ARGUMENT and policy.surplus == "hang-up"
    detail = authorization.detail(office, command)
    raise Refusal(Reason(flaw.value), hang_up=hang_up, detail=detail)


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


assert all(key in COMMANDS and state in COMMANDS[key].states for state, key in ANSWERS)
