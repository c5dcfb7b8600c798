"""Makes a failing profile small: what can go, goes, while it still fails."""

import copy


def _without_members(submission, profile):
    for key in list(profile):
        smaller = dict(profile)
        del smaller[key]
        yield submission, smaller
        if isinstance(profile[key], (dict, list)) and len(profile[key]) > 1:
            for name in list(profile[key]) if isinstance(profile[key], dict) else range(
                    len(profile[key])):
                smaller = copy.deepcopy(profile)
                del smaller[key][name]
                yield submission, smaller
    for key in list(submission):
        if key not in ("performanceYear", "measurementSets"):
            smaller = dict(submission)
            del smaller[key]
            yield smaller, profile


def _without_measures(submission, profile):
    for place, part in enumerate(submission["measurementSets"]):
        smaller = copy.deepcopy(submission)
        del smaller["measurementSets"][place]
        yield smaller, profile
        if len(part["measurements"]) < 2:
            continue
        for entry in range(len(part["measurements"])):
            smaller = copy.deepcopy(submission)
            del smaller["measurementSets"][place]["measurements"][entry]
            yield smaller, profile


def shrink(submission, profile, fails, steps_most=200):
    """The smallest (submission, profile) found for which `fails` holds."""
    steps = 0
    while True:
        candidates = [*_without_measures(submission, profile),
                      *_without_members(submission, profile)]
        for candidate in candidates:
            steps += 1
            if steps > steps_most:
                return submission, profile
            if fails(*candidate):
                submission, profile = candidate
                break
        else:
            return submission, profile
