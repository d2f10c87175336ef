"""Documents that are no plain text: PDF, HTML and DOCX, each read by a library that knows it.

::

    kinds     name and first bytes → which library
    apart     the library's own process: limits of time and memory, and no crash of the run
    pdf       glyphs → order → paragraphs: the places of the characters make the reading order
    html      the article's body without navigation
    docx      paragraphs, text boxes, tables

What comes out is text with one paragraph a line, and it is this text that every offset points into.
"""
