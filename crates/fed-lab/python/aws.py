"""Runs the aws CLI as a plain `pip install awscli` has it.

LocalStack brings awscrt and pyOpenSSL along, which the aws CLI loads where it finds
them and does not need: without them, and with garbage collected less often, each
command takes a third less time.

The first generation of the CLI sends SQS, EMR, RDS and some others to names of AWS that
it has a list of, whatever AWS_ENDPOINT_URL says; with that set, the list is empty.
"""

import gc
import os
import runpy
import sys

gc.set_threshold(100_000)
sys.modules["awscrt"] = None
sys.modules["OpenSSL"] = None
sys.argv[0] = "aws"
if os.environ.get("AWS_ENDPOINT_URL"):
    from awscli.customizations import overridesslcommonname

    overridesslcommonname.SSL_COMMON_NAMES.clear()
runpy.run_module("awscli", run_name="__main__")
