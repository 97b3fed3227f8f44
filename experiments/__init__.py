"""Claims 3 to 5 on trial: small, controlled training runs in plain PyTorch.

What is tested, how it is decided and how much is run stands in ``criteria.md``, written before
the first run. Results go to ``data/experiment_*.csv``, one row a run.
"""
