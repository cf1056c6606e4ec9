"""Disks that fill up, directories that vanish or turn read-only while a run writes: all ranks end with exit status 3
and one clear message, what was good before still opens, and --resume ends with the bytes of an undisturbed run."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

from interruption import ResumeTest, arrays, wait_for_end
from program import PROGRAM, RANKS, launch

ALL_READ_ONLY = 0o555


class FaultTest(ResumeTest):
    def start_and_harm(self, harm, *more, **keywords):
        """The message of a run that is harmed after some checkpoints; it must end by itself, with status 3."""
        run = self.start_held(RANKS, *more, **keywords)
        ranks = run.ranks
        harm(ranks)
        run.let_go()
        error = self.failure(run.process)
        self.assertIsNotNone(wait_for_end(ranks, 30), "a rank goes on")
        return error

    def failure(self, process):
        status, err = self.finish(process)
        self.assertEqual(status, 3, err)
        errors = [line for line in err.splitlines() if line.startswith("hopmc: error: ")]
        self.assertEqual(len(errors), 1, err)
        return errors[0]

    def assert_files_open(self, directory):
        """Whatever npy file has a header, and the checkpoint, is whole."""
        for path in directory.glob("traj*/*.npy"):
            if path.stat().st_size > 0:
                np.load(path)
        with h5py.File(directory / "trajectory_data.h5") as file:
            self.assertGreater(len(file["trajectories"]), 0)

    def resume_to_the_same(self, undisturbed, *more):
        result = self.resume(*more, ranks=2)
        self.assert_same(undisturbed)
        return result


class Removed(FaultTest):
    def test_output_directory(self):
        undisturbed = self.undisturbed()
        error = self.start_and_harm(lambda _: subprocess.run(["rm", "-rf", self.output], check=True))
        self.assertIn(f"{self.output}", error)
        self.assertFalse(self.output.exists(), "half of it came back")
        self.resume_to_the_same(undisturbed)

    def test_output_directory_moved_and_a_file_in_its_place(self):
        undisturbed = self.undisturbed()
        moved = self.folder / "moved"

        def move(_):
            self.output.rename(moved)
            self.output.write_text("not a directory")
        self.assertIn(str(self.output), self.start_and_harm(move))
        self.assert_files_open(moved)
        self.output.unlink()
        moved.rename(self.output)
        self.resume_to_the_same(undisturbed)

    def test_shared_file(self):
        undisturbed = self.undisturbed()
        error = self.start_and_harm(lambda _: (self.output / "trajectory_data.h5").unlink())
        self.assertIn("trajectory_data.h5: removed or moved while the run was writing to it", error)
        self.resume_to_the_same(undisturbed)


class ReadOnly(FaultTest):
    def bound_by_permissions(self):
        """What starts a process that permissions bind: root without the right to ignore them."""
        if os.geteuid() != 0:
            return []
        start = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        probe = self.folder / "probe"
        probe.mkdir(mode=ALL_READ_ONLY)
        try:
            tried = subprocess.run([*start, "sh", "-c", f"exec touch {probe}/file"], capture_output=True, check=False)
        except FileNotFoundError:
            self.skipTest("root, and no setpriv to give up the right to ignore permissions")
        if tried.returncode == 0 or b"setpriv" in tried.stderr:
            self.skipTest("root, and cannot give up the right to ignore permissions")
        if subprocess.run([*start, PROGRAM, "--version"], capture_output=True, check=False).returncode != 0:
            self.skipTest("permissions keep the program itself from whom they bind")
        return start

    def test_output_directory(self):
        start = self.bound_by_permissions()
        undisturbed = self.undisturbed()
        error = self.start_and_harm(lambda _: self.output.chmod(ALL_READ_ONLY), before=start)
        self.assertIn("Permission denied", error)
        self.assertIn(str(self.output), error)
        self.output.chmod(0o755)
        self.assert_files_open(self.output)
        self.resume_to_the_same(undisturbed)


class FileSizeLimit(FaultTest):
    """Where nothing can be mounted, too: from some moment on ranks cannot make files grow."""

    @staticmethod
    def limit(number_of_bytes, ranks):
        for pid in ranks:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (number_of_bytes, resource.RLIM_INFINITY))

    def test_append_on_all_ranks_and_on_one(self):
        undisturbed = self.undisturbed()
        for name, victims in (("all", slice(None)), ("first", slice(1)), ("last", slice(-1, None))):
            with self.subTest(name):
                shutil.rmtree(self.output, ignore_errors=True)
                error = self.start_and_harm(lambda ranks: self.limit(100_000, ranks[victims]))  # noqa: B023
                self.assertIn("File too large", error)
                self.resume_to_the_same(undisturbed)


class DiskFull(FaultTest):
    def setUp(self):
        super().setUp()
        self.small = self.folder / "small"
        self.small.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", self.small], capture_output=True,
                                 check=False)
        if mounted.returncode != 0:
            self.skipTest("a small file system cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", self.small], check=True)
        self.output = self.small / "out"

    def fill(self, left):
        """Leaves this many bytes free."""
        ballast = self.small / "ballast"
        size = 0
        with open(ballast, "wb") as file:
            while True:
                free = os.statvfs(self.small)
                more = free.f_bavail * free.f_frsize - left
                if more <= 0:
                    return ballast
                try:
                    os.posix_fallocate(file.fileno(), size, more)
                    size += more
                except OSError:  # the run was faster
                    pass

    def test_create_and_append(self):
        # A frame a hop: how much will be written is not known, so that nothing is refused beforehand.
        options = ("--set", "output_data.unwrapped_traj.write_every_step=1", "--t-final", "1e-7")
        undisturbed = self.undisturbed(*options)
        for left in (0, 8 << 10, 40 << 10, 120 << 10, 1 << 20):
            with self.subTest(left=left):
                shutil.rmtree(self.output, ignore_errors=True)
                ballast = self.fill(left)
                error = self.failure(self.start(RANKS, *options))
                self.assertIn("No space left on device", error)
                ballast.unlink()
                self.resume_to_the_same(undisturbed, *options)

    def test_full_while_running(self):
        undisturbed = self.undisturbed()
        error = self.start_and_harm(lambda _: self.fill(0))
        self.assertIn("No space left on device", error)
        (self.small / "ballast").unlink()
        self.resume_to_the_same(undisturbed)

    def test_last_kilobytes(self):
        # After the rows come the checkpoint, what the run found (/analysis/online), the comparison.
        self.case.simulation.update(n_traj=24, t_final=4e-7)
        self.case.write()
        options = ["run", self.case.directory, "--output", self.output, "--quiet", "--formats", "hdf5"]
        free = os.statvfs(self.small).f_bavail
        self.assertEqual(launch(*options).status, 0)
        page = os.statvfs(self.small).f_frsize
        pages = free - os.statvfs(self.small).f_bavail
        undisturbed = self.folder / "undisturbed"
        shutil.copytree(self.output, undisturbed)
        comparison = -(-(self.output / "validation.json").stat().st_size // page)
        sound = 0
        for missing in (1, comparison + 1, comparison + 3, comparison + 5, comparison + 9):
            with self.subTest(missing=missing):
                shutil.rmtree(self.output)
                ballast = self.fill((pages - missing) * page)
                result = launch(*options)
                self.assertEqual((result.status, len(result.errors)), (3, 1), result)
                self.assertIn("No space left on device", result.errors[0])
                if "trajectory_data.h5: cannot write" not in result.err:  # all rows are there
                    sound += 1
                    self.assertEqual(arrays(self.output), arrays(undisturbed))
                ballast.unlink()
                self.assertEqual(launch(*options, "--resume").status, 0)
                self.assert_same(undisturbed)
                with h5py.File(self.output / "trajectory_data.h5") as file:
                    self.assertIn("diffusivity", file["analysis/online"])
        self.assertGreater(sound, 1)

    def test_checkpoint(self):
        # No block is ever full, so nothing but checkpoints is written.
        options = ["--t-final", "6e-5", "--set", "time_interval=3e-8", "--set", "output_config.hdf5_options.chunks=100000",
                   "--set", "output_data.time.write=0"]
        undisturbed = self.undisturbed(*options)
        error = self.start_and_harm(lambda _: self.fill(0), *options, number=2)
        self.assertIn("checkpoint.new.json: cannot write: No space left on device", error)
        (self.small / "ballast").unlink()
        self.resume_to_the_same(undisturbed, *options)


def enter_user_namespace():
    """Ordinary users may mount in a namespace of their own, where the system allows that."""
    if os.geteuid() == 0 or shutil.which("unshare") is None:
        return
    start = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*start, "true"], capture_output=True, check=False).returncode != 0:
        return
    # There munge takes this user for another than OpenMPI does, and the real root's session directory is in the way.
    os.environ["PMIX_MCA_psec"] = "native"
    with tempfile.TemporaryDirectory(prefix="hopmc_sessions_") as sessions:
        os.environ["OMPI_MCA_orte_tmpdir_base"] = sessions
        sys.exit(subprocess.call([*start, sys.executable, "-B", *sys.argv]))


if __name__ == "__main__":
    enter_user_namespace()
    unittest.main()
