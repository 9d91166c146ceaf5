"""Transfer to definitive care: destination, pre-alert, arrival, bed, transfer of care, offload."""
