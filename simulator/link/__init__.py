"""Lines that carry octets and know no POP3."""

from .endpoint import Endpoint, Link
from .memory import Cutter, MemoryLink, whole

__all__ = ["Cutter", "Endpoint", "Link", "MemoryLink", "whole"]
