"""Everything that is remembered: TinyDB over one SQLite file, and nothing else knows that.

`database.Store` hands out transactions; every other module here is functions
that take one and return values of `inbox.core.model`. Facts are stored,
verdicts derived (`derive`); nothing that depends on now is kept.

- The file: `database`, `connections`, `storage`, `documents`, `rows`, `narrowing`, `schema`,
  `migrations` (with `first_tables`, `rebuilding`, `before_migrating`), `faults`, `wal`.
- Names and times: `uids`, `instants`.
- What comes in: `prepared`, `intake`, `known`, `linking`, `heads`, `contents`, `packing`,
  `messages`, `attachments`, `orders`, `held_back`, `accounts`.
- What a service says of it: `presence`, `stated`, `copies`; told twice: `twins`, `pairing`,
  `halves`.
- What the seller does: `journal`, `drafts`, `discarded`, `server_drafts`, `canned_use`; and what a
  service still has to hear of it: `untold`.
- What goes out: `outgoing`, `outgoing_files`, `carried`, `outbox`, `schedules`, `outgoing_names`.
- What is derived: `derive`, `makings`, `judged`, `rejudging`, `rules_read`, `verdicts`,
  `conversations`, `previews`.
- How it is asked: `listing`, `search`, `asked`, `folding`, `glance`, `told`, `snoozed`, `tags`,
  `correspondents`.
- Whether it is whole: `doctor`, `index_check`, `legible`, `references`; made whole: `repair`,
  `salvage`, `mending`.
- Packages: `keeping` (copies, compacting, forgetting), `stowed` (old conversations in files).
"""
