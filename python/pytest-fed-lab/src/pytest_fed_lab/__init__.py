"""Tests against AWS that really refuses: an account for each test, in a lab on this machine."""

from .account import Account, Role
from .connection import Key, LabError
from .lab import Lab

__all__ = ["Account", "Key", "Lab", "LabError", "Role"]
