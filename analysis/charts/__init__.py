"""Charts and drawings, one module a chapter; ``press.theme`` gives them their look."""
