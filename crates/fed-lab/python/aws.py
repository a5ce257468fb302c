"""Runs the aws CLI as a plain `pip install awscli` has it.

LocalStack brings awscrt and pyOpenSSL along, which the aws CLI loads where it finds
them and does not need: without them, and with garbage collected less often, each
command takes a third less time.
"""

import gc
import runpy
import sys

gc.set_threshold(100_000)
sys.modules["awscrt"] = None
sys.modules["OpenSSL"] = None
sys.argv[0] = "aws"
runpy.run_module("awscli", run_name="__main__")
