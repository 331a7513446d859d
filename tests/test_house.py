"""The plan of the house, held to: arrows only point down, rooms keep to their trade, files stay small.

The imports are read from the source; nothing is imported.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent / "simulator"

#: A room may import rooms of a lower floor. Rooms on one floor do not know each other.
FLOORS = {
    "cli": 6, "__main__": 7,
    "console": 5,
    "classroom": 4,
    "teaching": 3, "hosts": 3,
    "transcript": 2, "mailroom": 2,
    "pop3": 1, "link": 1, "pages": 1,
    "doors": 0,
}  # fmt: skip
#: The console sits above the classroom's floor and may look down on everything but the roof.
FORBIDDEN_IN_POP3 = {"asyncio", "socket", "ssl", "time", "random", "pathlib", "logging", "secrets"}
DRAWING = {"prompt_toolkit", "rich"}

FILES = sorted(HOUSE.rglob("*.py"))


def room_of(path: Path) -> str:
    """The room a file stands in."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Each module that a file imports, in functions too, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(HOUSE.parent).parent.parts
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield node.lineno, module
            if module == "simulator":
                yield from ((node.lineno, f"simulator.{alias.name}") for alias in node.names)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Each function of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_every_room_has_its_floor() -> None:
    """A new room is given a floor before it is built."""
    rooms = {room_of(path) for path in FILES} - {"__init__"}
    assert rooms <= set(FLOORS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_arrows_point_down(path: Path) -> None:
    """No file imports a room of its own floor or above, other than its own room."""
    room = room_of(path)
    if room == "__init__":
        return
    for line, module in imports(path):
        parts = module.split(".")
        if parts[0] == "simulator" and len(parts) > 1 and parts[1] in FLOORS and parts[1] != room:
            assert FLOORS[parts[1]] < FLOORS[room], f"{path}:{line}: {room} imports {parts[1]}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_rooms_keep_to_their_trade(path: Path) -> None:
    """pop3 does no I/O and is standard library only; only the console imports what draws."""
    room = room_of(path)
    for line, module in imports(path):
        top = module.split(".")[0]
        where = f"{path}:{line}: {module}"
        if room == "pop3":
            assert top not in FORBIDDEN_IN_POP3, where
            assert top == "simulator" or top in sys.stdlib_module_names, where
        if room != "console":
            assert top not in DRAWING, where


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_only_the_console_prints(path: Path) -> None:
    """No room but the console and the roof calls print()."""
    if room_of(path) in ("console", "cli"):
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{path}:{node.lineno}"


def test_the_protocol_knows_nothing_of_teaching() -> None:
    """The words lesson, tutor, hint and learner do not occur as names in pop3, link or pages."""
    for path in FILES:
        if room_of(path) in ("pop3", "link", "pages"):
            names = {node.id.lower() for node in ast.walk(ast.parse(path.read_text("utf-8")))
                     if isinstance(node, ast.Name)}  # fmt: skip
            assert not names & {"lesson", "tutor", "hint", "learner"}, path


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_files_and_functions_stay_small(path: Path) -> None:
    """No file above 300 lines, no function above 60."""
    assert path.read_text(encoding="utf-8").count("\n") <= 300
    for node in functions(path):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        assert length <= 60, f"{path}:{node.lineno}: {node.name} has {length} lines"


def test_nine_functions_in_ten_are_short() -> None:
    """90 % of all functions have at most 30 lines."""
    lengths = sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in FILES for node in functions(path)
    )  # fmt: skip
    assert lengths[int(len(lengths) * 0.9)] <= 30


def test_no_room_is_a_third_of_the_house() -> None:
    """The biggest room stays below a third of all lines."""
    sizes: dict[str, int] = {}
    for path in FILES:
        lines = path.read_text(encoding="utf-8").count("\n")
        sizes[room_of(path)] = sizes.get(room_of(path), 0) + lines
    assert max(sizes.values()) * 3 <= sum(sizes.values()), sizes


#: A server's name that is a word of the house as well, and so tells nothing.
HOMONYM = "exchange"


def names_of_servers() -> set[str]:
    """The personalities that play real servers, by their pages."""
    pages = (HOUSE / "hosts" / "personalities").glob("*.yaml")
    return {page.stem for page in pages if "\nserver: " in page.read_text(encoding="utf-8")}


def spoken(path: Path) -> Iterator[tuple[int, str]]:
    """Each name and each text in a file's code, with its line; comments and docstrings are none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(node.value) for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.keyword):
            yield node.value.lineno, node.arg or ""
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.Constant) and id(node) not in prose:
            yield node.lineno, str(node.value)


def test_the_protocol_knows_no_server_by_its_name() -> None:
    """A policy is a field with a name of its own; no code of pop3 asks whose it is."""
    servers = names_of_servers()
    assert len(servers) >= 7
    words = {word for name in servers for word in (name, name.partition("-")[0])} - {HOMONYM}
    for path in sorted((HOUSE / "pop3").glob("*.py")):
        for line, text in spoken(path):
            low = text.lower()
            found = {word for word in words if word in low}
            assert not found, f"{path.name}:{line}: {text!r} names {found}"
