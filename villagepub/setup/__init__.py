"""Setting up a township from one YAML file and the two tables it names, and bringing it up to date later.

The file is checked whole before anything is written: every fault is reported at once, with its line and its
remedy. Loading it creates and updates, never deletes; run again after an edit it says of each line what it
created (已新增), changed (已更新) or left alone (未变), and what the database has beyond the file
(库中仍保留). A `*` stands for each office or each village on the platform.
"""
