"""The report of fidelity, from the command line: `make fidelity`, or this file with recordings.

python tests/fidelity/run.py [--as PERSONALITY] [--brief] [RECORDING.txt ...]
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path


def main(words: list[str] | None = None) -> int:
    """0: every line is alike; 1: some differ; 2: the command line is wrong."""
    parser = argparse.ArgumentParser(description="Say recorded dialogues to our personalities.")
    parser.add_argument(
        "recordings", nargs="*", type=Path, help="recordings; else all that are kept"
    )
    parser.add_argument(
        "--as", dest="server", default="", help="the personality, where the name tells none"
    )
    parser.add_argument("--brief", action="store_true", help="the figures alone")
    wishes = parser.parse_args(words)
    root = Path(__file__).resolve().parent.parent
    sys.path[:0] = [str(root), str(root.parent)]
    from fidelity.recording import Recording
    from fidelity.replay import every, replay
    from fidelity.setting import FOLDER, setting_of

    outcomes = []
    for path in wishes.recordings or sorted((FOLDER / "recordings").glob("*.txt")):
        setting = setting_of(path.stem)
        if wishes.server:
            setting = replace(setting, server=wishes.server)
        try:
            outcomes.append(replay(Recording.read(path), setting))
        except (OSError, ValueError) as error:
            parser.error(f"{path}: {error}")
        if not wishes.brief:
            for difference in outcomes[-1].differences:
                print(path.stem, difference)
            for line, recorded, ours in outcomes[-1].late:
                print(path.stem, f"line {line}: took {recorded} s, ours {ours} s")
    for line in every(outcomes):
        print(line)
    return any(each.differences for each in outcomes)


if __name__ == "__main__":
    sys.exit(main())
