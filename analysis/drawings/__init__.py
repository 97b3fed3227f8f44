"""Drawings of the machine: SVG from functions, one vocabulary of shapes, numbers from figures."""
