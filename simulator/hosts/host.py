"""One simulated host: its names, its ports, how it speaks, and whose mail it keeps."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.pop3 import Personality

from .script import Script

__all__ = ["Host"]


@dataclass(frozen=True, slots=True)
class Host:
    """A host of the simulated directory. Immutable; what changes is kept by the Network."""

    name: str  #: the name one dials
    canonical: str  #: the name behind "Connected to"
    address: str  #: the address behind "Trying"
    ports: tuple[int, ...]  #: the ports on which its POP3 server listens
    personality: Personality
    mailboxes: tuple[str, ...]  #: the names of the sample maildrops that it keeps
    about: str = ""
    shows: str = ""  #: what one can see here that is not to be seen elsewhere
    tls_ports: tuple[int, ...] = ()  #: the ports on which it speaks TLS from the first octet
    script: Script = field(
        default_factory=Script
    )  #: what others do to its mail while one is connected
    timestamp: str = ""  #: a fixed APOP timestamp with its <>, where a page's own is re-enacted
