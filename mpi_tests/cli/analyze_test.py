"""hopmc analyze: the same results for any number of ranks and either format, against NumPy; what it refuses."""

import csv
import json
import unittest

import h5py
import numpy as np
from program import ROOT, ProgramTest, contents, launch

BAD_INPUT, IO_FAILURE = 2, 3
ANGSTROM = 1e-10  # m


def read_csv(path):
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], np.array(rows[1:], dtype=float)


def two_layers(case):
    # Layers of the cell along c, of two classes in turn.
    case.poscar = case.poscar.replace("0.0 0.0 4.0", "0.0 0.0 8.0").replace("1 1\n", "2 1\n").replace(
        "  0.0 0.0 0.0\n  0.5 0.5 0.5", "  0.0 0.0 0.0\n  0.0 0.0 0.5\n  0.5 0.5 0.25")
    case.material["class_list"]["Cs"] = [1, 2]
    for key in ("neighbor_cutoff_dist", "neighbor_cutoff_dist_tol", "lambda_values", "v_ab"):
        case.material[key]["Cs:Cs"] = case.material[key]["Cs:Cs"] * 2


class AnalyzeTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.case.simulation.update(n_traj=4, t_final=4e-8, msd_t_final=4.0, trim_length=5, repr_time="ns")

    def analyze(self, *options, output="analysis", ranks=1):
        result = launch("analyze", self.output, "--output", self.folder / output, *options, ranks=ranks)
        self.assertEqual((result.status, result.err), (0, ""), result)
        return self.folder / output

    def refused(self, status, word, *arguments, ranks=1):
        before = contents(self.folder)
        result = launch("analyze", *arguments, ranks=ranks)
        self.assertEqual((result.status, result.out), (status, ""), result)
        self.assertEqual(len(result.errors), 1, result)
        self.assertIn(word, result.errors[0])
        self.assertEqual(contents(self.folder), before)


class Analyze(AnalyzeTest):
    def test_results_depend_neither_on_ranks_nor_on_the_format(self):
        self.run_case("--quiet")
        one = self.analyze("--from", "h5")
        names = sorted(path.name for path in one.iterdir())
        self.assertEqual(names, ["analysis.json", "distances.csv", "msd_center_of_charge.csv", "msd_electron.csv"])
        for ranks in (2, 3):
            other = self.analyze("--from", "h5", output=f"ranks{ranks}", ranks=ranks)
            for name in names:
                self.assertEqual((one / name).read_bytes(), (other / name).read_bytes(), name)
        npy = self.analyze("--from", "npy", output="npy")
        for name in names[1:]:
            self.assertEqual((one / name).read_bytes(), (npy / name).read_bytes(), name)
        a, b = (json.loads((path / "analysis.json").read_text()) for path in (one, npy))
        for key in ("species", "haven_ratio", "center_of_charge", "distances", "msd"):
            self.assertEqual(a[key], b[key], key)

    def test_curves_are_those_of_numpy(self):
        self.run_case("--quiet")
        header, rows = read_csv(self.analyze("--msd-data") / "msd_electron.csv")
        self.assertEqual(header[:3], ["time (ns)", "msd (angstrom^2)", "standard error"])
        with h5py.File(self.output / "trajectory_data.h5") as file:
            columns = [t["coordinates/unwrapped"] for t in file["trajectories"].values()]
            walks = [(x[:] * x.attrs["si_factor"] / ANGSTROM).reshape(-1, 2, 3) for x in columns]
        self.assertEqual(len(rows), 41)
        for lag in (0, 1, 7, 40):
            displacements = [w[lag:] - w[: len(w) - lag] for w in walks]
            msd = np.mean([np.mean(np.sum(d**2, axis=2)) for d in displacements])
            zz = np.mean([np.mean(d[:, :, 2] ** 2) for d in displacements])
            np.testing.assert_allclose(rows[lag][[0, 1, header.index("zz")]], [lag * 0.1, msd, zz], rtol=1e-9)
            charge = np.mean([np.mean(np.sum(d.mean(axis=1) ** 2, axis=1)) for d in displacements])
            _, center = read_csv(self.folder / "analysis" / "msd_center_of_charge.csv")
            np.testing.assert_allclose(center[lag][1], charge, rtol=1e-9)
        document = json.loads((self.folder / "analysis" / "analysis.json").read_text())
        slope = np.polyfit(rows[5:36, 0], rows[5:36, 1], 1)[0]  # [5:-5] of 41, as PyCD has it
        diffusivity = document["species"][0]["diffusivity"]["value"]
        np.testing.assert_allclose(diffusivity, slope * 1e-16 / 1e-9 / 6, rtol=1e-9)
        mobility = document["species"][0]["mobility"]["value"]
        np.testing.assert_allclose(mobility, diffusivity / (8.6173303e-5 * 300), rtol=1e-7)
        data = np.load(self.folder / "analysis" / "MSD_Data_4.00E+00ns_trim=5.npy")
        np.testing.assert_allclose(data, rows[:, :2], rtol=1e-9)

    def test_frames_of_single_hops_are_resampled_exactly(self):
        self.run_case("--quiet")
        even = self.analyze()
        self.case.simulation["output_data"]["unwrapped_traj"]["write_every_step"] = 1
        self.run_case("--quiet", "--overwrite")
        hops = self.analyze(output="hops")
        for name in ("msd_electron.csv", "distances.csv"):
            np.testing.assert_allclose(read_csv(even / name)[1], read_csv(hops / name)[1], rtol=1e-9, err_msg=name)
        times = self.output / "traj1" / "time.npy"
        np.save(times, np.load(times) + 1)
        self.refused(IO_FAILURE, "starts at 1, expected a frame at time 0", self.output, "--from", "npy", "--overwrite")

    def test_occupation_follows_from_wrapped_positions_too(self):
        self.case.material["class_list"]["Cs"] = [1]
        self.run_case("--quiet")
        by_sites = json.loads((self.analyze() / "analysis.json").read_text())
        self.run_case("--quiet", "--overwrite", "--set", "output_data.occupancy.write=0")
        by_positions = json.loads((self.analyze(output="wrapped") / "analysis.json").read_text())
        for key in ("species", "distances"):
            self.assertEqual(by_sites[key], by_positions[key])
        self.assertEqual(by_sites["species"][0]["occupation"][0]["share_of_time"]["value"], 1)

    def test_its_keys_may_change_between_a_run_and_its_resumption(self):
        self.run_case("--quiet")
        result = launch("run", self.case.directory, "--output", self.output, "--resume", "--set", "msd_t_final=2.0")
        self.assertEqual((result.status, result.err), (0, ""), result)

    def test_refusals(self):
        self.run_case("--quiet")
        self.refused(IO_FAILURE, "no such file", self.folder / "absent")
        self.refused(IO_FAILURE, "no such file", "x" * 300)
        self.refused(IO_FAILURE, "no results", self.folder / "case" / "InputFiles")
        self.refused(BAD_INPUT, "belongs to the run", self.output, "--set", "temp=400")
        self.refused(BAD_INPUT, "msd_t_final", self.output, "--set", "msd_t_final=1e6", ranks=2)
        self.refused(BAD_INPUT, "trim_length", self.output, "--set", "trim_length=30")
        self.refused(BAD_INPUT, "none of h5, npy", self.output, "--from", "hdf4")
        self.refused(BAD_INPUT, "2 carriers", "--exact", self.case.directory)
        self.analyze()
        self.refused(BAD_INPUT, "--overwrite", self.output, "--output", self.folder / "analysis")
        self.analyze("--overwrite")

    def test_nothing_of_an_analysis_stays_when_it_is_replaced(self):
        self.run_case("--quiet")
        first = self.analyze("--msd-data")
        self.assertEqual(len(list(first.glob("MSD_Data_*"))), 1)
        expected = {path.name for path in first.iterdir() if not path.name.startswith("MSD_Data_")}
        for name in ("msd.png", "exact.json", "notes.txt"):
            (first / name).write_text("")
        self.analyze("--overwrite")
        self.assertEqual({path.name for path in first.iterdir()}, expected | {"exact.json", "notes.txt"})

    def test_incomplete_runs_are_refused_or_cut(self):
        self.run_case("--quiet", "--formats", "npy")
        (self.output / "traj3" / "unwrapped_traj.npy").write_bytes(
            (self.output / "traj3" / "unwrapped_traj.npy").read_bytes())
        walk = np.load(self.output / "traj3" / "unwrapped_traj.npy")
        np.save(self.output / "traj3" / "unwrapped_traj.npy", walk[:100])
        self.refused(BAD_INPUT, "3 of 4", self.output, ranks=2)
        result = launch("analyze", self.output, "--skip-incomplete", ranks=1)
        self.assertEqual(result.status, 0, result)
        self.assertIn("left out", result.err)
        document = json.loads((self.output / "analysis" / "analysis.json").read_text())
        self.assertEqual(document["run"]["trajectories"], 3)

    def test_frames_of_single_hops_that_end_early_are_not_taken_for_all(self):
        self.case.simulation.update(t_final=1e-3, time_interval=1e-6)
        self.case.write()
        stopped = launch("run", self.case.directory, "--output", self.output, "--formats", "npy", "--quiet", "--set",
                         "output_data.unwrapped_traj.write_every_step=1", "--time-limit", "0.3", ranks=1)
        self.assertEqual(stopped.status, 75, stopped)
        self.refused(BAD_INPUT, "frames of a hop each, and is not at its end", self.output)

    def test_without_unwrapped_coordinates_it_says_what_it_needs(self):
        self.run_case("--quiet", "--set", "output_data.unwrapped_traj.write=0",
                      "--set", "output_data.wrapped_traj.write=0")
        self.refused(BAD_INPUT, "unwrapped", self.output)

    def test_monte_carlo_agrees_with_the_exact_answer(self):
        self.case.simulation.update(species_count=[1, 0], n_traj=20, t_final=4e-7, msd_t_final=20.0)
        self.run_case("--quiet")
        found = json.loads((self.analyze() / "analysis.json").read_text())["species"][0]
        result = launch("analyze", "--exact", self.case.directory, "--output", self.folder / "analysis", ranks=1)
        self.assertEqual((result.status, result.err), (0, ""), result)
        exact = json.loads((self.folder / "analysis" / "exact.json").read_text())
        # A simple cubic lattice: D = k a^2, and the mean square displacement is 6 D t at every lag.
        rate = 1e13 * np.exp(-(1.2 / 4 - 0.1) / (8.6173303e-5 * 300))
        np.testing.assert_allclose(exact["diffusivity"]["value"], rate * 4e-8**2, rtol=1e-5)
        sigma = 1.602176634e-19**2 * rate * 4e-8**2 / (18 * 4e-8**3 * 1.380649e-23 * 300)  # 3 x 3 x 2 cells
        self.assertEqual(exact["conductivity"]["unit"], "S/cm")
        np.testing.assert_allclose(exact["conductivity"]["value"], sigma, rtol=1e-5)
        _, rows = read_csv(self.folder / "analysis" / "exact_msd_electron.csv")
        np.testing.assert_allclose(rows[1:, 1] / rows[1:, 0], 6 * rate * 16 * 1e-9, rtol=1e-5)
        error = found["diffusivity"]["standard_error"]
        self.assertLess(error, 0.2 * exact["diffusivity"]["value"])
        self.assertLess(abs(found["diffusivity"]["value"] - exact["diffusivity"]["value"]), 4 * error)

    def exact(self, *options):
        return launch("analyze", "--exact", *options, "--output", self.folder / "exact", "--overwrite", ranks=1)

    def test_the_exact_answer_warns_of_settings_without_effect_as_a_run_does(self):
        self.case.simulation["species_count"] = [1, 0]
        self.case.write()
        field = "external_field.electric"
        told = f"hopmc: warning: command line: {field}.mag: has no effect while {field}.active is 0"
        for options, warnings in (((), [told]), (("--set", f"{field}.active=1"), []), (("--quiet",), [])):
            result = self.exact(self.case.directory, "--set", f"{field}.mag=1e-4", *options)
            self.assertEqual((result.status, result.err.splitlines()), (0, warnings), result)

    def test_the_exact_answer_is_given_however_slow_hops_are(self):
        for kelvin in (65, 50):
            result = self.exact(ROOT / "examples" / "hematite", "--set", f"temp={kelvin}")
            self.assertEqual((result.status, result.err), (0, ""), result)
            tensor = json.loads((self.folder / "exact" / "exact.json").read_text())["diffusion_tensor"]["value"]
            self.assertGreater(tensor[2][2], 0)
            self.assertLess(tensor[2][2], 1e-14 * tensor[0][0])
            self.assertIn(f"{tensor[2][2]:.6g}", result.out)

    def test_numbers_that_doubles_do_not_hold_are_told_apart_from_sites_without_hops(self):
        result = self.exact(ROOT / "examples" / "hematite", "--set", "temp=2")
        self.assertEqual((result.status, len(result.errors)), (BAD_INPUT, 1), result)
        self.assertIn("orders of magnitude", result.errors[0])
        # Layers too far from each other.
        self.case.simulation.update(species_count=[1, 0])
        self.case.material["class_list"]["Cs"] = [1, 1]
        self.case.poscar = self.case.poscar.replace("0.0 0.0 4.0", "0.0 0.0 12.0").replace("1 1\n", "2 1\n").replace(
            "  0.0 0.0 0.0\n  0.5", "  0.0 0.0 0.0\n  0.1 0.1 0.5\n  0.5")
        self.case.write()
        result = self.exact(self.case.directory)
        self.assertEqual((result.status, len(result.errors)), (BAD_INPUT, 1), result)
        self.assertIn("no hop connects", result.errors[0])

    def test_a_case_with_results_of_pycd_needs_no_record(self):
        self.run_case("--quiet", "--formats", "npy")
        ours = self.analyze()
        for name in ("simulation_parameters.yml", "InputFiles"):
            (self.output / name).symlink_to(self.case.directory / name)
        (self.output / "run_metadata.json").unlink()
        for path in self.output.glob("traj*/time.npy"):
            path.unlink()
        self.assertEqual((self.analyze(output="pycd") / "msd_electron.csv").read_bytes(),
                         (ours / "msd_electron.csv").read_bytes())

    def found_and_exact(self, **settings):
        """What Monte Carlo finds of the case's electron, and what theory says."""
        self.case.simulation.update(species_count=[1, 0], n_traj=30, t_final=2e-7, msd_t_final=10.0, **settings)
        self.run_case("--quiet")
        found = json.loads((self.analyze() / "analysis.json").read_text())["species"][0]
        result = launch("analyze", "--exact", self.case.directory, "--output", self.folder / "analysis", ranks=1)
        self.assertEqual((result.status, result.err), (0, ""), result)
        return found, json.loads((self.folder / "analysis" / "exact.json").read_text())

    def assert_agree(self, found, expected, relative_error):
        self.assertLess(found["standard_error"], relative_error * abs(expected))
        self.assertLess(abs(found["value"] - expected), 4 * found["standard_error"])

    def test_drift_in_a_field_is_the_exact_one_and_diffusion_is_counted_from_it(self):
        field = {"electric": {"active": 1, "dir": [1, 0, 0], "ld": 0, "mag": 5e-5}}
        found, exact = self.found_and_exact(external_field=field)
        self.assertLess(found["drift_velocity"][0]["value"], 0, "electrons go against the field")
        self.assert_agree(found["drift_velocity"][0], exact["drift_velocity"]["value"][0], 0.1)
        self.assert_agree(found["drift_mobility"], exact["drift_mobility"]["value"], 0.1)
        self.assert_agree(found["diffusivity"], exact["diffusivity"]["value"], 0.2)

    def test_occupation_of_classes_is_boltzmanns(self):
        # Every other layer is 30 meV higher.
        two_layers(self.case)
        found, exact = self.found_and_exact(relative_energies={"class_index": {"Cs": [0.0, 0.03]}})
        self.assertEqual([o["sites"] for o in found["occupation"]], ["Cs class 1", "Cs class 2"])
        upper = exact["occupation"][1]["share_of_time"]["value"]
        # The ions treat both layers alike.
        weight = np.exp(-0.03 / (8.6173303e-5 * 300))
        self.assertAlmostEqual(upper, weight / (1 + weight), places=6)
        self.assert_agree(found["occupation"][1]["share_of_time"], upper, 0.2)

    def dope(self, **settings):
        self.case.simulation["doping"] = {
            "doping_element_map": ["Cs:Ba", "Cs:Ra"], "num_dopants": [2, 1], "insertion_type": ["random", "random"],
            "min_shell_separation": [0, 0], "charge": {"full": {"Ba": 1.05, "Ra": 1.02}}, **settings}
        self.case.simulation["relative_energies"] = {"doping": {"Cs": [[0.02, 0.01], [-0.01]]}}

    def test_shells_around_dopants_are_counted_as_by_numpy(self):
        size = np.array([4, 3, 5])
        self.case.simulation.update(system_size=size.tolist(), n_traj=5)
        self.dope()
        self.run_case("--quiet")
        one = self.analyze("--from", "h5")
        for name, options in (("npy", ("--from", "npy")), ("ranks", ("--from", "h5"))):
            other = self.analyze(*options, output=name, ranks=3 if name == "ranks" else 1)
            self.assertEqual((one / "shells_electron.csv").read_bytes(), (other / "shells_electron.csv").read_bytes())
            a, b = (json.loads((path / "analysis.json").read_text())["species"] for path in (one, other))
            self.assertEqual(a, b)
        # Hops lead along the edges of a cubic lattice, so that shells are sums of steps along the axes.
        cells = np.stack(np.meshgrid(*map(np.arange, size), indexing="ij"), axis=-1).reshape(-1, 3)
        last = 3
        time, sites = [], []
        for n in range(1, 6):
            dopants = json.loads((self.output / f"traj{n}" / "doping.json").read_text())
            apart = np.abs(cells[:, None] - cells[np.array(dopants["sites"]) // 2][None])
            hops = np.minimum(apart, size - apart).sum(axis=2)
            nearest = hops.argmin(axis=1)
            shell = hops.min(axis=1)
            group = np.where(shell > last, 2 * (last + 1), np.array(dopants["kinds"])[nearest] * (last + 1) + shell)
            visited = group[np.load(self.output / f"traj{n}" / "occupancy.npy").reshape(-1) // 2]
            time.append(np.bincount(visited, minlength=9) / len(visited))
            sites.append(np.bincount(group, minlength=9))
        time, sites = np.array(time), np.array(sites)
        names = [(dopant, shell) for dopant in ("Ba", "Ra") for shell in range(last + 1)] + [(None, None)]
        found = json.loads((one / "analysis.json").read_text())["species"][0]["dopant_shells"]
        self.assertEqual([(s["dopant"], s["shell"]) for s in found],
                         [name for name, count in zip(names, sites.sum(axis=0)) if count > 0])
        for s in found:
            g = names.index((s["dopant"], s["shell"]))
            share = s["share_of_time"]
            np.testing.assert_allclose(s["sites"], sites[:, g].mean(), rtol=1e-12)
            np.testing.assert_allclose(share["value"], time[:, g].mean(), rtol=1e-12)
            np.testing.assert_allclose(share["standard_error"], time[:, g].std(ddof=1) / np.sqrt(5), rtol=1e-9)
            np.testing.assert_allclose(s["ratio_to_random"]["value"],
                                       time[:, g].mean() / (sites[:, g].mean() / len(cells)), rtol=1e-12)
        self.assertAlmostEqual(sum(s["share_of_time"]["value"] for s in found), 1, places=12)
        rows = (one / "shells_electron.csv").read_text().splitlines()
        self.assertEqual(len(rows), 1 + len(found))
        self.assertTrue(rows[1].startswith("Ba,0,2,"), rows[1])

    def test_shells_around_dopants_are_filled_as_theory_says(self):
        self.dope(insertion_type=["manual", "manual"], dopant_site_indices=[[0, 34], [20]])
        found, exact = self.found_and_exact(relative_energies={"doping": {"Cs": [[-0.05, 0.01], [0.02]]}})
        self.assertEqual([(s["dopant"], s["shell"]) for s in found["dopant_shells"]],
                         [(s["dopant"], s["shell"]) for s in exact["dopant_shells"]])
        for f, e in zip(found["dopant_shells"], exact["dopant_shells"]):
            self.assertEqual(f["sites"], e["sites"])
            self.assert_agree(f["share_of_time"], e["share_of_time"]["value"], 0.2)
            self.assert_agree(f["ratio_to_random"], e["ratio_to_random"]["value"], 0.2)
        self.assertGreater(exact["dopant_shells"][0]["ratio_to_random"]["value"], 2)

    def test_dopants_that_are_not_kept_are_an_error(self):
        self.dope()
        self.run_case("--quiet", "--formats", "npy")
        (self.output / "traj2" / "doping.json").unlink()
        for ranks in (1, 3):
            self.refused(IO_FAILURE, "traj2/doping.json", self.output, ranks=ranks)

    def test_the_exact_answer_is_not_that_of_a_replayed_field(self):
        self.case.simulation.update(species_count=[1, 0], system_size=[4, 4, 4], external_field={
            "electric": {"active": 1, "dir": [1, 0, 0], "ld": 0, "mag": 5e-5}})
        self.case.simulation["replay"] = "pycd"
        self.case.write()
        self.refused(BAD_INPUT, "external_field", "--exact", self.case.directory)

    def haven_ratio(self, counts, dielectric, **settings):
        self.case.material["dielectric_constant"] = dielectric
        self.case.simulation.update(species_count=counts, system_size=[4, 4, 4], n_traj=24, **settings)
        for name in ("wrapped_traj", "occupancy", "energy", "delg_0", "potential", "time"):
            self.case.simulation["output_data"][name]["write"] = 0
        self.run_case("--quiet", "--overwrite", "--formats", "hdf5")
        return json.loads((self.analyze("--overwrite") / "analysis.json").read_text())

    def test_haven_ratio_of_carriers_that_do_not_interact_is_one(self):
        found = self.haven_ratio([2, 0], 1e9, t_final=1e-7, msd_t_final=5.0)["haven_ratio"]
        # Two carriers on 64 sites get in each other's way now and then: 1 within 2 %.
        self.assertLess(abs(found["value"] - 1), 0.02 + 4 * found["standard_error"])
        self.assertLess(found["standard_error"], 0.1)

    def test_conductivity_follows_from_the_diffusion_of_the_charge(self):
        charge, boltzmann = 1.602176634e-19, 1.380649e-23  # C, J/K
        volume = 64 * 4e-8**3  # cm^3, of 4 x 4 x 4 cells
        for counts, key in (([1, 0], None), ([3, 0], "charge_diffusivity")):
            document = self.haven_ratio(counts, 1e9, t_final=1e-7, msd_t_final=5.0)
            diffusivity = document[key] if key else document["species"][0]["diffusivity"]
            sigma = document["conductivity"]
            self.assertEqual(sigma["unit"], "S/cm")
            to_sigma = counts[0] * charge**2 / (volume * boltzmann * 300)
            for part in ("value", "standard_error", "interval"):
                np.testing.assert_allclose(sigma[part], np.array(diffusivity[part]) * to_sigma, rtol=1e-5)
        # A simple cubic lattice: D = k a^2; n e^2 D / kT with n = 3 carriers of 64 cells, of which
        # exclusion keeps 2 of 63 from each.
        rate = 1e13 * np.exp(-(1.2 / 4 - 0.1) / (8.6173303e-5 * 300))
        self.assert_agree(sigma, to_sigma * rate * 4e-8**2 * (1 - 2 / 63), 0.2)

    def test_a_lattice_gas_has_the_haven_ratio_of_a_vacancy(self):
        document = self.haven_ratio([63, 0], 1e9, t_final=4e-8, msd_t_final=2.0)
        # Site exclusion alone: hops of different carriers are not correlated, so that the charge diffuses with
        # the chance that a target is empty, 1 of 63; the tracer with the correlation factor of a vacancy,
        # 0.653 on a simple cubic lattice (infinite; of 64 sites somewhat more or less).
        rate = 1e13 * np.exp(-(1.2 / 4 - 0.1) / (8.6173303e-5 * 300))
        self.assert_agree(document["charge_diffusivity"], rate * 4e-8**2 / 63, 0.2)
        self.assertLess(document["haven_ratio"]["standard_error"], 0.1)
        self.assertLess(abs(document["haven_ratio"]["value"] - 0.653), 0.03 + 4 * document["haven_ratio"]["standard_error"])

    def test_opposite_charges_that_bind_carry_less_charge(self):
        for key in ("neighbor_cutoff_dist", "neighbor_cutoff_dist_tol", "lambda_values", "v_ab"):
            self.case.material[key]["Cl:Cl"] = self.case.material[key]["Cs:Cs"]
        found = self.haven_ratio([1, 1], 30, t_final=1e-7, msd_t_final=5.0)["haven_ratio"]
        self.assertGreater(found["value"] - 4 * found["standard_error"], 1)

    def test_repulsion_keeps_the_haven_ratio_below_one(self):
        found = self.haven_ratio([16, 0], 10, t_final=4e-8, msd_t_final=2.0)["haven_ratio"]
        self.assertLess(found["value"] + 3 * found["standard_error"], 1)


if __name__ == "__main__":
    unittest.main()
