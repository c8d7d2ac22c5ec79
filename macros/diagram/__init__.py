"""Drawings: which part of the graph, how it looks, its DOT, and its SVG."""
