"""The batch scripts of slurm/ as jobs of a real SLURM."""

import csv
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "mpi_tests" / "cli"))
from interruption import BUSY, LONG, Hold, arrays  # noqa: E402
from private_slurm import PrivateSlurm, missing_parts  # noqa: E402
from program import PROGRAM, Case, launch  # noqa: E402

JOB_TIMEOUT = 180  # s
SKIPPED = 77  # the exit status that ctest knows
WRITING = BUSY[:BUSY.index("--progress")]  # the scripts ask for progress themselves
STARTED = " part "  # the first that requeue.sbatch prints
ENDED = ("COMPLETED", "FAILED", "TIMEOUT", "CANCELLED")
SRUN = "srun --mpi=pmix"
# Two nodes that are one host would quarrel about the files behind shared memory, of messages and of windows.
TWO_NODES = {"OMPI_MCA_btl": "tcp,self", "OMPI_MCA_btl_tcp_if_include": "lo", "OMPI_MCA_osc": "pt2pt"}
# Far more than any test waits for.
ENDLESS = {"n_traj": 4, "t_final": 1.0, "time_interval": 1e-4}


class Jobs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="hopmc_slurm_")
        cls.addClassCleanup(folder.cleanup)
        cls.slurm = PrivateSlurm(folder.name)
        cls.slurm.start()
        cls.addClassCleanup(cls.slurm.stop)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hopmc_test_")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.case = Case(self.folder / "case").write()
        self.output = self.folder / "out"

    def submit(self, script, *arguments, ntasks=2, options=(), environment=None):
        """Submits a script of slurm/ with the paths of this test; the number of the job."""
        variables = {"HOPMC": PROGRAM, **(environment or {})}
        return self.slurm.submit("--ntasks", ntasks, f"--output={self.folder}/%j.log", *options,
                                 ROOT / "slurm" / script, *arguments, cwd=self.folder, environment=variables)

    def log(self, job):
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob(f"{job}*.log")))

    def wait_for(self, job, states, timeout=JOB_TIMEOUT):
        try:
            return self.slurm.wait_for(job, states, timeout)
        except Exception as error:
            raise AssertionError(f"{error}\n{self.log(job)}") from error

    def finish(self, job, exit_code="0:0"):
        """Waits for the end of the job, which must be this one."""
        fields = self.wait_for(job, ENDED)
        self.assertEqual(fields["ExitCode"], exit_code, self.log(job))
        return fields

    def undisturbed(self, *options):
        output = self.folder / "undisturbed"
        result = launch("run", self.case.directory, "--output", output, *options, ranks=1)
        self.assertEqual(result.status, 0, result)
        return arrays(output)

    def wait_until(self, condition, what, job):
        start = time.monotonic()
        while not condition():
            if time.monotonic() - start > JOB_TIMEOUT:
                self.fail(f"no {what} in {JOB_TIMEOUT} s:\n{self.log(job)}")
            time.sleep(0.02)

    def wait_for_checkpoint(self, job, after):
        """Until the job has written a checkpoint after this time (ns)."""
        file = self.output / "checkpoint.json"
        self.wait_until(lambda: file.exists() and file.stat().st_mtime_ns > after, "checkpoint", job)

    def test_one_run_by_mpirun_and_by_srun(self):
        expected = self.undisturbed()
        for name, environment in (("mpirun", {}), ("srun", {"HOPMC_LAUNCH": SRUN})):
            job = self.submit("run.sbatch", self.case.directory, self.output / name, ntasks=3, environment=environment)
            self.finish(job)
            self.assertIn("on 3 ranks", self.log(job))
            self.assertIn("All hold", self.log(job))
            self.assertEqual(arrays(self.output / name), expected)

    def finish_on_two_nodes(self, output, environment):
        """OpenMPI's TCP module sometimes follows a null pointer while it starts under srun, before hopmc says anything
        (8 of some 280 such jobs on a busy machine): then the job is submitted once more, three times at most."""
        for last in (False, False, True):
            job = self.submit("run.sbatch", self.case.directory, output, ntasks=4,
                              environment={**environment, **TWO_NODES}, options=("--nodes=2", "--ntasks-per-node=2"))
            fields = self.wait_for(job, ENDED)
            log = self.log(job)
            if last or "Failing at address: (nil)" not in log or "hopmc" in log:
                self.assertEqual(fields["ExitCode"], "0:0", log)
                return fields, log

    def test_two_nodes(self):
        expected = self.undisturbed()
        for name, environment in (("mpirun", {}), ("srun", {"HOPMC_LAUNCH": SRUN})):
            fields, log = self.finish_on_two_nodes(self.output / name, environment)
            self.assertEqual(fields["NodeList"], "n[1-2]")
            self.assertIn("on 4 ranks", log)
            self.assertEqual(arrays(self.output / name), expected)

    def test_bad_input_fails_the_job(self):
        job = self.submit("run.sbatch", self.case.directory, self.output, "--set", "temp=-1")
        self.assertEqual(self.finish(job, "2:0")["JobState"], "FAILED")
        self.assertIn("temp", self.log(job))

    def interrupted_three_times(self, interrupt, *, options=(), environment=None):
        """A job that requeues itself whenever interrupt(job) has had it signalled; to the bytes of one left alone. It is
        held at some checkpoint until the signal comes, so that the run need not be minutes long."""
        self.case.simulation.update(LONG)
        self.case.write()
        expected = self.undisturbed(*WRITING)
        hold = Hold(self.output, 5)
        job = self.submit("requeue.sbatch", self.case.directory, self.output, *WRITING, options=options,
                          environment={**hold.environment, **(environment or {})})

        def restarts():
            return int(self.slurm.job(job)["Restarts"])

        self.wait_until(hold.is_held, "checkpoint", job)
        while (before := restarts()) < 3:
            interrupt(job)
            self.wait_until(lambda: restarts() > before, "restart", job)
            self.wait_until(hold.is_held, "checkpoint", job)
        hold.let_go()
        # One more where a busy machine had not come to the checkpoint when SLURM's signal came.
        in_all = int(self.finish(job)["Restarts"])
        self.assertGreaterEqual(in_all, 3)
        self.assertEqual(self.log(job).count("back into the queue"), in_all, self.log(job))
        self.assertEqual(arrays(self.output), expected)

    def test_time_limit_three_times(self):
        """SLURM's own signal before the limit. It looks at the limits twice a minute and signals half a minute early
        rather than late: here 20 to 50 s after the start."""
        self.interrupted_three_times(lambda _: None, options=("--time=1", "--signal=B:USR1@10"))

    def test_requeued_under_srun(self):
        def signal_as_slurm_does(job):
            self.slurm.command("scancel", "--signal=USR1", "--batch", job)

        self.interrupted_three_times(signal_as_slurm_does, environment={"HOPMC_LAUNCH": SRUN})

    def test_cancelled_jobs_stay_cancelled(self):
        self.case.simulation.update(ENDLESS)
        self.case.write()
        for name, environment in (("mpirun", {}), ("srun", {"HOPMC_LAUNCH": SRUN})):
            self.output = self.folder / name
            job = self.submit("requeue.sbatch", self.case.directory, self.output, *WRITING, environment=environment)
            self.wait_for_checkpoint(job, time.time_ns())
            self.slurm.command("scancel", job)
            queued = ("squeue", "--noheader", "--jobs", job)
            self.wait_until(lambda: not self.slurm.command(*queued, check=False).strip(), "end", job)
            self.assertEqual(self.slurm.job(job)["Restarts"], "0", self.log(job))

    def test_signal_before_the_run(self):
        """mpirun passes nothing on before it has ranks; whenever the signal comes, the job must not miss it."""
        self.case.simulation.update(ENDLESS)
        self.case.write()
        job = self.submit("requeue.sbatch", self.case.directory, self.output)
        for number, seconds in enumerate((0, 0.05, 0.2, 0.4)):
            self.wait_until(lambda: self.log(job).count(STARTED) > number, "start of the script", job)
            time.sleep(seconds)
            self.slurm.command("scancel", "--signal=USR1", "--batch", job)
            self.wait_until(lambda: int(self.slurm.job(job)["Restarts"]) > number, "restart", job)
        self.slurm.command("scancel", job)

    def test_scaling(self):
        """Counts the measurements; how fast they were is not looked at."""
        options = ("--trajectories", 2, "--t-final", 1e-8, "--time-interval", 1e-10, "--repeat", 1)
        variables = {"HOPMC_SCALING": str(ROOT / "scripts" / "scaling.py"), "PYTHON": sys.executable}
        job = self.submit("scaling.sbatch", self.case.directory, self.output, *options, ntasks=3, environment=variables)
        self.finish(job)
        with open(self.output / "scaling.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(sorted({int(row["ranks"]) for row in rows}), [1, 2, 3])
        self.assertEqual(len(rows), 2 * 4 * 3)
        self.assertEqual((self.output / "scaling.png").read_bytes()[1:4], b"PNG")
        self.assertEqual({path.name for path in self.output.iterdir()}, {"scaling.csv", "scaling.md", "scaling.png"})

    def test_array(self):
        runs = self.folder / "runs.txt"
        runs.write_text("".join(f"{self.case.directory} --set temp={temp}\n" for temp in (300, 400)))
        job = self.submit("array.sbatch", runs, self.output, "--seed", "3", options=("--array=1-3",))
        for task, exit_code in (("1", "0:0"), ("2", "0:0"), ("3", "2:0")):
            self.finish(f"{job}_{task}", exit_code)
        for task, temp in (("1", 300), ("2", 400)):
            expected = self.folder / f"expected{task}"
            result = launch("run", self.case.directory, "--output", expected, "--seed", 3, "--set", f"temp={temp}",
                            ranks=1)
            self.assertEqual(result.status, 0, result)
            self.assertEqual(arrays(self.output / task), arrays(expected))


if __name__ == "__main__":
    if missing := missing_parts():
        print("not tested without", *missing, sep="\n  ")
        sys.exit(SKIPPED)
    unittest.main()
