"""All hosts of the directory with their sample mail, for tests that dial them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from simulator.hosts import Network, Stage, load_hosts
from simulator.mailroom import Mailbox, load_mailbox
from simulator.pop3 import Exchange

ROOT = Path(__file__).resolve().parent.parent
HOSTS = load_hosts()
BY_NAME = {host.name: host for host in HOSTS}
MAIL, BANK = "mail.example.test", "pop.bank.example"
TOKENS, LIGHTS = "pop.skyloft.example", "post.leuchtfeuer.example"
PROVIDER, GREEDY = "pop.ternline.example", "pop.threepenny.example"
ARCHIVE, HISTORIC = "archive.museum.example", "light.skerry.example"
SCHOOL, GMAIL = "pop.millhillschool.example", "pop.gmail.com"
DAY = 86400


@cache
def sample(name: str) -> Mailbox:
    """A sample maildrop of the project."""
    return load_mailbox(ROOT / "mailboxes" / name)


def new_stage() -> Stage:
    """A learner's end of a network of its own."""
    return Stage(Network(HOSTS, sample))


def say(stage: Stage, *lines: str) -> Exchange:
    """Say them all; what came of the last."""
    return [stage.say(line)[-1] for line in lines][-1]
