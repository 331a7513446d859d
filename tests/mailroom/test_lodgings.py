"""Accounts from a folder: known by a scan, read when they are needed, never written."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from chairs import EXTENDED, STAMP, Chairs, personality

from simulator.mailroom import Accounts, NoAccounts, lodgings
from simulator.pop3 import Reason
from simulator.pop3.authorization import digest
from simulator.pop3.maildrop import InUse, SystemFailure, UpdateFailed

PAGE = "owner: somebody\npassword: kettle42\nsecret: tanstaaf\ntoken: mira-417\n"
Tree = dict[str, "Tree | str | None"]


def build(folder: Path, tree: Tree) -> None:
    """Folders and files: a text is a file's, None an empty folder."""
    folder.mkdir(exist_ok=True)
    for name, inside in tree.items():
        if isinstance(inside, str):
            (folder / name).write_bytes(inside.encode())
        else:
            build(folder / name, inside or {})


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The folder of accounts; beside it one can put what must not be served."""
    folder = tmp_path / "house"
    folder.mkdir()
    return folder


@pytest.fixture
def told() -> list[tuple[str, str]]:
    """What `trouble` was told."""
    return []


@pytest.fixture
def serve(house: Path, told: list[tuple[str, str]]) -> Callable[[Tree], Accounts]:
    """The accounts of the folder, with all this put into it."""

    def serving(tree: Tree) -> Accounts:
        build(house, tree)
        return Accounts(
            lodgings(house, password="common", trouble=lambda *said: told.append(said))
        )  # fmt: skip

    return serving


Serve = Callable[[Tree], Accounts]
Heard = list[tuple[str, str]]
LETTER = "Subject: Tea\n\nAt four.\n"
#: Mail that says at once that it was read: a folder where a file should be.
UNREADABLE: Tree = {"1.eml": None}


def subjects(accounts: Accounts, name: str) -> list[str]:
    """The Subjects of a maildrop, in order."""
    maildrop = accounts.open(name)
    maildrop.release()
    return [message.subject for message in maildrop.messages]


KINDS: dict[str, Tree] = {
    "a Maildir": {"ada": {"cur": {"1.x:2,S": "Subject: A\n\n"}, "new": {"2.x": "Subject: B\n\n"}}},
    "a Maildir in the folder": {"ada": {"Maildir": {"new": {"1": "Subject: A\n\n"},
                                                    "cur": {"2:2,": "Subject: B\n\n"}}}},
    "letters": {"ada": {"1.eml": "Subject: A\n\n", "2.eml": "Subject: B\n\n", "notes": "no mail"}},
    "an mbox": {"ada.mbox": "From a\nSubject: A\n\nx\n\nFrom b\nSubject: B\n\ny\n"},
    "a page": {"ada": {"mailbox.yaml": "owner: x\npassword: common\nmessages:\n"
                       "- {label: a, headers: {Subject: A}}\n- file: z.eml\n",
                       "z.eml": "Subject: B\n\n"}},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_account(kind: str, serve: Serve, told: Heard) -> None:
    """Each is an account of its entry's name, with its mail in order."""
    accounts = serve(KINDS[kind])
    assert accounts.knows("ada")
    assert (accounts.password("ada"), accounts.secret("ada")) == ("common", "common")
    assert subjects(accounts, "ada") == ["A", "B"]
    assert told == []


def test_an_empty_folder_is_an_empty_maildrop(serve: Serve) -> None:
    """Nobody has written yet."""
    assert subjects(serve({"ada": None}), "ada") == []


@pytest.mark.parametrize(
    ("parts", "wins"),
    [("page own Maildir eml", "page"), ("own Maildir eml", "own"), ("Maildir eml", "Maildir"),
     ("eml", "eml")],
)  # fmt: skip
def test_of_a_mixture_one_is_served(parts: str, wins: str, serve: Serve) -> None:
    """A page before a Maildir, that before one in the folder, that before letters."""
    mixture: Tree = {
        "page": {"mailbox.yaml": "owner: x\npassword: y\nmessages:\n- {label: page, headers: "
                 "{Subject: page}}\n"},
        "own": {"cur": {"1": "Subject: own\n\n"}},
        "Maildir": {"Maildir": {"new": {"1": "Subject: Maildir\n\n"}}},
        "eml": {"1.eml": "Subject: eml\n\n"},
    }  # fmt: skip
    ada: Tree = {}
    for part in parts.split():
        ada.update(mixture[part])  # type: ignore[arg-type]
    assert subjects(serve({"ada": ada}), "ada") == [wins]


def test_the_entry_names_the_account(serve: Serve) -> None:
    """Whatever the page says of its owner; letter case counts."""
    accounts = serve({"Mira.L": {"mailbox.yaml": PAGE}})
    assert [accounts.knows(name) for name in ("Mira.L", "mira.l", "somebody")] == [
        True,
        False,
        False,
    ]
    assert (accounts.password("Mira.L"), accounts.secret("Mira.L")) == ("kettle42", "tanstaaf")
    assert (accounts.token("Mira.L"), accounts.bearer("mira-417")) == ("mira-417", "Mira.L")


def test_line_ends_become_crlf_once(serve: Serve) -> None:
    """LF and CRLF in the file are CRLF on the wire; each other octet is as on the disk."""
    accounts = serve({"ada": {"1.eml": "Subject: A\r\n\n\x00\x7f\r\r\n.\nend"}})
    assert (
        accounts.open("ada").messages[0].content()
        == b"Subject: A\r\n\r\n\x00\x7f\r\r\n.\r\nend\r\n"
    )


def test_what_is_no_account_is_told_once(serve: Serve, told: Heard, house: Path) -> None:
    """Lone files, odd names and links out of the folder; hidden files are passed over in silence."""
    build(house.parent / "private", {"1.eml": LETTER})
    build(house.parent, {"private.mbox": "From x\n\n"})
    (house / "away").symlink_to(house.parent / "private")
    (house / "away2.mbox").symlink_to(house.parent / "private.mbox")
    (house / "up").symlink_to("..")
    (house / "self").symlink_to(".")
    (house / "nowhere").symlink_to("gone")
    (house / "round").symlink_to("round")
    (house / "again").symlink_to("ada")
    accounts = serve(
        {"ada": None, "notes.txt": "x", "two words": None, "Åsa": None, "x" * 65: None, "b.MBOX": "",
         ".hidden": "x", ".lock": None, ".mbox": "x", "y" * 64: None, "d.mbox": None}
    )  # fmt: skip
    passed = {"notes.txt", "two words", "Åsa", "x" * 65, "b.MBOX", "away", "away2.mbox", "up", "self",
              "nowhere", "round"}  # fmt: skip
    assert sorted(name for name, _ in told) == sorted(passed)
    assert all(what.startswith("passed over: ") and ";" in what for _, what in told)
    assert {name for name, what in told if "leads out" in what} == {
        "away",
        "away2.mbox",
        "up",
        "self",
    }
    assert all(accounts.knows(name) for name in ("ada", "again", "y" * 64, "d.mbox"))
    assert not any(accounts.knows(name) for name in (*passed, ".hidden", "", "away2", "b", "d"))


def test_a_folder_wins_over_an_mbox_of_its_name(serve: Serve, told: Heard) -> None:
    """One name is one account; the other is told."""
    accounts = serve(
        {"mira": {"1.eml": "Subject: folder\n\n"}, "mira.mbox": "From x\nSubject: m\n\n"}
    )
    assert subjects(accounts, "mira") == ["folder"]
    assert [name for name, _ in told] == ["mira.mbox"]


def test_a_scan_of_thousands_reads_nothing(serve: Serve, told: Heard) -> None:
    """What would be told once it was read is not told: no page, no mail; and only one is then read."""
    broken: Tree = {"mailbox.yaml": ":"}
    accounts = serve({f"u{n}": broken if n % 2 else UNREADABLE for n in range(3000)})
    assert all(accounts.knows(f"u{n}") for n in range(3000))
    assert told == []
    with pytest.raises(SystemFailure):
        accounts.open("u2998")
    assert [name for name, _ in told] == ["u2998"]


def test_mail_is_read_when_the_maildrop_is_opened(serve: Serve, told: Heard) -> None:
    """Not for a name, nor for a wrong password of any mechanism; then it stays until a reset."""
    accounts = serve({"ada": UNREADABLE, "ben": {"1.eml": LETTER}})
    chairs = Chairs(accounts, personality(**EXTENDED))
    chairs.say("USER ada", "PASS wrong", f"APOP ada {'0' * 32}", "AUTH PLAIN AGFkYQB3cm9uZw==",
               "AUTH OAUTHBEARER bixhPWFkYSwBYXV0aD1CZWFyZXIgeAEB", "*")  # fmt: skip
    assert all(each.reason is not Reason.PERMANENT for each in chairs.seen)
    assert accounts.last_login("ada") is None
    assert told == []
    assert chairs.say("USER ada", "PASS common")[1].reason is Reason.PERMANENT
    assert [name for name, _ in told] == ["ada"]


def test_mail_that_was_read_stays(serve: Serve, house: Path) -> None:
    """What changes on the disk is seen after a reset, not before."""
    accounts = serve({"ben": {"1.eml": LETTER}})
    assert subjects(accounts, "ben") == ["Tea"]
    build(house, {"ben": {"2.eml": LETTER.replace("Tea", "Cake")}})
    assert subjects(accounts, "ben") == ["Tea"]
    accounts.reset()
    assert subjects(accounts, "ben") == ["Tea", "Cake"]


PAGES_WITH_SLIPS = [
    "owner: x\n", "kettle42", "owner: x\npassword: [kettle42]\n", "{owner: x, password:kettle42}",
    "owner: x\npassword: y\nsecret: 'kettle42\n", "owner: x\npassword: y\ntoken: kettle42 !\n",
    'owner: x\npassword: "kettle42\\a\u00e9"\n', 'owner: x\npassword: y\nsecret: "kettle42\\a\u00e9"\n',
    "owner: x\npassword: y\nmessages:\n- file: gone.eml\n", "x" * (2**20 + 1),
    "owner: x\npassword: y\nmessages:\n- file: ../../private.eml\n", "\x00",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES_WITH_SLIPS, ids=range(len(PAGES_WITH_SLIPS)))
def test_a_page_that_is_wrong_is_told_once_and_shows_no_password(
    page: str, serve: Serve, told: Heard, house: Path
) -> None:
    """Its account fails for good, another is served; what is told is one line with a way out."""
    build(house.parent, {"private.eml": LETTER})
    accounts = serve({"ada": {"mailbox.yaml": page}, "ben": {"1.eml": LETTER}})
    for _ in range(2):
        with pytest.raises(SystemFailure) as failed:
            accounts.open("ada")
        assert failed.value.permanent
    ((name, what),) = told
    assert (name, "mailbox.yaml" in what, "\n" in what) == ("ada", True, False)
    assert "kettle42" not in what
    assert what.endswith("; mend it, and have the accounts read anew")
    assert subjects(accounts, "ben") == ["Tea"]
    assert accounts.bearer("x") is None


def test_a_finding_names_the_line(serve: Serve, told: Heard) -> None:
    """Where the slip shows nothing secret, it is named."""
    with suppress(SystemFailure):
        serve({"ada": {"mailbox.yaml": "about: x\nowner: x\n"}}).password("ada")
    assert told[0][1].startswith("mailbox.yaml:1:1: missing key 'password'; add it")


@pytest.mark.parametrize("ask", ["token", "password", "secret", "open"])
def test_who_has_a_page_is_never_let_in_by_the_common_password(
    ask: str, serve: Serve, house: Path
) -> None:
    """A page that cannot be read, leads away or went with its folder is no missing page."""
    build(house.parent, {"private.yaml": PAGE})
    accounts = serve({"ada": {"mailbox.yaml": None}, "ben": None, "cem": None, "dot": None})
    (house / "ben" / "mailbox.yaml").symlink_to(house.parent / "private.yaml")
    (house / "cem" / "mailbox.yaml").symlink_to("gone")
    (house / "dot").rmdir()
    for name in ("ada", "ben", "cem", "dot"):
        with pytest.raises(SystemFailure):
            getattr(accounts, ask)(name)


def test_a_folder_that_may_not_be_searched_is_no_folder_without_a_page(
    serve: Serve, told: Heard, house: Path
) -> None:
    """Nobody knows whether a page lies in it, so nobody is let in."""
    accounts = serve({"ada": {"mailbox.yaml": PAGE}})
    (house / "ada").chmod(0)
    try:
        if os.access(house / "ada" / "mailbox.yaml", os.R_OK):
            pytest.skip("whoever runs this may read everything")
        with pytest.raises(SystemFailure):
            accounts.password("ada")
    finally:
        (house / "ada").chmod(0o700)
    assert [name for name, _ in told] == ["ada"]


BROKEN_MAIL: dict[str, Tree] = {
    "a folder for a letter": {"ada": UNREADABLE},
    "a file for cur": {"ada": {"new": None, "cur": "x"}},
}


@pytest.mark.parametrize("kind", BROKEN_MAIL)
def test_mail_that_cannot_be_read_is_told_once(kind: str, serve: Serve, told: Heard) -> None:
    """The password is right, the maildrop fails for good; nothing else does."""
    accounts = serve(BROKEN_MAIL[kind])
    assert accounts.password("ada") == "common"
    for _ in range(2):
        with pytest.raises(SystemFailure) as failed:
            accounts.open("ada")
        assert failed.value.permanent
    assert [name for name, _ in told] == ["ada"]
    assert accounts.password("ada") == "common"


def test_no_link_leads_out_later(serve: Serve, told: Heard, house: Path) -> None:
    """A letter, a Maildir, a folder or an mbox that became a link out of it since the scan."""
    build(house.parent / "private", {"1.eml": LETTER, "cur": {"1": LETTER}})
    accounts = serve({"ada": None, "ben": None, "cem": None, "dot.mbox": "", "eve": None})
    (house / "ada" / "1.eml").symlink_to(house.parent / "private" / "1.eml")
    (house / "ben" / "Maildir").symlink_to(house.parent / "private")
    (house / "cem").rmdir()
    (house / "cem").symlink_to(house.parent / "private")
    (house / "dot.mbox").unlink()
    (house / "dot.mbox").symlink_to(house.parent / "private" / "1.eml")
    (house / "eve" / "cur").symlink_to(house.parent / "private" / "cur")
    for name in ("ada", "ben", "cem", "dot", "eve"):
        with pytest.raises(SystemFailure):
            accounts.open(name)
    assert [name for name, _ in told] == ["ada", "ben", "cem", "dot", "eve"]
    assert all("outside" in what for _, what in told)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../private", "ada/", "./ada", "ada/../ada", "ada\0", "/etc", "ADA",
             "x.mbox", "ada/1.eml", "\udcff", "house/ada", "*", "private"],
)  # fmt: skip
def test_no_name_from_the_network_is_a_path(name: str, serve: Serve, house: Path) -> None:
    """A name is one of the scan's, or nobody's; whatever is asked of it."""
    build(house.parent / "private", {"1.eml": LETTER})
    accounts = serve({"ada": {"1.eml": LETTER}, "x.mbox": ""})
    assert not accounts.knows(name)
    asked = (
        accounts.password,
        accounts.secret,
        accounts.token,
        accounts.bearer,
        accounts.last_login,
    )
    assert [ask(name) for ask in asked] == [None] * 5
    for act in (accounts.open, accounts.reset, accounts.accessed, accounts.snapshot):
        with pytest.raises(KeyError):
            act(name)


def test_unique_ids_of_a_maildir_are_the_names_of_its_files(serve: Serve, house: Path) -> None:
    """Without flags and sizes, so that they stay when a message is read, moved or another is gone."""
    ada: Tree = {
        "new": {"3.new": LETTER, "b ad:2,": LETTER, "x" * 71: LETTER},
        "cur": {"1.M2P3.host,S=20,W=21:2,S": LETTER, "2.host:2,": LETTER, "4.win;2,RS": LETTER,
                "5.win!2,S": LETTER},
    }  # fmt: skip
    accounts = serve({"ada": ada})
    ids = [message.unique_id for message in accounts.open("ada").messages]
    assert ids[:5] == ["1.M2P3.host", "2.host", "3.new", "4.win", "5.win"]
    assert len(set(ids)) == 7
    assert ids[5].isalnum()
    (house / "ada" / "cur" / "1.M2P3.host,S=20,W=21:2,S").unlink()
    (house / "ada" / "new" / "3.new").rename(house / "ada" / "cur" / "3.new:2,S")
    again = serve({})
    assert [message.unique_id for message in again.open("ada").messages][:4] == ids[1:5]


def test_a_page_over_a_maildir_gives_the_same_unique_ids(serve: Serve) -> None:
    """A page adds a password and changes no unique-id."""
    page = PAGE + "source: {kind: maildir, path: Maildir}\n"
    accounts = serve({"ada": {"mailbox.yaml": page, "Maildir": {"cur": {"1.x:2,S": LETTER}}}})
    assert [message.unique_id for message in accounts.open("ada").messages] == ["1.x"]


def test_unique_ids_of_letters_come_from_content(serve: Serve, house: Path) -> None:
    """The same after a restart, whatever else is gone; equal letters are told apart."""
    accounts = serve({"ada": {"1.eml": "Subject: A\n\n", "2.eml": LETTER, "3.eml": LETTER},
                      "ben.mbox": f"From x\n{LETTER}\nFrom y\n{LETTER}"})  # fmt: skip
    first, *tea = [message.unique_id for message in accounts.open("ada").messages]
    assert len({first, *tea}) == 3
    (house / "ada" / "1.eml").unlink()
    assert [message.unique_id for message in serve({}).open("ada").messages] == tea
    assert len({message.unique_id for message in accounts.open("ben").messages}) == 2


def test_a_reset_reads_the_folder_anew(serve: Serve, told: Heard, house: Path) -> None:
    """Accounts that came, went, changed or were mended; what is still wrong is told again."""
    accounts = serve({"ada": {"mailbox.yaml": PAGE}, "ben": None, "cem": UNREADABLE, "lone": "x"})
    assert accounts.bearer("mira-417") == "ada"
    assert accounts.password("ada") == "kettle42"
    with pytest.raises(SystemFailure):
        accounts.open("cem")
    build(house, {"ada": {"mailbox.yaml": PAGE.replace("kettle42", "teapot9").replace("417", "418")},
                  "new": {"1.eml": LETTER}})  # fmt: skip
    (house / "ben").rmdir()
    (house / "cem" / "1.eml").rmdir()
    assert not accounts.knows("new")
    accounts.reset()
    assert (accounts.password("ada"), accounts.bearer("mira-417")) == ("teapot9", None)
    assert accounts.bearer("mira-418") == "ada"
    assert (accounts.knows("ben"), subjects(accounts, "new"), subjects(accounts, "cem")) == (
        False, ["Tea"], [])  # fmt: skip
    assert [name for name, _ in told] == ["lone", "cem", "lone"]


def test_a_reset_of_one_leaves_the_others(serve: Serve, told: Heard, house: Path) -> None:
    """One account is read anew, comes or goes; an unknown one is nobody's. Nothing is told twice."""
    accounts = serve({"ada": None, "ben": None, "lone": "x"})
    assert subjects(accounts, "ada") == subjects(accounts, "ben") == []
    build(house, {"ada": {"1.eml": LETTER}, "ben": {"1.eml": LETTER}, "new": None})
    accounts.reset("ada")
    assert (subjects(accounts, "ada"), subjects(accounts, "ben")) == (["Tea"], [])
    assert not accounts.knows("new")
    accounts.reset("new")
    assert accounts.knows("new")
    (house / "new").rmdir()
    accounts.reset("new")
    assert not accounts.knows("new")
    with pytest.raises(KeyError):
        accounts.reset("new")
    assert [name for name, _ in told] == ["lone"]


def test_sessions_keep_what_they_hold_over_a_reset(serve: Serve, house: Path) -> None:
    """Mail and lock, of an account that is gone, too; what they marked is not removed from the new."""
    accounts = serve({"ada": {"1.eml": LETTER}, "ben": {"1.eml": LETTER}})
    ada, ben = accounts.open("ada"), accounts.open("ben")
    (house / "ben" / "1.eml").unlink()
    (house / "ben").rmdir()
    build(house, {"ada": {"0.eml": LETTER.replace("Tea", "Cake")}})
    accounts.reset()
    accounts.access("ben", "x")
    with pytest.raises(InUse):
        accounts.open("ada")
    with pytest.raises(UpdateFailed, match="reset"):
        ada.remove([1])
    assert [message.subject for message in (*ada.messages, *ben.messages)] == ["Tea", "Tea"]
    for maildrop in (ada, ben):
        maildrop.remove([])
        maildrop.release()
    assert subjects(accounts, "ada") == ["Cake", "Tea"]
    with pytest.raises(KeyError):
        accounts.open("ben")


def test_a_reset_that_cannot_be_changes_nothing(serve: Serve, house: Path) -> None:
    """While the folder is away, what was read goes on, and the line says what is wrong."""
    accounts = serve({"ada": {"1.eml": LETTER}})
    assert subjects(accounts, "ada") == ["Tea"]
    house.rename(house.parent / "away")
    with pytest.raises(NoAccounts, match="no such folder"):
        accounts.reset()
    assert subjects(accounts, "ada") == ["Tea"]


def test_a_state_taken_before_an_account_was_opened(serve: Serve) -> None:
    """Going back to it, the maildrop is as on the disk, and a session of meanwhile holds nothing."""
    accounts = serve({"ada": {"1.eml": LETTER}})
    state = accounts.state()
    maildrop = accounts.open("ada")
    maildrop.remove([1])
    accounts.restore(state)
    accounts.access("ada", "x")
    with pytest.raises(UpdateFailed):
        maildrop.remove([1])
    maildrop.release()
    assert subjects(accounts, "ada") == ["Tea"]


def test_only_pages_that_speak_of_a_token_are_parsed_for_one(serve: Serve, told: Heard) -> None:
    """A stranger's token costs a look at each page, once: wrong pages without the word stay untold."""
    accounts = serve({"ada": {"mailbox.yaml": ":"}, "ben": {"mailbox.yaml": "token: ["},
                      "cem": {"mailbox.yaml": PAGE}, "dot": {"mailbox.yaml": PAGE}})  # fmt: skip
    assert accounts.token("ada") is None
    assert [accounts.bearer(token) for token in ("mira-417", "", "x", "mira-417")] == [
        "cem", None, None, "cem"]  # fmt: skip
    assert [name for name, _ in told] == ["ben"]


def test_compiled_pages_are_kept_where_one_asks_for_it(house: Path, tmp_path: Path) -> None:
    """With `cache` only; and they say the same."""
    build(house, {"ada": {"mailbox.yaml": PAGE}})
    for _ in range(2):
        accounts = Accounts(lodgings(house, password="common", cache=tmp_path / "cache"))
        assert accounts.password("ada") == "kettle42"
    assert list((tmp_path / "cache").iterdir())


def test_nothing_is_ever_written(serve: Serve, house: Path) -> None:
    """Reading, removing, delivering and resetting leave the folder as it was."""
    accounts = serve({**KINDS["a Maildir"], "ben": {"mailbox.yaml": PAGE, "1.eml": LETTER},
                      "cem.mbox": f"From x\n{LETTER}"})  # fmt: skip
    paths = sorted(house.rglob("*"))
    before = [(path, path.stat().st_mtime_ns, path.is_dir() or path.read_bytes()) for path in paths]
    for name in ("ada", "ben", "cem"):
        maildrop = accounts.open(name)
        accounts.deliver(name, maildrop.messages[0])
        maildrop.remove([1])
        maildrop.release()
    accounts.reset()
    paths = sorted(house.rglob("*"))
    assert before == [
        (path, path.stat().st_mtime_ns, path.is_dir() or path.read_bytes()) for path in paths
    ]


@pytest.mark.parametrize(
    ("where", "said"),
    [("gone", "no such folder"), ("file", "not a folder"), ("a\0b", "cannot be read"),
     ("maildir", "one account"), ("file/x", "not a folder")],
)  # fmt: skip
def test_a_folder_that_is_none(where: str, said: str, tmp_path: Path) -> None:
    """One line says what is wrong and what to do."""
    build(tmp_path, {"file": "x", "maildir": {"cur": None, "new": None, "tmp": None}})
    with pytest.raises(NoAccounts, match=said) as refused:
        lodgings(tmp_path / where, password="common")
    assert "; " in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_password_that_no_login_can_carry(house: Path) -> None:
    """It is refused at the start, and not shown."""
    with pytest.raises(NoAccounts, match="RFC 4013") as refused:
        lodgings(house, password="kettle\aé")
    assert "kettle" not in str(refused.value)


def test_pop3_over_a_folder(serve: Serve) -> None:
    """A session as any other: login by PASS, APOP and AUTH, and both chairs agree."""
    accounts = serve({"mrose": {"1.eml": LETTER}})
    for login in (
        ["USER mrose", "PASS common"],
        [f"APOP mrose {digest(STAMP, 'common')}"],
        ["AUTH PLAIN AG1yb3NlAGNvbW1vbg=="],
    ):
        chairs = Chairs(accounts, personality(**EXTENDED))
        assert all(each.ok for each in chairs.say(*login, "STAT", "RETR 1", "UIDL", "RSET", "QUIT"))
        assert chairs.seen == chairs.made
