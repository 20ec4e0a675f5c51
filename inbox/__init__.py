"""seller-inbox: one terminal inbox for people who sell alone on several channels.

This page is the map. A stranger's message comes in, its deadline counts down,
an answer goes out exactly once; everything here serves one of these.

In::

    service -> connector.pull -> Batch -> sync.ingest -> store      (the engine's process)
            -> link: "the store changed" -> view -> widgets         (the screen's process)

Out::

    key -> screen -> triage -> store: outbox, on disk -> link: a nudge
        -> sync.outbox -> connector.send -> Receipt -> store -> "the store changed" -> ...

While a long pull goes on, `sync.ingest` runs in a second process (`sync.beside`).

There is no second way: a widget never calls the store, a connector never sees
a widget, nobody but the engine's runner calls a connector. The command line
goes the same way as the screen, by triage and view.

The packages, high to low; each imports only what stands below it:

- `cli`, `demo`: the commands.
- `opening`: starts the screen, each thing as late as it may be.
- `app`, `screens`, `widgets`: what is seen, in Textual. `app` wires and decides nothing.
- `commands`, `messages`: the one table of verbs; facts for the screen.
- `editor`, `files`, `relogin`: $EDITOR; strangers' files on the disk; logging in again.
- `triage`: what the verbs do. Writes the store, nudges the engine.
- `view` and `sync`: what a screen shows, as values; and the engine, what happens by itself.
- `glance`: `inbox due` without the rest of the command line.
- `link`: JSON lines between the two processes.
- `notices`: what becomes due is found once, claimed in the store, then told by whoever claimed it.
- `rules`: reads every `deadlines.toml` and the seller's own rules.
- `store`: TinyDB over one SQLite file. Nobody above knows that.
- `config`, `locations`, `secrets`, `errors`, `logs`, `i18n`, `clock`: the ground.
- `core`: deadlines, threading, queries, plain text. Pure: no clock, no input, no output.

Beside this package stand `connectors` (everything outside; imports nothing of
ours) and `canned` (ready-made answers; neither does it).
"""
