"""The ways out: calls, contacts and figures as files. Each export is a row of the log (`models.Export`)."""
