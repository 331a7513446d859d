"""How the server of each recording was set up: settings.yaml, and the mail it had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import yaml

from simulator.hosts import load_personality
from simulator.hosts.loader import PAGES
from simulator.mailroom import Accounts, Mailbox, Message, Trouble
from simulator.mailroom.message import Form, crlf
from simulator.pop3 import Personality

__all__ = ["FOLDER", "Setting", "message", "setting_of"]

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Setting:
    """One recording's server: which personality, with what of it set otherwise, and whose mail."""

    server: str  #: the personality
    #: What was set otherwise than its page has it.
    policy: Mapping[str, Any] = field(default_factory=dict)
    wording: Mapping[str, str] = field(default_factory=dict)
    #: By the beginning of a section's title, what is set otherwise for it alone: of `policy`,
    #: `wording`, `mail`, `ids` and `arrives`; and what was so before it: `damaged`, the maildrop cannot
    #: be opened; `logged-in`, by name how many seconds ago.
    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    anew: bool = False  #: the mail is put back before each section
    #: The letters in the maildrop, by their names in mail/.
    mail: tuple[str, ...] = ("1", "2", "3", "4", "5")
    #: The unique-ids that the store was given with the mail, or none: it made its own.
    ids: tuple[str, ...] = ()
    arrives: str = "6"  #: the letter that `a message arrives` brings
    owner: str = "alice"
    password: str = "wonderland"
    secret: str | None = None  #: APOP's, where it is not the password
    other: str = "wonderland"  #: bob's password, who has the other maildrop
    others_mail: tuple[str, ...] | None = None  #: his letters, where they are not the same
    others_secret: str | None = None  #: his secret, where it is not that of the owner
    bare: tuple[str, ...] = ()  #: who else has a maildrop, and nothing in it
    pause: float = 60.0  #: seconds from one section to the next

    @property
    def varies(self) -> bool:
        """Whether sections are set up each in its own way."""
        return bool(self.sections)

    def own(self, section: str) -> Mapping[str, Any]:
        """What is set for one section alone."""
        for start, each in self.sections.items():
            if section.startswith(start):
                return each
        return {}

    def personality(self, section: str) -> Personality:
        """The personality, as the server of that section was set up."""
        own = self.own(section)
        one = _personality(self.server)
        policy = _fields({**self.policy, **own.get("policy", {})})
        wording = {**one.wording, **self.wording, **own.get("wording", {})}
        return replace(one, policy=replace(one.policy, **policy), wording=wording)

    def mailbox(self, name: str, section: str) -> Mailbox:
        """What lies in the maildrop of alice or bob."""
        password = self.password if name == self.owner else self.other
        own = self.own(section)
        mail, ids = own.get("mail", self.mail), own.get("ids", self.ids)
        secret = password if self.secret is None else self.secret
        if name in self.bare:
            mail = ()
        elif name != self.owner:
            mail = mail if self.others_mail is None else self.others_mail
            secret = secret if self.others_secret is None else self.others_secret
        messages = tuple(
            message(name, each, unique_id)
            for each, unique_id in zip_longest(mail, ids[: len(mail)], fillvalue="")
        )
        return Mailbox(name, name, name, password, secret, "", messages)

    def brought(self, section: str) -> str:
        """The letter that arrives in that section."""
        return str(self.own(section).get("arrives", self.arrives))

    def before(self, accounts: Accounts, section: str, now: float) -> None:
        """What has happened before that section: who has logged in a while ago, what is damaged."""
        own = self.own(section)
        if own.get("damaged"):
            accounts.trouble(self.owner, Trouble("open", permanent=True))
        for name, ago in own.get("logged-in", {}).items():
            accounts.open(name, exclusive=False).release()
            accounts.logged_in(name, now - float(ago))


def message(owner: str, name: str, unique_id: str = "") -> Message:
    """The letter of mail/NAME.eml, in somebody's maildrop."""
    octets = (FOLDER / "mail" / f"{name}.eml").read_bytes()
    form = Form(unended=not octets.endswith(b"\n"))
    return Message(name, unique_id or f"{owner}-{name}", crlf(octets), form=form)


def setting_of(recording: str) -> Setting:
    """The setting of a recording: its own page, or that of the server whose name it begins with."""
    known = _settings()
    found = known.get(recording)
    if found is None:
        start = max(
            (name for name in known if recording.startswith(f"{name}-")), key=len, default=""
        )
        found = known.get(start, {})
    given = {"server": recording.partition("-variant")[0], **found}
    return Setting(**{key.replace("-", "_"): value for key, value in given.items()})


@cache
def _settings() -> Mapping[str, Any]:
    read = yaml.safe_load((FOLDER / "settings.yaml").read_text("utf-8"))
    assert isinstance(read, dict)
    return read


@cache
def _personality(name: str) -> Personality:
    return load_personality(PAGES / "personalities" / f"{name}.yaml")


def _fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """YAML's words as the policy's fields."""
    return {
        key.replace("-", "_"): tuple(value) if isinstance(value, list) else value
        for key, value in given.items()
    }
