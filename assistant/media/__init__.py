"""Files and web pages become text that knows where it stood.

`extract.Reader` is the door. What a file is, is told by its content; everything
that is not plain text is parsed in a child process with limits, so that the worst
file costs one clear line. Nothing here knows of the library or its database.
"""
