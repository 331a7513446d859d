"""The one room that draws. It is handed its input and output, and holds no rule of POP3."""
