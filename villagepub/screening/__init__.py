"""What must not be published: personal data and marks of secrecy, found in a text.

Pure: text in, findings out; no database, no web, no settings. ``screen`` is the door. A *view* is the text as
a reader sees it (``folding``); a *hit* is a passage of the view; a *finding* is a hit told in the places of
the text as stored, without its value. What counts as a word, a safe phrase or an office's telephone is data
(``config/screening``, read by ``rule_files``). Each file names the standard or law that it
follows; docs/decisions/0006 says what was weighed.
"""
