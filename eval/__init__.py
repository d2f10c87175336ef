"""The evaluation harness: what is right, what changed, and is it more than chance?

::

    gold, texts    what a person annotated, and the articles it was annotated in
    facts          records of any source as plain facts
    canonical      the one form in which values are compared; comparators: credit and its reason
    align          which predicted record is which gold record
    score          counts per document, type and field; everything else is their sums
    stats          intervals, paired tests, what this gold could show
    runs           immutable folders of predictions, counts, settings and hashes
    report         one or two runs as one HTML file, every record in its article
    cli            python -m eval
"""
