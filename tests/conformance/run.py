"""The checks from the command line, against any POP3 server. See README.md beside this file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .dial import Server
    from .table import Check


def main(words: list[str] | None = None) -> int:
    """0: no MUST fails; 1: one does; 2: the command line is wrong."""
    parser = _parser()
    wishes = parser.parse_args(words)
    # As a script this file is alone on the path; the folder it stands in is the package.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    try:
        return _do(wishes)
    except (ValueError, OSError, RuntimeError) as error:
        parser.error(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py", description="Check a POP3 server by the RFCs.")
    parser.add_argument("--tcp", metavar="HOST:PORT", help="check it in the clear")
    parser.add_argument("--stls", metavar="HOST:PORT", help="check it behind STLS")
    parser.add_argument("--tls", metavar="HOST:PORT", help="check it with TLS from the start")
    parser.add_argument("--ca", metavar="FILE", default="", help="whom its certificate is from")
    parser.add_argument("--accounts", metavar="FILE", type=Path, help="the accounts it has")
    parser.add_argument("--ours", action="store_true", help="check this project's own server")
    parser.add_argument("--only", metavar="PREFIX", default="", help="only ids that begin so")
    parser.add_argument("--json", action="store_true", help="for programs: all outcomes")
    parser.add_argument("--list", action="store_true", help="list the checks, and run none")
    parser.add_argument("--write", metavar="DIR", type=Path, help="write accounts to serve")
    parser.add_argument("--password", default="kettle-On-the-Hob-42", help="for --write")
    return parser


def _do(wishes: argparse.Namespace) -> int:
    from conformance.subjects import CHECKS

    checks = [each for name, each in CHECKS.items() if name.startswith(wishes.only)]
    if not checks:
        raise ValueError(f"no check begins with {wishes.only!r}; --list shows them")
    if wishes.list:
        for each in checks:
            print(f"{each.id:28}{each.level:8}{each.requirement}")
        return 0
    if wishes.write is not None:
        return _write(wishes)
    if wishes.ours:
        from conformance.ours import our_servers

        with our_servers() as servers:
            return _run(wishes, checks, servers)
    return _run(wishes, checks, _servers(wishes))


def _write(wishes: argparse.Namespace) -> int:
    from conformance.accounts import accounts_for, write_accounts

    accounts = accounts_for(("tcp", "stls", "tls"), wishes.password)
    write_accounts(wishes.write, accounts)
    print(f"{len(accounts)} accounts: the mail in {wishes.write / 'mail'}, a folder each,")
    print(f"and their names in {wishes.write / 'accounts.json'}, for --accounts")
    return 0


def _servers(wishes: argparse.Namespace) -> list[Server]:
    from conformance.accounts import read_accounts
    from conformance.dial import Server
    from conformance.sockets import Address

    if wishes.accounts is None:
        raise ValueError("which accounts has it? --accounts FILE; --write DIR makes some")
    accounts = read_accounts(wishes.accounts)
    made = []
    for kind in ("tcp", "stls", "tls"):
        where = getattr(wishes, kind)
        if where is not None:
            address = Address.of(where, wishes.ca)
            dialler = address.dialler(tls=kind == "tls")
            made.append(Server(kind, dialler, accounts, address.dialler()))
    if not made:
        raise ValueError("which server? --tcp, --stls or --tls HOST:PORT, or --ours")
    return made


def _run(wishes: argparse.Namespace, checks: list[Check], servers: list[Server]) -> int:
    from conformance.outcome import as_json, as_table, run_all

    outcomes = run_all(checks, servers)
    print(as_json(outcomes) if wishes.json else as_table(outcomes))
    return int(any(each.breach for each in outcomes))


if __name__ == "__main__":
    sys.exit(main())
