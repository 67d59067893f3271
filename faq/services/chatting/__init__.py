"""The chat of an Official Account: who answers a text, in which lists, with which steps."""
