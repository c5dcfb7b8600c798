"""The registry of scenarios: each a function that plays season and faults on a pipeline.

A function takes the pipeline that has not started yet, dice that follow from the seed, and `say` for
what is worth a word in the report. What must hold afterwards is the same for all: checks.py.
"""

import brokers
import clocks
import disks
import freezes
import generations
import kills
import network
import scaling
import stores


class Scenario:
    def __init__(self, play, long_only=False, may_end=False, as_in_reference=True, broker=None,
                 planted=False, environment=None, wanted=(), **pipeline):
        self.name = play.__name__.replace("_", "-")
        self.about = play.__doc__.splitlines()[0]
        self.play = play
        self.long_only = long_only
        # Whether services may come to an end by themselves, for a service manager to start again.
        self.may_end = may_end
        # Whether files come in their order and at their instants, so that a calm run is to be met.
        self.as_in_reference = as_in_reference
        # A kind of broker that it has for itself; otherwise it has the one of all, made empty.
        self.broker = broker
        # Over the build that has bugs to be planted; `wanted` is what the checks must say then: one of
        # these, since another cut of batches makes other ids of the same outputs.
        self.planted = planted
        self.environment = environment
        self.wanted = wanted
        self.pipeline = pipeline


SCENARIOS = (
    Scenario(kills.kill_services),
    Scenario(kills.kill_scoring_in_replay),
    Scenario(freezes.zombie_scoring, may_end=True),
    Scenario(freezes.kill_broker, may_end=True),
    Scenario(freezes.freeze_broker, may_end=True),
    Scenario(stores.lose_state),
    Scenario(stores.flip_bit_of_state, may_end=True),
    Scenario(scaling.scale, scoring=1),
    Scenario(network.network, may_end=True),
    Scenario(disks.state_disk_full, may_end=True),
    Scenario(disks.blob_disk_full),
    Scenario(disks.broker_disk_full, long_only=True, may_end=True, broker=disks.SmallDiskBroker),
    Scenario(freezes.kill_leaders, long_only=True, may_end=True, broker=brokers.ThreeBrokers),
    Scenario(clocks.step_clocks, may_end=True, broker=clocks.SteppedBroker),
    Scenario(clocks.append_times_go_back, as_in_reference=False),
    Scenario(generations.next_generation, planted=True),
    Scenario(kills.control, may_end=True, planted=True, wanted=("id twice", "is not above the one before it"),
             environment={"QCDR_PLANTED_BUG": "live-from-applied"}),
)
