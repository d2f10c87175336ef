"""A run's questions at half price: sent as batches that an endpoint answers within a day.

``asking`` goes through a run's questions with the run's own client; where the network would be, there is what batches have brought.
What that cannot answer, ``draft`` writes into batch files. ``remote`` speaks to the endpoint, ``journal`` knows what is on its way
and survives a kill at any moment, and ``steps`` joins them.
"""
