"""What a function does before it is copied and in each copy, under the name of AWS's library for it:
https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html

In a sandbox that is no copy and is not copied the hooks are registered and never run, as on Lambda.
"""

_before_snapshot = []
_after_restore = []


def register_before_snapshot(func, *args, **kwargs):
    """Also a decorator. The last that was registered runs first."""
    _before_snapshot.append((func, args, kwargs))
    return func


def register_after_restore(func, *args, **kwargs):
    """Also a decorator. The first that was registered runs first."""
    _after_restore.append((func, args, kwargs))
    return func


def get_before_snapshot():
    return _before_snapshot


def get_after_restore():
    return _after_restore
