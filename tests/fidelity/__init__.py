"""How near a personality is to the server it plays: recorded dialogues, said again to our engine."""
