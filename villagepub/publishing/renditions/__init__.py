"""What is public, for those who read no phone: on the notice board, over the village loudspeaker, as a poster.

Pure: a published item in, text or bytes out. ``blocks`` takes the body apart, ``spoken`` puts figures into words,
``texts`` writes board and loudspeaker, ``poster`` lays out a page of A4.
"""
