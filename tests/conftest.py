"""Settings that all tests share."""

from __future__ import annotations

import torch
from hypothesis import settings

# The two workers share two cores: no deadline on an example, one thread for a worker, and the
# same examples in every run.
settings.register_profile("suite", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("suite")
torch.set_num_threads(1)
