
# In a container, where all of this file is Python's `sitecustomize`: it comes before LocalStack,
# and before any other program that the image may start by Python.
import sys  # noqa: E402

if "localstack.runtime.main" in sys.orig_argv:
    of_moto()
