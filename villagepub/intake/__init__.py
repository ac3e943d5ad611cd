"""What comes in as a file, and what of it may go out.

``examining.examine`` says what a file is (by its content), gives the bytes that the public may get and every text
found in it, the hidden ones included. It knows no database and no web. Files are opened in a process of their own
(``sandbox``, ``child``) that can neither use up the machine nor see the program.
"""
