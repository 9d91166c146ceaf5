"""On-scene care and care in transit: assess, treat, medicate; the patient care record."""
