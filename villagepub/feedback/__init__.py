"""Villagers' voice: questions, complaints and praise, their clock and their answers.

A *feedback* (群众反映) is said by anybody signed in, the *asker*, under a published item or to a village. It is *held*
(待核验) while people must look at it first, *open* (待答复) until somebody writes an answer, and *answered* (已答复)
once the secrecy officer has let the answer pass. The *holder* (办理方) is the village, or the township that took a
complaint over. What the public reads is a row of its own, written when an answer passes and the asker agreed.
"""
