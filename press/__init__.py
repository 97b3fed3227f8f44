"""The press: facts, figures and their graph, number formats, charts' look, pages, checks.

It knows no subject. What computes and draws (``facts``, ``figures``, ``formats``, ``theme`` and
their like) stands here; what executes, prints and checks stands in ``press.publishing``, and no
subject imports from there.
"""
