"""Loading sample mail: three kinds of store, one kind of message, findings for mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.mailroom import Mailbox, load_mailbox
from simulator.pages import PageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = "format: 1\nabout: A maildrop for tests.\nowner: mira\npassword: kettle42\n"


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A folder with three letters."""
    folder = tmp_path / "family"
    folder.mkdir()
    (folder / "01-bulbs.eml").write_bytes(b"Subject: Bulbs\n\nIn May.\n")
    (folder / "02-prize.eml").write_bytes(b"Subject: Prize\r\n\r\n.\r\nYou have won.")
    (folder / "invoice.eml").write_bytes(b"Subject: Invoice\n\n\x00\xff\x1b\r")
    return folder


@pytest.fixture
def loaded(box: Path) -> Callable[[str], Mailbox]:
    """Loads the folder with these lines in its page."""

    def load(lines: str = "") -> Mailbox:
        (box / "mailbox.yaml").write_text(HEAD + lines)
        return load_mailbox(box)

    return load


def labels(mailbox: Mailbox) -> list[str]:
    """The labels of a mailbox, in order."""
    return [message.label for message in mailbox.messages]


def test_letters_by_name(loaded: Callable[[str], Mailbox]) -> None:
    """Without a list all .eml files are taken by name, each octet but line ends as in the file."""
    mailbox = loaded("name: Mira Lindqvist\n")
    assert labels(mailbox) == ["bulbs", "prize", "invoice"]
    assert [message.content() for message in mailbox.messages] == [
        b"Subject: Bulbs\r\n\r\nIn May.\r\n",
        b"Subject: Prize\r\n\r\n.\r\nYou have won.\r\n",
        b"Subject: Invoice\r\n\r\n\x00\xff\x1b\r\r\n",
    ]
    assert (mailbox.owner, mailbox.full_name) == ("mira", "Mira Lindqvist")
    assert (mailbox.name, mailbox.password, mailbox.secret) == ("family", "kettle42", "kettle42")


def test_a_list_says_all(loaded: Callable[[str], Mailbox]) -> None:
    """With a list exactly its messages are there, in its order, with its labels and unique-ids."""
    mailbox = loaded(
        "secret: tanstaaf\nmessages:\n"
        "  - {file: invoice.eml, label: bill, unique-id: 'QhdPYR:00WBw1Ph7x7'}\n"
        "  - {file: 01-bulbs.eml, make: {octets: 1273}}\n"
        "  - {label: scans, make: {octets: 90000, as: attachment}, headers: {Subject: Scans}}\n"
    )
    assert labels(mailbox) == ["bill", "bulbs", "scans"]
    assert mailbox.messages[0].unique_id == "QhdPYR:00WBw1Ph7x7"
    assert [message.octets for message in mailbox.messages[1:]] == [1273, 90000]
    assert [len(message.content()) for message in mailbox.messages[1:]] == [1273, 90000]
    assert mailbox.secret == "tanstaaf"


def test_an_empty_list_is_an_empty_maildrop(loaded: Callable[[str], Mailbox]) -> None:
    """`messages: []` takes no file."""
    assert loaded("messages: []\n").messages == ()


def test_an_order_of_labels(loaded: Callable[[str], Mailbox]) -> None:
    """Files can be ordered by their labels."""
    mailbox = loaded("order: [invoice, bulbs, prize]\n")
    assert labels(mailbox) == ["invoice", "bulbs", "prize"]


def test_unique_ids_do_not_change(loaded: Callable[[str], Mailbox]) -> None:
    """Unique-ids come from content alone: the same each time, and of the characters allowed."""
    first, second = (loaded("") for _ in range(2))
    ids = [message.unique_id for message in first.messages]
    assert ids == [message.unique_id for message in second.messages]
    assert len(set(ids)) == 3
    assert all(1 <= len(i) <= 70 and all("!" <= c <= "~" for c in i) for i in ids)
    assert ids[0] == "ET7BLCTP2F7YDB2INZIO2LKH"


def test_copies_are_told_apart(box: Path, loaded: Callable[[str], Mailbox]) -> None:
    """Two files of the same content have two labels and two unique-ids."""
    (box / "03-bulbs.eml").write_bytes((box / "01-bulbs.eml").read_bytes())
    mailbox = loaded("")
    assert len(set(labels(mailbox))) == 4
    assert len({message.unique_id for message in mailbox.messages}) == 4


def test_an_mbox(box: Path, loaded: Callable[[str], Mailbox]) -> None:
    """`From ` lines part the messages, and one > is taken from `>From `."""
    (box / "club.mbox").write_bytes(
        b"From a Mon\nSubject: Sunday tour\n\n>From the bridge\n>>From\n>>From x\n\n"
        b"From b Tue\nSubject: Map\n\n\nlast\n"
    )
    first, second = loaded("source: {kind: mbox, path: club.mbox}\n").messages
    assert first.content() == (
        b"Subject: Sunday tour\r\n\r\nFrom the bridge\r\n>>From\r\n>From x\r\n"
    )
    assert second.content() == b"Subject: Map\r\n\r\n\r\nlast\r\n"
    assert first.label == "sunday-tour"


def test_a_maildir(box: Path, loaded: Callable[[str], Mailbox]) -> None:
    """Both cur and new are read, sorted together by name; files with a dot in front are no mail."""
    for place in ("cur", "new", "tmp"):
        (box / "Maildir" / place).mkdir(parents=True)
    (box / "Maildir" / "new" / "2.x").write_bytes(b"Subject: Two\n\n")
    (box / "Maildir" / "cur" / "1.x:2,S").write_bytes(b"Subject: One\n\n")
    (box / "Maildir" / "cur" / ".hidden").write_bytes(b"Subject: No\n\n")
    (box / "Maildir" / "tmp" / "0.x").write_bytes(b"Subject: No\n\n")
    assert labels(loaded("source: {kind: maildir, path: Maildir}\n")) == ["one", "two"]


def test_samples_are_never_written(box: Path) -> None:
    """Loading leaves the folder as it was, even one that cannot be written."""
    (box / "mailbox.yaml").write_text(HEAD)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in box.iterdir()}
    for path in (*before, box):
        path.chmod(0o500 if path == box else 0o400)
    try:
        mailbox = load_mailbox(box)
        assert [message.wire() for message in mailbox.messages]
        after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in box.iterdir()}
    finally:
        box.chmod(0o700)
    assert after == before


def test_the_cache_changes_nothing(box: Path, tmp_path: Path) -> None:
    """Loaded from a compiled page a mailbox is the same, and files are still read anew."""
    (box / "mailbox.yaml").write_text(HEAD)
    for _ in range(2):
        assert labels(load_mailbox(box, cache=tmp_path / "cache")) == ["bulbs", "prize", "invoice"]
    (box / "invoice.eml").write_bytes(b"Subject: New\n\n")
    assert load_mailbox(box, cache=tmp_path / "cache").messages[2].subject == "New"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("messages:\n- file: nope.eml\n", "nope.eml"),
        ("messages:\n- {file: 01-bulbs.eml, make: {octets: 3}}\n", "27 octets"),
        ("messages:\n- file: ../other.eml\n", "outside"),
        ("messages:\n- file: /etc/passwd\n", "outside"),
        ("messages:\n- {file: invoice.eml, unique-id: 'a b'}\n", "unique-id"),
        ("messages:\n- {file: invoice.eml, lable: x}\n", "did you mean 'label'"),
        ("messages:\n- {make: {octets: 3}}\n", "label"),
        ("messages:\n- {label: x}\n- {label: x}\n", "'x'"),
        ("order: [bulbs, nope]\n", "invoice"),
        ("source: {kind: mbox, path: gone.mbox}\n", "gone.mbox"),
        ("source: {kind: pst}\n", "'eml'"),
    ],
)
def test_what_is_wrong_is_a_finding(
    lines: str, said: str, loaded: Callable[[str], Mailbox]
) -> None:
    """Each mistake in a page or a folder is a PageError that names the page and what is wrong."""
    with pytest.raises(PageError) as caught:
        loaded(lines)
    assert said in str(caught.value)
    assert "mailbox.yaml:" in str(caught.value)


def test_a_folder_without_a_page(tmp_path: Path) -> None:
    """A folder that is no sample is a finding, too."""
    with pytest.raises(PageError, match="no such file"):
        load_mailbox(tmp_path)


def test_a_source_lies_in_the_folder(box: Path, loaded: Callable[[str], Mailbox]) -> None:
    """A page from a stranger cannot serve files from elsewhere as mail."""
    (box.parent / "private").mkdir()
    (box.parent / "private" / "diary.eml").write_bytes(b"Subject: Diary\n\n")
    with pytest.raises(PageError):
        loaded("source: {path: ../private}\n")


def test_a_finding_about_a_file_says_where(loaded: Callable[[str], Mailbox]) -> None:
    """A file that is missing is told at the line that names it."""
    with pytest.raises(PageError) as caught:
        loaded("messages:\n  - file: nope.eml\n")
    assert (caught.value.findings[0].line, caught.value.findings[0].column) == (6, 11)


def test_a_unique_id_is_given_once(loaded: Callable[[str], Mailbox]) -> None:
    """Two messages that are given one unique-id are a mistake, not a reason to rename one."""
    with pytest.raises(PageError, match="unique-id"):
        loaded("messages:\n- {label: a, unique-id: x}\n- {label: b, unique-id: x}\n")


def test_a_file_gets_no_attachment(loaded: Callable[[str], Mailbox]) -> None:
    """A file cannot be given an attachment, and is not silently given something else."""
    with pytest.raises(PageError, match="attachment"):
        loaded("messages:\n- {file: 01-bulbs.eml, make: {octets: 9000, as: attachment}}\n")


def test_a_maildir_without_new(box: Path, loaded: Callable[[str], Mailbox]) -> None:
    """A Maildir whose new is missing, since git keeps no empty folders, is read all the same."""
    (box / "Maildir" / "cur").mkdir(parents=True)
    (box / "Maildir" / "cur" / "1.x").write_bytes(b"Subject: One\n\n")
    assert labels(loaded("source: {kind: maildir, path: Maildir}\n")) == ["one"]


@pytest.mark.parametrize("kind", ["eml", "maildir", "mbox"])
def test_no_link_leads_out_of_the_folder(
    kind: str, box: Path, loaded: Callable[[str], Mailbox]
) -> None:
    """A symbolic link to somewhere else is not followed: not a file's, not a folder's."""
    (box.parent / "private" / "cur").mkdir(parents=True)
    diary = box.parent / "private" / "cur" / "diary.eml"
    diary.write_bytes(b"From a\nSubject: Diary\n\n")
    (box / "linked").symlink_to(box.parent / "private")
    (box / "one").mkdir()
    (box / "one" / "cur").symlink_to(box.parent / "private" / "cur")
    (box / "diary.eml").symlink_to(diary)
    paths = {"eml": (".", "linked/cur", "one/cur"), "maildir": ("linked", "one"), "mbox": (
        "diary.eml", "linked/cur/diary.eml")}  # fmt: skip
    for path in paths[kind]:
        with pytest.raises(PageError, match="outside"):
            loaded(f"source: {{kind: {kind}, path: {path}}}\n")


def test_links_inside_the_folder_are_followed(box: Path, loaded: Callable[[str], Mailbox]) -> None:
    """One letter can be there twice, and a link in a circle is a finding."""
    (box / "zz.eml").symlink_to("01-bulbs.eml")
    assert labels(loaded("")) == ["bulbs", "prize", "invoice", "zz"]
    (box / "round.eml").symlink_to("round.eml")
    with pytest.raises(PageError, match="round"):
        loaded("messages:\n- file: round.eml\n")


@pytest.mark.parametrize(
    ("lines", "line", "column", "said"),
    [
        ("messages:\n- file: 01-bulbs.eml\n- file: ../x.eml\n", 7, 9, "messages[2].file"),
        ('messages:\n- file: "a\\0b"\n', 6, 9, "'a\\x00b' can be no name"),
        ("messages:\n- file: 01-bulbs.eml\n  make:\n    octets: 3\n", 8, 13, "27 octets"),
        ("messages:\n- label: x\n  make: {octets: 3}\n", 7, 18, "message x"),
        ("messages:\n- label: x\n  headers: {'a b': c}\n", 7, 12, "'a b'"),
        ("source:\n  path: gone\n", 6, 9, "gone"),
        ('source: {path: "a\\0b"}\n', 5, 16, "no name of a file"),
        ("source: {kind: maildir}\n", 5, 9, "cur or new"),
        ("source: {kind: mbox}\n", 5, 9, "is no file"),
        ("about2: x\n", 5, 1, "about2"),
        ("order: [bulbs, bulbs, prize]\n", 5, 8, "invoice"),
    ],
)
def test_findings_are_told_at_their_line(
    lines: str, line: int, column: int, said: str, loaded: Callable[[str], Mailbox]
) -> None:
    """Line and column of the value that is wrong, from the page alone or from what lies beside it."""
    with pytest.raises(PageError) as caught:
        loaded(lines)
    (finding,) = caught.value.findings
    assert (finding.line, finding.column) == (line, column)
    assert said in str(finding)


def test_a_finding_from_a_kept_page_knows_its_line(box: Path, tmp_path: Path) -> None:
    """The line is found for a page that came compiled from the cache, too."""
    (box / "mailbox.yaml").write_text(HEAD + "messages:\n- file: invoice.eml\n")
    load_mailbox(box, cache=tmp_path / "cache")
    (box / "invoice.eml").unlink()
    with pytest.raises(PageError, match=r"mailbox.yaml:6:9: "):
        load_mailbox(box, cache=tmp_path / "cache")


def test_names_that_are_given_are_kept(box: Path, loaded: Callable[[str], Mailbox]) -> None:
    """A name made from a file gives way to one that the page gives, wherever that stands."""
    (box / "04-bulbs.eml").write_bytes((box / "01-bulbs.eml").read_bytes())
    mailbox = loaded(
        "messages:\n- file: 01-bulbs.eml\n- file: 04-bulbs.eml\n"
        "- {file: invoice.eml, label: bulbs, unique-id: ET7BLCTP2F7YDB2INZIO2LKH}\n"
        "- {label: bulbs-2}\n"
    )
    assert labels(mailbox) == ["bulbs-3", "bulbs-4", "bulbs", "bulbs-2"]
    assert mailbox.messages[2].unique_id == "ET7BLCTP2F7YDB2INZIO2LKH"
    assert len({message.unique_id for message in mailbox.messages}) == 4


def test_a_file_made_to_a_size_is_made_late(loaded: Callable[[str], Mailbox]) -> None:
    """Of a file that grows, the Subject is known before it has grown."""
    (message,) = loaded("messages:\n- {file: 01-bulbs.eml, make: {octets: 5000000}}\n").messages
    assert message.subject == "Bulbs"
    assert "_made" not in vars(message)
    assert len(message.content()) == 5_000_000
