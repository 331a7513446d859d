"""One server's way of being: its wording, and its policy. Data; no code asks for a server's name.

Real servers agree on +OK and -ERR and on little else. What they say differs (`Wording`), and so does
what they do where the RFCs leave room or are ignored (`Policy`). The engine reads each policy at one
named place. Personalities are written as YAML pages and checked when they are read (simulator.hosts);
the keys of their texts are told in wording.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .commands import COMMANDS
from .exchange import Reason
from .policy import Policy
from .replies import said
from .states import State
from .verdicts import Verdict, verdict_of
from .wording import STATES, refusal_keys

__all__ = ["OPTIONAL", "Language", "Personality", "Policy"]

#: The commands that a server may lack (CAPA, LAST) or that came with an extension.
OPTIONAL = frozenset({"APOP", "TOP", "UIDL", "CAPA", "STLS", "UTF8", "LANG", "LAST"})


@dataclass(frozen=True, slots=True)
class Language:
    """The texts of a personality in one language; what is missing is said in i-default's words."""

    name: str  #: the language in the language itself
    wording: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Personality:
    """Wording and policy of one server. `wording` maps keys of `WORDS` to templates.

    A template is the reply's text behind the status indicator; `{count}` and the other `FIELDS` are
    filled in. An empty template gives the bare indicator.
    """

    name: str
    about: str
    wording: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    languages: Mapping[str, Language] = field(default_factory=dict)  #: by tag (RFC 5646)
    origin: Personality | None = None  #: of one that speaks a language: as it speaks i-default
    #: The name of the software and the version that is played, or "": it is the course's own.
    server: str = ""
    #: Where what is known of a real server is from: "run: ...", "source: ...", "documentation: ...",
    #: "log: ...". With any, it is played as it is, and not held to what the RFCs ask (`complaints`).
    sources: tuple[str, ...] = ()
    #: A second line behind a reply, whole with its status indicator, by the reply's key in `wording`:
    #: against RFC 1939 §3, which has one. GreenMail behind RSET, Qpopper behind a refused APOP. Under
    #: `autologout`: said in place of that text.
    then: Mapping[str, str] = field(default_factory=dict)

    #: The keywords of the commands that this server has; worked out once, as each line asks for it.
    known: frozenset[str] = field(init=False, repr=False, compare=False, default=frozenset())
    #: The commands whose answers do not last as long as the session (Policy.passing).
    passing: frozenset[str] = field(init=False, repr=False, compare=False, default=frozenset())
    #: The verdicts on refusals that were asked for, each worked out once.
    _verdicts: dict[tuple[str, Reason, State | None, str], Verdict] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """AUTH is there with a mechanism, and what is optional where it is offered."""
        lacking = OPTIONAL.difference(self.policy.offers)
        if not self.policy.mechanisms:
            lacking |= {"AUTH"}
        object.__setattr__(self, "known", frozenset(COMMANDS).difference(lacking))
        object.__setattr__(self, "passing", self.policy.passing())

    def offered(self, keyword: str) -> bool:
        """Whether this server knows the command at all."""
        return keyword in self.known

    def speaking(self, language: str) -> Personality:
        """The same with the texts of that language; of i-default where it has none such."""
        origin = self.origin or self
        spoken = self.languages.get(language)
        if spoken is None:
            return origin
        return replace(origin, wording={**origin.wording, **spoken.wording}, origin=origin)

    def language(self, wanted: str) -> str | None:
        """The tag that a basic language range finds (RFC 4647 section 3.3.1), "i-default" too."""
        if wanted == "*":
            return self.policy.language
        low = wanted.lower()
        return next(
            (tag for tag in (*self.languages, "i-default")
             if tag.lower() == low or tag.lower().startswith(f"{low}-")), None,
        )  # fmt: skip

    def accepting(self, key: str) -> str:
        """The template of a +OK."""
        return self.wording.get(key, "")

    def refusing(
        self, keyword: str, reason: Reason, state: State | None = None, detail: str = ""
    ) -> str:
        """The template of a -ERR, by the key that says most; none: the bare indicator."""
        return self.verdict(keyword, reason, state, detail).text or ""

    def verdict(
        self, keyword: str, reason: Reason, state: State | None = None, detail: str = ""
    ) -> Verdict:
        """What the page says of that refusal. `detail`: of `wording.DETAILS`, or ""."""
        asked = (keyword if keyword in COMMANDS else "", reason, state, detail)
        found = self._verdicts.get(asked)
        if found is None:
            found = verdict_of(refusal_keys(*asked), self.wording, self.then, self.policy)
            self._verdicts[asked] = found
        return found

    def unasked(self, key: str, state: State) -> str | None:
        """What is said unasked, one of `UNASKED`, as a whole line's template; None: nothing is."""
        if key in self.then:
            return self.then[key]
        words = self.wording.get(f"{STATES.get(state, '')}.{key}", self.wording.get(key))
        return None if words is None else said("-ERR", words)
