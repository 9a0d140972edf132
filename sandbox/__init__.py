"""Small stateful copies of ChartHop and Ashby, for the demo and the tests.

`sandbox.charthop.ChartHop` and `sandbox.ashby.Ashby` hold the state. They are reached in process
through `sandbox.in_process.transport`, or on a port through `sandbox.server.serve`.
"""
