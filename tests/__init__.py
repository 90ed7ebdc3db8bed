import os

# What the framework's test client calls the service it asks.
os.environ.setdefault("VPI_TRUSTED_HOSTS", "testserver")
