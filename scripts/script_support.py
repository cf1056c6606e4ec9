"""What the scripts share: errors told in one line, checks of what is read, pictures."""

import importlib
import json
import math
import sys
from pathlib import Path

DEBIAN_PACKAGES = {"h5py": "python3-h5py", "matplotlib": "python3-matplotlib", "numpy": "python3-numpy"}
EXIT_STATUS = "Exit status: 0 success, 2 bad usage, 3 a file that cannot be read, used or written, or a missing module."
INTERRUPTED = 130  # as a shell has it of SIGINT


class ScriptError(Exception):
    """Something that the user can mend; the message is for the user."""

    status = 3


class UsageError(ScriptError):
    """An argument that cannot be."""

    status = 2


def tell(error):
    print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)


def exit_status_of(work):
    """Calls work(). What the user can mend is told in one line instead of a traceback; the exit status."""
    try:
        work()
    except ScriptError as error:
        tell(error)
        return error.status
    except OSError as error:
        tell(f"{error.filename}: {error.strerror}" if error.filename else error)
        return ScriptError.status
    except KeyboardInterrupt:
        tell("interrupted")
        return INTERRUPTED
    return 0


def require(*modules):
    """Before any work: that these modules are there."""
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise ScriptError(f"{sys.executable} has no {name} ({error}); install it (Debian: {DEBIAN_PACKAGES[name]}, "
                              "for /usr/bin/python3) or take another Python") from error


# Checks of what is read


def number(value):
    """a number"""
    return isinstance(value, (int, float)) and math.isfinite(value)


def number_or_null(value):
    """a number or null"""
    return value is None or number(value)


def error_or_null(value):
    """a number of at least 0 or null"""
    return value is None or number(value) and value >= 0


def check_shape(value, shape, place=""):
    """Raises ValueError where `value` has not the shape: {name: shape} at least these names (those with a question mark
    may be missing), [shape] any number of these, [shape, shape] that many, a type, or a function like number()."""
    here = place or "the file"
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            raise ValueError(f"{here} is no object")
        for key, inner in shape.items():
            name = key.removesuffix("?")
            path = f"{place}.{name}" if place else name
            if name in value:
                check_shape(value[name], inner, path)
            elif name == key:
                raise ValueError(f"{path} is missing")
    elif isinstance(shape, list):
        if not isinstance(value, list) or len(shape) not in (1, len(value)):
            raise ValueError(f"{here} is no list{f' of {len(shape)}' if len(shape) > 1 else ''}")
        for i, inner in enumerate(value):
            check_shape(inner, shape[i % len(shape)], f"{place}[{i}]")
    elif isinstance(shape, type):
        if not isinstance(value, shape):
            raise ValueError(f"{here} is no {shape.__name__}")
    elif not shape(value):
        raise ValueError(f"{here} is not {shape.__doc__}")


def read_json(path, shape, what):
    """The document in the file, which is `what`, e.g. "an analysis.json of hopmc analyze"."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        check_shape(document, shape)
    except (ValueError, RecursionError) as error:
        raise ScriptError(f"{path}: not {what} ({error})") from error
    return document


# Pictures


def pyplot(font_size):
    """matplotlib.pyplot for pictures in files, without a display."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({"font.size": font_size, "axes.spines.top": False, "axes.spines.right": False})
    return plt


def check_picture(path):
    """Before any work: that matplotlib is there and knows the ending of the file's name."""
    require("matplotlib")
    from matplotlib.backend_bases import FigureCanvasBase

    known = sorted(FigureCanvasBase.get_supported_filetypes())
    if path.suffix[1:].lower() not in known:
        raise UsageError(f"{path}: no picture's ending ({', '.join(known)})")


def save(figure, path, dpi):
    """Writes the picture, which needs its figure no longer."""
    import matplotlib.pyplot as plt

    try:
        figure.savefig(path, dpi=dpi)
    except (ValueError, RuntimeError) as error:  # what only some formats need, and formulas in names
        raise ScriptError(f"{path}: {error}") from error
    finally:
        plt.close(figure)
