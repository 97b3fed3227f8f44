"""Drawings made for one thing each, as SVG and HTML; their numbers come from figures."""
