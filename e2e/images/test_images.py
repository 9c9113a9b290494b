"""python3 -m unittest discover e2e/images: what the images' own tools promise."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import unittest
import zipfile

HERE = pathlib.Path(__file__).parent
TABLE = HERE / "../../operator/src/main/resources/engines.properties"


def run_oci(*arguments):
    return subprocess.run([HERE / "oci_archive.py", *map(str, arguments)], capture_output=True, text=True)


class UnsignedJar(unittest.TestCase):
    def setUp(self):
        self.jar = pathlib.Path(tempfile.mkdtemp()) / "it.jar"
        self.addCleanup(shutil.rmtree, self.jar.parent)

    def made(self, entries):
        with zipfile.ZipFile(self.jar, "w", zipfile.ZIP_DEFLATED) as jar:
            for name, text in entries.items():
                jar.writestr(zipfile.ZipInfo(name, (2020, 2, 2, 2, 2, 2)), text)
        return subprocess.run([HERE / "unsigned_jar.py", self.jar], capture_output=True, text=True)

    def test_takes_the_signature_off_and_leaves_the_rest(self):
        manifest = "Manifest-Version: 1.0\r\nMulti-Release: true\r\n\r\nName: a/B.class\r\nSHA-256-Digest: x\r\n\r\n"
        entries = {"META-INF/MANIFEST.MF": manifest, "META-INF/IT.SF": "x", "META-INF/IT.RSA": "y", "META-INF/services/z.SF": "s", "a/B.class": "b"}
        made = self.made(entries)
        self.assertEqual((0, "", ""), (made.returncode, made.stdout, made.stderr))
        with zipfile.ZipFile(self.jar) as jar:
            self.assertEqual(["META-INF/MANIFEST.MF", "META-INF/services/z.SF", "a/B.class"], jar.namelist())
            self.assertEqual(b"Manifest-Version: 1.0\r\nMulti-Release: true\r\n\r\n", jar.read("META-INF/MANIFEST.MF"))
            self.assertEqual(b"b", jar.read("a/B.class"))
            self.assertEqual({(2020, 2, 2, 2, 2, 2)}, {entry.date_time for entry in jar.infolist()})

    def test_leaves_a_jar_without_a_signature_alone(self):
        self.made({"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\r\n\r\nName: a/\r\nx: y\r\n\r\n"})
        with zipfile.ZipFile(self.jar) as jar:
            self.assertIn(b"Name: a/", jar.read("META-INF/MANIFEST.MF"))


class OciArchive(unittest.TestCase):
    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.work)

    def tree(self, name, time):
        tree = self.work / name
        (tree / "data").mkdir(parents=True)
        (tree / "program").write_text("content")
        (tree / "program").chmod(0o755)
        os.link(tree / "program", tree / "same")
        (tree / "link").symlink_to("program")
        os.utime(tree / "program", (time, time))
        return tree

    def archive(self, name, time):
        layer, archive = self.work / (name + ".layer"), self.work / (name + ".tar")
        self.assertEqual(0, run_oci("layer", self.tree(name, time), layer, "--owned", "/data", "--uid", 999).returncode)
        made = run_oci("image", archive, "docker.io/example/it:1.2", layer, "--uid", 999, "--path", "/opt/bin", "--entrypoint", "program")
        self.assertEqual("", made.stderr)
        return archive

    def test_same_input_same_bytes(self):
        first = self.archive("a", 1000)
        (self.work / "a.layer").rename(self.work / "kept.layer")
        shutil.rmtree(self.work / "a")
        kept = first.read_bytes()
        self.assertEqual(kept, self.archive("a", 2000).read_bytes())

    def test_reference_user_path_and_layer(self):
        with tarfile.open(self.archive("a", 1000)) as archive:
            def document(name):
                return json.load(archive.extractfile(name))

            entry = document("manifest.json")[0]
            self.assertEqual(["docker.io/example/it:1.2"], entry["RepoTags"])
            described = document("index.json")["manifests"][0]
            self.assertEqual("docker.io/example/it:1.2", described["annotations"]["io.containerd.image.name"])
            config = document(entry["Config"])
            self.assertEqual("999:999", config["config"]["User"])
            self.assertEqual(["PATH=/opt/bin"], config["config"]["Env"])
            self.assertEqual(1, len(config["rootfs"]["diff_ids"]))
            with tarfile.open(fileobj=archive.extractfile(entry["Layers"][0])) as layer:
                owners = {m.name: (m.uid, m.gid, m.mtime) for m in layer.getmembers()}
                self.assertEqual({"data": (999, 999, 1), "program": (0, 0, 1), "same": (0, 0, 1), "link": (0, 0, 1)}, owners)
                self.assertEqual(b"content", layer.extractfile("same").read())
                self.assertEqual("program", layer.getmember("link").linkname)

    def test_refuses_a_reference_without_a_tag(self):
        refused = run_oci("image", self.work / "x.tar", "docker.io:5000/example/it", self.work / "none")
        self.assertIn("has no tag", refused.stderr)
        self.assertNotEqual(0, refused.returncode)


class Agreements(unittest.TestCase):
    def test_every_line_of_the_table_names_a_release_of_its_line(self):
        lines = [line for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
        self.assertTrue(lines)
        for line in lines:
            match = re.fullmatch(r"(Valkey|Redis)\.(\d+\.\d+)=docker\.io/(valkey/valkey|library/redis):(\d+\.\d+)\.\d+", line)
            self.assertIsNotNone(match, line)
            self.assertEqual(match[2], match[4], line)

    def test_dockerfile_starts_java_as_the_built_image_does(self):
        lines = re.findall(r"^java_flags\+?=\((-XX:\+UseSerialGC.*|-.*=.*)\)$", (HERE / "operator-image.sh").read_text(), re.M)
        flags = " ".join(lines).split()
        entry = json.loads(re.search(r"^ENTRYPOINT (.*)$", (HERE / "Dockerfile.operator").read_text(), re.M)[1])
        self.assertEqual(["/opt/java/bin/java", *flags, "-jar", "/app/quarkus-run.jar"], entry)

    def test_dockerfile_reads_the_module_list(self):
        dockerfile = (HERE / "Dockerfile.operator").read_text()
        pipeline = re.search(r'modules="\$\((.*)\)"', dockerfile)[1]
        modules = subprocess.run(pipeline, shell=True, cwd=HERE / "../..", capture_output=True, text=True).stdout.strip()
        self.assertRegex(modules, r"^[a-z.,]+$")
        self.assertIn("java.base,", modules)
        self.assertTrue(modules.endswith("jdk.zipfs"), modules)


if __name__ == "__main__":
    unittest.main()
