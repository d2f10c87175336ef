"""A finished run looked over by a person: its folder read back, decisions kept in a journal, gold made of them.

::

    stored         a run's folder, read back
    journal        decisions, appended one by one, each on the disk before it is answered
    state          what the decisions make of a document's records
    values         what a person typed or selected, as a field's value
    problems       why a value is none, in plain words
    differences    records on which another run, or gold, says something else
    kept           what of a reviewed document enters gold
    gold           gold files of what was decided
    label_studio   the same records as tasks of Label Studio, and back
    desk           one review: run, journal and the other side together
    page           the page's HTML
    app, server    the web app on a loopback address
    command        python -m pipeline review
"""
