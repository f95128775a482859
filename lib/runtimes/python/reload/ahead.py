"""Imported by the process to fork from, which is told nothing but names of modules: compiles our sources."""

import os

from reload.sources import FOLDERS, compile_sources

compile_sources(os.environ.pop(FOLDERS).split(os.pathsep))
