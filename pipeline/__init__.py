"""Typed, evidence-bound records from Chinese hospital news: ``python -m pipeline run``."""
