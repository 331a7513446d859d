"""Who answers HOST:PORT, and how. Knows nothing of lessons."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .actors import HAPPENINGS, BadHappening, Happening, seconds
    from .caution import gives_away, is_quit, removes
    from .faults import FAULTS, FaultError
    from .folding import Answers, Difference, Group, Wording, body_change, fold
    from .host import Host
    from .inquiry import Heard, Inquiry, Question, Way, inquire
    from .likeness import Likeness, Sureness, recognise
    from .line import Carried
    from .loader import load_hosts, load_personalities, load_personality
    from .nearend import Called, NearEnd
    from .network import Network, NetworkState, NoSuchHost, Refused
    from .outside import Outside, Server, trusting
    from .stage import Stage, StageState
else:
    from simulator.doors import on_demand

    __getattr__ = on_demand(
        __name__,
        actors="BadHappening HAPPENINGS Happening seconds",
        caution="gives_away is_quit removes",
        faults="FAULTS FaultError",
        folding="Answers Difference Group Wording body_change fold",
        host="Host",
        inquiry="Heard Inquiry Question Way inquire",
        likeness="Likeness Sureness recognise",
        line="Carried",
        loader="load_hosts load_personalities load_personality",
        nearend="Called NearEnd",
        network="Network NetworkState NoSuchHost Refused",
        outside="Outside Server trusting",
        stage="Stage StageState",
    )

__all__ = [
    "FAULTS",
    "HAPPENINGS",
    "Answers",
    "BadHappening",
    "Called",
    "Carried",
    "Difference",
    "FaultError",
    "Group",
    "Happening",
    "Heard",
    "Host",
    "Inquiry",
    "Likeness",
    "NearEnd",
    "Network",
    "NetworkState",
    "NoSuchHost",
    "Outside",
    "Question",
    "Refused",
    "Server",
    "Stage",
    "StageState",
    "Sureness",
    "Way",
    "Wording",
    "body_change",
    "fold",
    "gives_away",
    "inquire",
    "is_quit",
    "load_hosts",
    "load_personalities",
    "load_personality",
    "recognise",
    "removes",
    "seconds",
    "trusting",
]
