"""One question to one model, one checked answer: the client, its cache, and the embedded engine.

The embedded engine, from the file up: ``files`` (which model file, and is it the right one), ``install``
(how it gets there), ``local`` (the engine as the rest of the pipeline sees it), ``engine_process`` (the
child process it runs in), ``cores`` (how many threads are worth having).
"""
