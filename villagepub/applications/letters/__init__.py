"""The letters (文书) that an application gives rise to, as Word documents from templates that a clerk edits.

``table`` says which letters there are, ``occasions`` which of them an application has come to, ``values`` what a
template may name, ``document`` fills it in. The words of a letter are in its template, never here.
"""
