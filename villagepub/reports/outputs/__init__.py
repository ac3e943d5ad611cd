"""The annual report on paper and on the screen: Word, PDF, workbook, page.

Pure: the report as data goes in, bytes come out; no database, no web. ``printed`` says what all of them say,
``grids`` how the form's tables are merged; each output draws these.
"""
