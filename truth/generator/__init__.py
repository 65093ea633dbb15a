"""Make labelled calls: real Chromium peers, a real SDK, a network that is impaired on purpose.

Enters: the name of a scenario. Leaves: a compact recording with marks that say when each fault began and ended.
"""
