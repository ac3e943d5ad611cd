"""The monthly bulletin (通报): how the villages of a township stand, drawn from the indicators.

Until its month is closed a bulletin is a draft, computed each time it is asked for. Closing a month issues it:
number (期号) and data are frozen with their digest, and every output is drawn from them ever after.
"""
