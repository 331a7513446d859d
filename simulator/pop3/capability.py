"""What is the same in AUTHORIZATION and TRANSACTION: CAPA and LANG (RFC 2449 section 5, RFC 6856)."""

from __future__ import annotations

from .authentication import mechanisms
from .commands import COMMANDS, Command
from .exchange import Reason
from .session import Answer, Office, Refusal, Session, fill
from .states import State
from .wording import STATES

__all__ = ["capa", "capabilities", "lang"]


def capa(office: Office, session: Session, _: Command) -> Answer:
    """CAPA, in both states (RFC 2449 section 5)."""
    body = "".join(f"{line}\r\n" for line in capabilities(office, session)).encode("ascii")
    return Answer(session, fill(office.personality.accepting("capa"), office, session), body)


def capabilities(office: Office, session: Session) -> list[str]:
    """CAPA's lines now: what the table and the policy offer, in this state and on this line."""
    personality, policy = office.personality, office.personality.policy
    if policy.capa and (wanted := _listed(office, session)):
        return [line for each in wanted if (line := _worked_out(each, office, session))]
    tags = [row.capability for row in COMMANDS.values()
            if row.capability and personality.offered(row.keyword)]  # fmt: skip
    lines = [line for tag in tags if (line := _line(tag, office, session))]
    lines += policy.capabilities
    lines += filter(None, (_delay(office, session), _expire(office, session)))
    if policy.implementation and session.state is State.TRANSACTION:
        lines.append(f"IMPLEMENTATION {policy.implementation}")
    return lines


def _line(tag: str, office: Office, session: Session) -> str:
    """A capability that comes with a command; "" where the command cannot be had now."""
    policy = office.personality.policy
    match tag:
        case "USER" if not (session.secure or policy.cleartext_login):
            return ""
        case "STLS" if session.secure or session.state is not State.AUTHORIZATION:
            return ""  # RFC 2595 section 4: "present and permitted in the current state"
        case "SASL":
            return " ".join(["SASL", *mechanisms(office, session)])
        case "UTF8" if policy.utf8_user:
            return "UTF8 USER"
    return tag


def _listed(office: Office, session: Session) -> tuple[str, ...]:
    """The policy's own list for this state, and for TLS where it has one; () where it has none."""
    capa, state = office.personality.policy.capa, STATES.get(session.state, "")
    keys = (f"{state}.tls.{session.by}", f"{state}.tls", state) if session.secure else (state,)
    return next((capa[key] for key in keys if key in capa), ())


def _worked_out(each: str, office: Office, session: Session) -> str:
    """A line of the policy's own list as it is said now; "" where there is nothing to say."""
    match each:
        case "LOGIN-DELAY":  # a list that has it says 0 too
            return _delay(office, session) or "LOGIN-DELAY 0"
        case "EXPIRE":
            return _expire(office, session)
        case "IMPLEMENTATION":
            software = office.personality.policy.implementation
            return f"IMPLEMENTATION {software}" if software else ""
        case "STLS":  # the list is of one state already
            had = office.personality.offered("STLS") and not session.secure
            return each if had else ""
        case "USER" | "SASL" | "UTF8":
            return _line(each, office, session)
    return each.removeprefix("=")


def _delay(office: Office, session: Session) -> str:
    """LOGIN-DELAY: before login, " USER" says that it differs (RFC 2449 §6.5)."""
    policy = office.personality.policy
    delay, by_user = policy.login_delay_for(session.user), bool(policy.login_delay_of)
    if not (delay or by_user):
        return ""
    return f"LOGIN-DELAY {delay}{' USER' if by_user and not session.user else ''}"


def _expire(office: Office, session: Session) -> str:
    """EXPIRE, likewise (RFC 2449 §6.7)."""
    policy = office.personality.policy
    end = policy.expire_for(session.user)
    by_user = bool(policy.expire_of) and not session.user
    return f"EXPIRE {end}{' USER' if by_user else ''}" if end else ""


def lang(office: Office, session: Session, command: Command) -> Answer:
    """LANG [language]: choose the language of the texts, or list them (RFC 6856 section 3.2)."""
    personality = office.personality
    if not command.arguments:
        rows = [f"{tag} {each.name}" for tag, each in personality.languages.items()]
        body = "".join(f"{row}\r\n" for row in [*rows, "i-default"]).encode()
        return Answer(session, fill(personality.accepting("languages"), office, session), body)
    tag = personality.language(command.arguments[0])
    if tag is None:
        raise Refusal(Reason.UNKNOWN_LANGUAGE)
    chosen = "" if tag == "i-default" else tag
    after = session if chosen == session.language else session._replace(language=chosen)
    # The texts of i-default are the personality's own: `office` may speak another language now.
    spoken = office.speaking(chosen)
    return Answer(after, f"{tag} {fill(spoken.personality.accepting('lang'), spoken, after)}")
