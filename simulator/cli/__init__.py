"""The roof: joins the rooms, holds no rule of any."""

from .main import main

__all__ = ["main"]
