"""Port110: a POP3 server to talk to, and a tutor who explains every reply."""

__version__ = "0.1.0"
