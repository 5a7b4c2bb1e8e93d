"""Many requests: which of them the worker takes, where they wait, and which thread runs them.

Knows what a request is (``run``). It does not know how requests arrive and answers leave: that is ``link``.
"""
