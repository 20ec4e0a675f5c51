"""Ready-made answers: plain files, a strict template language, a starter library.

Imports nothing of `inbox`. The one way through it::

    library = Library.load([folder])            # files -> Canned, faults told
    answer = library.get("wismo", "de")         # the variant for that language
    rendered = library.render(answer, values, formats)   # text, cursor, missing

`template` is the language, `variables` the names it knows and what fills
them, `formats` dates and money in the buyer's language, `lint` the checks.
"""
