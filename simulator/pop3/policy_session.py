"""What a session may do and is told, where servers differ: each decision a named field of `Policy`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .policy_lines import LinePolicy

__all__ = ["SessionPolicy"]


@dataclass(frozen=True, slots=True)
class SessionPolicy(LinePolicy):
    """Commands, logins, limits and delays. Defaults are what RFC 1939 and 2449 ask for."""

    #: Optional commands that it has, of `OPTIONAL`. popa3d has no APOP and no CAPA; few have APOP.
    #: AUTH it has where it has `mechanisms`.
    offers: frozenset[str] = frozenset({"APOP", "TOP", "UIDL", "CAPA"})
    #: CAPA's lines beyond what `offers` says; in AUTHORIZATION and in TRANSACTION (RFC 2449 §5).
    capabilities: tuple[str, ...] = ("RESP-CODES", "PIPELINING")
    #: What IMPLEMENTATION says, or "": not announced. Only after login, as RFC 2449 §6.9 allows.
    implementation: str = ""
    #: USER: "any" name is answered +OK (Dovecot, Cyrus), or only a "known" one (RFC 1939 §7 has both).
    names: Literal["any", "known"] = "any"
    #: Hang up after so many bad commands in one session; 0: never. Dovecot 21, solid-pop3d 5.
    bad_command_limit: int = 0
    #: Hang up after so many failed logins; 0: never. popa3d 1.
    login_limit: int = 0
    #: The SASL mechanisms in the order of CAPA's SASL (RFC 5034 §3). Empty: there is no AUTH.
    mechanisms: tuple[str, ...] = ()
    #: AUTH alone lists the mechanisms, one a line (no RFC; Exchange, Dovecot and mailutils do).
    bare_auth: bool = False
    #: USER and PASS, and SASL in the clear, are taken before TLS. RFC 8314 §4.1 would have them
    #: refused; Dovecot refuses by default.
    cleartext_login: bool = True
    #: Seconds from one login to the next (RFC 2449 §6.5); 0: none. Cyrus, mailutils 300 as packaged.
    login_delay: int = 0
    #: Other delays for some users: CAPA then says LOGIN-DELAY ... USER before login.
    login_delay_of: Mapping[str, int] = field(default_factory=dict)
    #: Seconds that a refused login waits for its -ERR. Dovecot 2, growing; mailutils 5.
    failed_login_delay: int = 0
    #: Seconds without a line after which it hangs up; RFC 1939 §3: "at least 10 minutes". 0: never.
    autologout: int = 600
    #: Seconds from the greeting in which somebody must log in; 0: any. No RFC; Dovecot 180.
    login_within: int = 0
    #: Names and passwords may be UTF-8: CAPA says UTF8 USER (RFC 6856 §2.2).
    utf8_user: bool = False
    #: What `LANG *` chooses (RFC 6856 §3.2): a tag among the personality's `languages`.
    language: str = "i-default"
