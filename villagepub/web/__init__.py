"""The frame of the doors: what every request passes before and after a feature's view.

Besides the doors (``api``, ``pages``, ``cli``) this is the only place that knows flask.
"""
