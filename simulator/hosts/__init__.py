"""Who answers HOST:PORT, and how. Knows nothing of lessons."""

from .host import Host
from .loader import load_hosts, load_personality
from .network import Network, NetworkState, NoSuchHost, Refused
from .stage import Stage, StageState

__all__ = [
    "Host",
    "Network",
    "NetworkState",
    "NoSuchHost",
    "Refused",
    "Stage",
    "StageState",
    "load_hosts",
    "load_personality",
]
