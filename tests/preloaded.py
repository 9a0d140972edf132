"""What the processes of `tests.forked` import; imported once, before they are forked."""

# ruff: noqa: F401

import sys

import celery.apps.worker
import celery.bin.celery
import celery.concurrency.thread
import celery.worker.consumer

import control.answering
import control.cli
import workers.application
import workers.wiring

ARGUMENTS = sys.argv
"""The list that defaults of arguments may refer to."""
