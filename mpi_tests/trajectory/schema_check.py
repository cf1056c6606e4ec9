"""Checks a trajectory_data.h5 from outside, with plain h5py: schema, shapes, types, chunks, filters, attributes.

    python3 schema_check.py FILE [--complete] [--require DATASET ...]

Prints every deviation and ends with status 1 if there is any. `--complete`: every trajectory must be there and
finished. `--require`: datasets each trajectory must have, e.g. coordinates/unwrapped energy.
"""

import argparse
import sys
import zlib

import h5py
import numpy as np

BOHR = 5.2917721067e-11
HARTREE = 4.35974465e-18
ATOMIC_TIME = 2.418884326509e-17

# path: (type, dimensions, values a row and carrier, units, SI units, factor to SI)
COLUMNS = {
    "coordinates/unwrapped": ("<f8", 2, 3, "bohr", "m", BOHR),
    "coordinates/wrapped": ("<f8", 2, 3, "bohr", "m", BOHR),
    "time": ("<f8", 1, 0, "hbar/E_h", "s", ATOMIC_TIME),
    "energy": ("<f8", 1, 0, "E_h", "J", HARTREE),
    "delg_0": ("<f8", 1, 0, "E_h", "J", HARTREE),
    "potential": ("<f8", 1, 0, "E_h", "J", HARTREE),
    "occupancy": ("<i4", 2, 1, "1", "1", 1.0),
    "time_data": ("<f8", 1, 0, "hbar/E_h", "s", ATOMIC_TIME),
}
HOP_COLUMNS = {"time_data"}
METADATA = {
    "simulation_info": {"version": str, "created_on": str, "total_trajectories": "i8", "format_version": str},
    "system_info": {
        "lattice_matrix": ("f8", (3, 3)), "pbc": ("i4", (3,)), "system_size": ("i4", (3,)),
        "species_count": ("i8", None), "species_types": ("O", None), "total_species": "i8", "temperature": "f8",
    },
    "simulation_params": {
        "time_interval": "f8", "t_final": "f8", "n_traj": "i8", "random_seed": "i8", "n_frames": "i8",
    },
    "provenance": {
        "command_line": str, "git_commit": str, "build_type": str, "compiler": str, "mpi_version": str,
        "hdf5_version": str, "rng": str, "ranks": "i8",
    },
}
ONLINE = {
    "lag": (("lags",), "hbar/E_h", "s", ATOMIC_TIME),
    "msd": (("species", "lags"), "bohr^2", "m^2", BOHR**2),
    "msd_error": (("species", "lags"), "bohr^2", "m^2", BOHR**2),
    "diffusivity": (("species",), "bohr^2*E_h/hbar", "m^2/s", BOHR**2 / ATOMIC_TIME),
    "diffusivity_error": (("species",), "bohr^2*E_h/hbar", "m^2/s", BOHR**2 / ATOMIC_TIME),
}
TEXTS = ("simulation_parameters.yml", "sys_config.yml", "POSCAR", "effective_config")

problems = []


def expect(condition, place, message):
    if not condition:
        problems.append(f"{place}: {message}")
    return condition


def check_attribute(owner, name, kind):
    place = f"{owner.name}, attribute {name}"
    if not expect(name in owner.attrs, place, "missing"):
        return
    value = owner.attrs[name]
    if kind is str:
        expect(isinstance(value, str), place, f"{type(value).__name__} instead of str")
    elif isinstance(kind, tuple):
        dtype, shape = kind
        expect(np.asarray(value).dtype == np.dtype(dtype), place, f"type {np.asarray(value).dtype}")
        expect(shape is None or np.shape(value) == shape, place, f"shape {np.shape(value)}")
    else:
        expect(np.asarray(value).dtype == np.dtype(kind), place, f"type {np.asarray(value).dtype}")
        expect(np.shape(value) == (), place, f"shape {np.shape(value)}")


def check_online(group):
    """The results that the run found on its way."""
    expect(set(group) == set(ONLINE), group.name, f"holds {sorted(group)}")
    lengths = {"species": len(group.attrs["species"]), "lags": group["lag"].size}
    for name, (axes, units, si_units, factor) in ONLINE.items():
        dataset = group[name]
        expect(dataset.shape == tuple(lengths[axis] for axis in axes), dataset.name, f"shape {dataset.shape}")
        expect(dataset.dtype.str == "<f8", dataset.name, f"type {dataset.dtype}")
        found = (dataset.attrs["units"], dataset.attrs["si_units"])
        expect(found == (units, si_units), dataset.name, f"units {found}")
        expect(np.isclose(dataset.attrs["si_factor"], factor, rtol=1e-8), dataset.name, "si_factor")
        expect(dataset.attrs["description"], dataset.name, "no description")
        expect(dataset.attrs["crc32"] == zlib.crc32(dataset[()].tobytes()), dataset.name, "crc32")


def check_metadata(file):
    expect(file.attrs.get("format") == "hopmc-trajectory", "/", "attribute format")
    expect(file.attrs.get("format_version") == "hdf5_v1", "/", "attribute format_version")
    expect(set(file) - {"analysis"} == {"metadata", "trajectories"}, "/", f"holds {sorted(file)}")
    expect(set(file["metadata"]) == set(METADATA), "/metadata", f"holds {sorted(file['metadata'])}")
    for group, attributes in METADATA.items():
        for name, kind in attributes.items():
            check_attribute(file["metadata"][group], name, kind)
    system = file["metadata/system_info"].attrs
    expect(len(system["species_types"]) == len(system["species_count"]), "/metadata/system_info", "species")
    expect(all(isinstance(s, str) for s in system["species_types"]), "/metadata/system_info", "species_types")
    expect(system["total_species"] == system["species_count"].sum(), "/metadata/system_info", "total_species")
    for name in TEXTS:
        check_text(file["metadata/provenance"], name)


def check_text(group, name):
    if not expect(name in group, group.name, f"{name} is missing"):
        return
    dataset = group[name]
    if dataset.shape is None:  # an empty text
        content = b""
    else:
        content = bytes(dataset[()]).ljust(dataset.dtype.itemsize, b"\0")  # numpy drops trailing zero bytes
    expect(dataset.attrs["crc32"] == zlib.crc32(content), dataset.name, "crc32 does not fit the content")


def filters_of(dataset):
    return (dataset.compression, dataset.compression_opts, dataset.shuffle, dataset.fletcher32)


def check_column(dataset, path, number, carriers, rows):
    dtype, dimensions, per_carrier, units, si_units, factor = COLUMNS[path]
    place = dataset.name
    expect(dataset.dtype.str == dtype, place, f"type {dataset.dtype.str} instead of {dtype}")
    if not expect(dataset.ndim == dimensions, place, f"{dataset.ndim} dimensions instead of {dimensions}"):
        return
    if dimensions == 2:
        expect(dataset.shape[1] == carriers * per_carrier, place, f"shape {dataset.shape}")
    expect(dataset.maxshape == (None,) + dataset.shape[1:], place, f"maxshape {dataset.maxshape}")
    expect(rows is None or dataset.shape[0] == rows, place, f"{dataset.shape[0]} rows instead of {rows}")
    if expect(dataset.chunks is not None, place, "not chunked"):
        expect(dataset.chunks[1:] == dataset.shape[1:], place, f"chunks {dataset.chunks} split rows")
    expect(dataset.compression in (None, "gzip", "lzf"), place, f"filter {dataset.compression}")
    for name in ("units", "si_units", "description"):
        check_attribute(dataset, name, str)
    check_attribute(dataset, "si_factor", "f8")
    check_attribute(dataset, "crc32", "u4")
    check_attribute(dataset, "trajectory", "i8")
    expect(dataset.attrs["trajectory"] == number, place, f"attribute trajectory {dataset.attrs['trajectory']}")
    expect(dataset.attrs.get("units") == units, place, f"units {dataset.attrs.get('units')}")
    expect(dataset.attrs.get("si_units") == si_units, place, f"si_units {dataset.attrs.get('si_units')}")
    expect(abs(dataset.attrs["si_factor"] / factor - 1) < 1e-6, place, f"si_factor {dataset.attrs['si_factor']}")
    content = dataset[()]
    expect(dataset.attrs["crc32"] == zlib.crc32(content.tobytes()), place, "crc32 does not fit the content")
    expect(content.dtype.kind != "f" or np.isfinite(content).all(), place, "not finite")


def check_trajectory(group, number, carriers, n_frames, arguments):
    for name in ("trajectory", "frames", "hops"):
        check_attribute(group, name, "i8")
    for name in ("status", "stream"):
        check_attribute(group, name, str)
    expect(group.attrs["trajectory"] == number, group.name, f"attribute trajectory {group.attrs['trajectory']}")
    status = group.attrs["status"]
    expect(status in ("complete", "partial"), group.name, f"status {status}")
    if arguments.complete:
        expect(status == "complete", group.name, f"status {status}")
        expect(n_frames < 0 or group.attrs["frames"] == n_frames, group.name, f"{group.attrs['frames']} frames")
    found = []
    group.visititems(lambda path, item: found.append(path) if isinstance(item, h5py.Dataset) else None)
    for path in found:
        if not expect(path in COLUMNS, group.name, f"unknown dataset {path}"):
            continue
        rows = group.attrs["hops"] + 1 if path in HOP_COLUMNS else group.attrs["frames"]
        check_column(group[path], path, number, carriers, rows)
    for path in ["time", *arguments.require]:
        expect(path in found, group.name, f"no dataset {path}")
    filters = {filters_of(group[path]) for path in found}
    expect(len(filters) <= 1, group.name, f"datasets differ in filters: {filters}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--complete", action="store_true")
    parser.add_argument("--require", nargs="*", default=[])
    arguments = parser.parse_args()
    with h5py.File(arguments.file, "r") as file:
        check_metadata(file)
        if "analysis" in file:
            expect(set(file["analysis"]) == {"online"}, "/analysis", f"holds {sorted(file['analysis'])}")
            check_online(file["analysis/online"])
        n_traj = int(file["metadata/simulation_info"].attrs["total_trajectories"])
        n_frames = int(file["metadata/simulation_params"].attrs["n_frames"])
        carriers = int(file["metadata/system_info"].attrs["total_species"])
        digits = max(3, len(str(n_traj)))
        names = [f"traj_{i:0{digits}d}" for i in range(1, n_traj + 1)]
        groups = file["trajectories"]
        expect(set(groups) <= set(names), "/trajectories", f"unknown: {sorted(set(groups) - set(names))}")
        if arguments.complete:
            expect(set(groups) == set(names), "/trajectories", f"missing: {sorted(set(names) - set(groups))}")
        for number, name in enumerate(names, start=1):
            if name in groups:
                check_trajectory(groups[name], number, carriers, n_frames, arguments)
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{arguments.file}: {n_traj} trajectories, as the format has them")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
