"""Telling the seller that answers become due: what, when, and by which way.

`watch` finds what nobody was told of yet and claims it in the store; the engine
then runs the seller's command (`command`), a screen rings (`terminal`).
"""
