"""What is measured of one program: throughput, latency, recovery."""

import time

JOIN_SECONDS = 6  # until a started program has its partitions, generously
# A broker that was just started compiles itself on the core that it shares with the load: its first half
# minute has ten times the delay of what follows, whichever program is measured.
WARM_UP_SECONDS = 25


def throughput(broker, system, cases):
    """Folds `cases` that are on the topic already; from exec to the orderly end of the process."""
    with broker.load(system, "fill", 0, cases) as load:
        records, input_bytes = map(int, load.finish()["filled"][0])
    before = broker.sizes()
    with broker.load(system, "watch", cases) as watch:
        watch.wait_for("ready")
        with system.start(broker) as program:
            half = None
            folded = at = 0
            for word, numbers in watch:
                if word == "committed":
                    folded, at = int(numbers[0]), int(numbers[1]) / 1000
                    if half is None and folded >= cases // 2:
                        half = (folded, at, program.cpu_seconds())
                elif word == "caught-up":
                    break
            else:
                raise RuntimeError(f"the watch ended early; see {program.log}")
            caught_up_cpu = program.cpu_seconds()
            cpu = program.end_in_order()
    after = broker.sizes()
    written = {topic: size - before.get(topic, 0) for topic, size in after.items()
               if topic not in (system.topic, "__cluster_metadata")}
    return {
        "cases": folded, "records": records, "wall_seconds": at - program.started,
        "cpu_seconds": cpu,
        "cases_per_cpu_second": folded / cpu,
        "second_half_cases_per_cpu_second": (folded - half[0]) / max(caught_up_cpu - half[2], 0.01),
        "cases_per_second": folded / (at - program.started),
        "second_half_cases_per_second": (folded - half[0]) / max(at - half[1], 0.01),
        "memory_mebibytes": program.memory_kibibytes / 1024,
        "input_bytes": input_bytes, "input_bytes_on_disk": before[system.topic],
        "written_bytes": {topic: size for topic, size in written.items() if size > 0},
        # Of the input before compression: sealed rows do not compress, the peer's open ones do.
        "written_per_input_byte": sum(written.values()) / input_bytes,
    }


def latency(broker, system, first_case, rate, seconds, warm_up=WARM_UP_SECONDS):
    """Append to committed output at a fixed rate, in milliseconds, by record."""
    with system.start(broker) as program:
        time.sleep(JOIN_SECONDS)
        with broker.load(system, "rate", first_case, warm_up + seconds, rate,
                         warm_up) as load:
            said = load.finish()
        program.end_in_order()
    result = {f"p{float(share) * 100:g}": float(value) for share, value in said["latency"]}
    result.update(rate=rate, records=int(said["records"][0][0]))
    return result


def recovery(broker, system, first_case, more_cases):
    """SIGKILL in the middle of `more_cases` more, then from exec to lag 0."""
    last_case = first_case + more_cases
    with system.start(broker) as program:
        time.sleep(JOIN_SECONDS)
        with broker.load(system, "watch", first_case + more_cases // 4) as watch:
            watch.wait_for("ready")
            with broker.load(system, "fill", first_case, last_case) as load:
                for word, _ in watch:
                    if word == "caught-up":
                        break
                program.kill()
                load.finish()
    with broker.load(system, "watch", last_case) as watch:
        at_kill = int(watch.wait_for("ready")[0])
        with system.start(broker) as program:
            first = None
            for word, numbers in watch:
                at = int(numbers[-1]) / 1000 - program.started
                if first is None:
                    first = at
                if word == "caught-up":
                    lag_zero = at
                    break
            else:
                raise RuntimeError(f"the watch ended early; see {program.log}")
            cpu = program.cpu_seconds()
            program.end_in_order()
    return {"cases_at_kill": at_kill, "left": last_case - at_kill,
            "first_commit_seconds": first, "lag_zero_seconds": lag_zero, "cpu_seconds": cpu}
