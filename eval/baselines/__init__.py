"""What a user would do without this pipeline, on the same model and articles, judged by the same scorer.

::

    task               the rules, record types and examples that both libraries are given
    exchanges          what was asked and answered, on disk
    relay              an address on this machine that answers from there, or asks the model and keeps the answer
    with_langextract   LangExtract as its documentation advises
    with_instructor    instructor as its documentation advises
    found              what a library found, in one form for both
    libraries          the model asked through a library, its answers replayed, or what was made of them before
    convert            what a library found, as facts; where form is forgiven
    rows               figures of a library and of the pipeline
    show               the table, on a terminal or as markdown
    __main__           python -m eval.baselines

The libraries see the article as it stands, private numbers masked, and an address; nothing in them is changed. So a
table made from the recorded answers goes through the libraries themselves, as it did when the model was asked.
LangExtract cannot be installed beside the versions that the tests have: where it is absent, what it made of the
recorded answers is read from ``answers/langextract.json``, and where it is present a test holds that file to it.
"""
