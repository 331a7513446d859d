"""`port110 check`: lessons read strictly and played, and what was found printed for people or CI."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import click

from simulator.pages import Finding
from simulator.teaching.proof import prove_course

from .course import course_pages, stage_for
from .exits import Exit
from .places import find_places

__all__ = ["check"]


def check(paths: tuple[str, ...], form: str) -> int:
    """Prove the lessons at `paths` (files or folders), or the whole course. 1 on any finding."""
    gc.enable()
    places = find_places()
    course = course_pages(places)
    pages = [page for path in paths for page in _pages(Path(path))] or course
    known = {page.resolve() for page in course}
    among = course if all(page.resolve() in known for page in pages) else [
        *course, *(page for page in pages if page.resolve() not in known)
    ]  # fmt: skip
    findings = prove_course(pages, stage_for(places), among=among)
    _PRINT[form](findings)
    if form == "text":
        lessons = "1 lesson" if len(pages) == 1 else f"{len(pages)} lessons"
        found = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
        click.echo(f"{lessons}, {found}", err=True)
    return Exit.FAILED if findings else Exit.DONE


def _pages(path: Path) -> list[Path]:
    if not path.exists():
        raise click.UsageError(f"{path}: there is no such file; write the path of a lesson's page.")
    if path.is_dir():
        pages = sorted(path.glob("*.yaml"))
        if not pages:
            raise click.UsageError(f"{path}: there is no lesson (*.yaml) in this folder.")
        return pages
    return [path]


def _text(findings: list[Finding]) -> None:
    for finding in findings:
        click.echo(str(finding))


def _json(findings: list[Finding]) -> None:
    rows = [
        {"file": each.file, "line": each.line, "column": each.column, "path": each.path,
         "message": each.message}
        for each in findings
    ]  # fmt: skip
    click.echo(json.dumps(rows, indent=2))


def _github(findings: list[Finding]) -> None:
    """Workflow commands, which become annotations beside the lines of a change."""
    for each in findings:
        text = f"{each.path}: {each.message}" if each.path else each.message
        escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        click.echo(f"::error file={each.file},line={each.line},col={each.column}::{escaped}")


_PRINT = {"text": _text, "json": _json, "github": _github}
