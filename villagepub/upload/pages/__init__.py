"""The uploader's doors for browsers, a module for each step; all of them hang on one blueprint."""

from villagepub.upload.pages import files, handing_in, owed, writing
from villagepub.upload.pages.frame import blueprint

__all__ = ["blueprint", "files", "handing_in", "owed", "writing"]
