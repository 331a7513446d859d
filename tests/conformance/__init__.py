"""A conformance check of POP3 servers: any server's, by the standard library alone (see README.md)."""
