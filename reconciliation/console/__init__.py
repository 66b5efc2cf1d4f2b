"""What the commands of `manage.py` are made of: they dispatch, ask, and show. Nothing here decides about money."""
