"""Who answers HOST:PORT, and how. Knows nothing of lessons."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .actors import HAPPENINGS, BadHappening, Happening, seconds
    from .faults import FAULTS, FaultError
    from .host import Host
    from .line import Carried
    from .loader import load_hosts, load_personality
    from .network import Network, NetworkState, NoSuchHost, Refused
    from .stage import Stage, StageState
else:
    from simulator.doors import on_demand

    __getattr__ = on_demand(
        __name__,
        actors="BadHappening HAPPENINGS Happening seconds",
        faults="FAULTS FaultError",
        host="Host",
        line="Carried",
        loader="load_hosts load_personality",
        network="Network NetworkState NoSuchHost Refused",
        stage="Stage StageState",
    )

__all__ = [
    "FAULTS",
    "HAPPENINGS",
    "BadHappening",
    "Carried",
    "FaultError",
    "Happening",
    "Host",
    "Network",
    "NetworkState",
    "NoSuchHost",
    "Refused",
    "Stage",
    "StageState",
    "load_hosts",
    "load_personality",
    "seconds",
]
