"""What every module may lean on: flows, errors, the clock, ids, paging, actions. No models, no HTML."""
