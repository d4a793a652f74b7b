//! Runs `data/collect/collect.sh` against moto's AWS server on loopback and loads what it wrote.
//!
//! Needs `python3` with moto's server and boto3, the AWS CLI, and a POSIX shell; where one is missing the target says
//! which and counts itself as skipped. `seed.py` makes the accounts and tells which files there must be.
#![expect(clippy::print_stdout, reason = "a test target without harness prints its own report")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

const REGION: &str = "eu-west-1";
const START_LIMIT: Duration = Duration::from_secs(30);

type Checked = Result<(), String>;

fn main() -> ExitCode {
    if let Some(missing) = missing_tool() {
        println!("collect: skipped, because {missing}");
        println!("0 passed, 0 failed, 1 skipped");
        return ExitCode::SUCCESS;
    }
    let mut report = Report::default();
    match Scene::set() {
        Ok(scene) => scene.play(&mut report),
        Err(error) => report.note("the server starts and is seeded", Err(error.to_string())),
    }
    println!("{} passed, {} failed, 0 skipped", report.passed, report.failed);
    if report.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Loads the collected folder as a user would, any input fault being an error, and gives what is said of it.
fn summary(dir: &Path) -> Result<String, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_iamreach"))
        .args(["summary", "--strict", "--data"])
        .arg(dir)
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(described(&output))
    }
}

/// Of the three users one has MFA; of the root user the server's report does not tell.
fn credentials(dir: &Path) -> Checked {
    let said = summary(dir)?;
    let lines = [
        "       1  iam list-virtual-mfa-devices",
        "       3  users and root users whose credentials are known",
        "       1  users and root users with MFA",
        "       2  roles whose longest session is known",
        "  unknown: what credentials 1 users and root users have",
    ];
    for line in lines {
        same(&format!("`{line}` in\n{said}"), &said.lines().any(|found| found == line), &true)?;
    }
    Ok(())
}

/// Asks of the collected folder who may enter the role that was made of a permission set.
fn people(dir: &Path) -> Checked {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamreach"));
    let output = command.args(["list", "people", "--format", "csv", "--data"]).arg(dir).output();
    let output = output.map_err(|error| error.to_string())?;
    code(&output, 0)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let people: Vec<_> = text.lines().skip(1).map(|line| line.split(',').skip(2).collect::<Vec<_>>()).collect();
    let expected = [["ann@example.com", "ann", "direct", ""], ["bob@example.com", "bob", "group Operators", ""]];
    same("people", &people, &expected.map(|person| person.to_vec()).to_vec())
}

#[derive(Default)]
struct Report {
    passed: usize,
    failed: usize,
}

impl Report {
    fn note(&mut self, name: &str, checked: Checked) {
        match checked {
            Ok(()) => {
                self.passed += 1;
                println!("test {name} ... ok");
            }
            Err(why) => {
                self.failed += 1;
                println!("test {name} ... FAILED\n    {}", why.trim_end().replace('\n', "\n    "));
            }
        }
    }
}

/// What `seed.py` made.
#[derive(Deserialize)]
struct Seeded {
    account: String,
    member: String,
    files: BTreeSet<String>,
    absent: BTreeMap<String, String>,
    absent_repositories: BTreeMap<String, String>,
    key_policy: String,
}

/// A running server with its seed, and a folder for everything that is written. Both go when this is dropped.
struct Scene {
    endpoint: String,
    folder: PathBuf,
    seeded: Seeded,
    _server: Server,
}

impl Scene {
    fn set() -> Result<Self, Box<dyn Error>> {
        let folder = Folder::new()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = Server::start(port, folder)?;
        let folder = server.folder.0.clone();
        let endpoint = format!("http://127.0.0.1:{port}");
        stand_in(&folder)?;
        let output = seed(&endpoint)
            .args(["seed", REGION])
            .arg(folder.join("config"))
            .arg(repository("data/collect/permissions.json"))
            .output()?;
        if !output.status.success() {
            return Err(described(&output).into());
        }
        let seeded = serde_json::from_slice(&output.stdout)?;
        Ok(Self { endpoint, folder, seeded, _server: server })
    }

    fn play(&self, report: &mut Report) {
        let data = self.folder.join("collected data");
        report.note("wrong usage ends with 2", self.usage());

        // The server confuses the names of the Lambda and tagging permissions: these two are read without enforcement.
        report.note("permissions are enforced", self.permissions("enforce"));
        let services = "organizations identitycenter iam s3 s3control kms sqs sns secretsmanager ecr ec2";
        let first = ["--profile", "collector", "--organization", "--services", services];
        report.note("the documented permissions are enough", self.complete(&data, &first));
        report.note("E185: AccessDenied is unknown, never no policy", self.denied());
        report.note("permissions are not enforced", self.permissions("relax"));

        report.note("a second run adds, replaces and forgets", self.again(&data));
        report.note("the tree is the documented one", self.documented_tree(&data));
        report.note("E185: none is an answer", self.none(&data));
        report.note("answers are whole and private", whole_and_private(&data));
        report.note("the folder loads without a fault", summary(&data).map(|_| ()));
        report.note("E166, E186: who has what to sign in with is known", credentials(&data));
        report.note("E15: who may enter a role of IAM Identity Center", people(&data));
        report.note("an IAM Identity Center that may not be read", self.no_identity_center());
        report.note("calls that an older AWS CLI does not know are left out", self.old_cli());
        report.note("several profiles, each account in its folder", self.several_profiles());
    }

    fn permissions(&self, command: &str) -> Checked {
        let output = seed(&self.endpoint).arg(command).output().map_err(|error| error.to_string())?;
        code(&output, 0)
    }

    fn complete(&self, data: &Path, arguments: &[&str]) -> Checked {
        code(&self.collect(data, arguments)?, 0)
    }

    fn usage(&self) -> Checked {
        let script = |arguments: &[&str]| {
            let output = self.script().args(arguments).output().map_err(|error| error.to_string())?;
            Ok::<_, String>(output)
        };
        code(&script(&[])?, 2)?;
        code(&script(&["--out"])?, 2)?;
        code(&script(&["--out", "unused", "--services", "s4"])?, 2)?;
        code(&script(&["--out", "unused", "--regions", "../up"])?, 2)?;
        code(&script(&["--out", "unused", "--profiles-from", "no-such-file"])?, 2)?;
        code(&script(&["--help"])?, 0)?;
        same("nothing is written", &self.folder.join("unused").exists(), &false)
    }

    fn none(&self, data: &Path) -> Checked {
        for (file, key) in &self.seeded.absent {
            same(file, &answer(data, file)?, &json!({key: null}))?;
        }
        for (file, name) in &self.seeded.absent_repositories {
            let expected = json!({"registryId": self.seeded.account, "repositoryName": name, "policyText": null});
            same(file, &answer(data, file)?, &expected)?;
        }
        Ok(())
    }

    fn several_profiles(&self) -> Checked {
        let data = self.folder.join("two");
        let list = self.folder.join("profiles.txt");
        fs::write(&list, "# both\n\n  member  \nmanagement\r\n").map_err(|error| error.to_string())?;
        let list = list.display().to_string();
        let output = self.collect(&data, &["--profiles-from", &list, "--profile", "member", "--services=s3"])?;
        code(&output, 0)?;
        let of_s3 = |file: &&String| file.contains("/s3-") || file.contains("/sts-");
        let mut expected: BTreeSet<_> = self.seeded.files.iter().filter(of_s3).cloned().collect();
        expected.insert(format!("{}/s3-list-buckets.json", self.seeded.member));
        expected.insert(format!("{}/sts-get-caller-identity.json", self.seeded.member));
        same_set(&tree(&data)?, &expected)
    }

    fn again(&self, data: &Path) -> Checked {
        let gone = format!("{}/{REGION}/sqs-get-queue-attributes/gone.json", self.seeded.account);
        fs::write(data.join(gone), "{}").map_err(|error| error.to_string())?;
        let services = "iam,s3,sqs,lambda,resourcegroupstaggingapi";
        self.complete(data, &["--profile", "management", "--services", services])
    }

    /// A failure where the organization must be read, else a remark; a Region that has none is neither.
    fn no_identity_center(&self) -> Checked {
        let data = self.folder.join("nobody");
        let services = ["--profile", "management", "--services", "identitycenter"];
        let run = |further: &[&str]| {
            let mut command = self.script();
            command.arg("--out").arg(&data).args(["--endpoint-url", &self.endpoint, "--regions", REGION]);
            let output = command.args(services).args(further).env("NO_IDENTITY_CENTER", "1").output();
            output.map_err(|error| error.to_string())
        };
        let file = "organization/sso-admin-list-instances.json";
        let output = run(&[])?;
        code(&output, 0)?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        same(&stderr, &stderr.contains("identity center: not read: AccessDeniedException"), &true)?;
        same(file, &data.join(file).exists(), &false)?;
        code(&run(&["--organization"])?, 3)?;
        let error = answer(&data, file)?;
        same(file, &error.pointer("/Error/Code").and_then(Value::as_str), &Some("AccessDeniedException"))?;
        // There is one in that Region too, and it has no permission sets.
        let output = self.collect(&data, &[&services[..], &["--identity-center-region", "us-east-1"]].concat())?;
        code(&output, 0)?;
        same("permission sets", &tree(&data)?.iter().any(|file| file.contains("permission-set")), &false)?;
        let output = self.collect(&data, &[&services[..], &["--identity-center-region", REGION]].concat())?;
        code(&output, 0)?;
        same(file, &answer(&data, file)?.pointer("/Instances/0").is_some(), &true)
    }

    /// What an older AWS CLI does not know is left out, and that is said once.
    fn old_cli(&self) -> Checked {
        let data = self.folder.join("old");
        let mut command = self.script();
        command.arg("--out").arg(&data).args(["--endpoint-url", &self.endpoint, "--profile", "management"]);
        let output = command.args(["--services", "s3"]).env("OLD_CLI", "1").output();
        let output = output.map_err(|error| error.to_string())?;
        code(&output, 0)?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        same(&stderr, &stderr.matches("too old for `s3api get-bucket-abac`").count(), &1)?;
        let tree = tree(&data)?;
        same("abac", &tree.iter().any(|file| file.contains("abac")), &false)?;
        same("acl", &tree.iter().any(|file| file.contains("get-bucket-acl")), &true)
    }

    fn documented_tree(&self, data: &Path) -> Checked {
        same_set(&tree(data)?, &self.seeded.files)
    }

    fn denied(&self) -> Checked {
        let data = self.folder.join("denied");
        let account = &self.seeded.account;
        let output =
            self.collect(&data, &["--profile", "narrow", "--organization", "--services", "s3 kms organizations"])?;
        code(&output, 3)?;
        let denied = ["organization/organizations-list-roots.json".to_owned()].into_iter().chain(
            ["data-with-policy", "data.without.policy"]
                .map(|bucket| ["policy", "acl"].map(|call| format!("{account}/s3-get-bucket-{call}/{bucket}.json")))
                .concat(),
        );
        for file in denied {
            let error = answer(&data, &file)?;
            let code = error.pointer("/Error/Code").and_then(Value::as_str).unwrap_or_default();
            let message = error.pointer("/Error/Message").and_then(Value::as_str).unwrap_or_default();
            // For services that speak JSON the server answers in XML, of which the AWS CLI takes the status only.
            let is_denied = code == "AccessDenied" || (code == "403" && message.contains("AccessDenied"));
            same(&format!("{file} holds {error}"), &is_denied, &true)?;
        }
        let listing = format!("{account}/{REGION}/kms-list-keys.json");
        same(&listing, &answer(&data, &listing)?.pointer("/Error/Code").is_some(), &true)?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        same(&stderr, &stderr.contains(&format!("not read: {listing}: ")), &true)?;

        let output = self.collect(&data, &["--profile", "collector", "--services", "kms"])?;
        code(&output, 0)?;
        same(&listing, &data.join(&listing).exists(), &false)?;
        same(&self.seeded.key_policy, &data.join(&self.seeded.key_policy).exists(), &true)
    }

    fn collect(&self, data: &Path, arguments: &[&str]) -> Result<Output, String> {
        self.script()
            .arg("--out")
            .arg(data)
            .args(["--endpoint-url", &self.endpoint, "--regions", REGION])
            .args(arguments)
            .output()
            .map_err(|error| error.to_string())
    }

    /// The script with the seeded profiles and nothing of the user's own AWS settings.
    fn script(&self) -> Command {
        let mut command = Command::new("sh");
        let path = std::env::var("PATH").unwrap_or_default();
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        command
            .arg(repository("data/collect/collect.sh"))
            .current_dir(&self.folder)
            .env("AWS_CONFIG_FILE", self.folder.join("config"))
            .env("AWS_SHARED_CREDENTIALS_FILE", self.folder.join("no-credentials"))
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_MAX_ATTEMPTS", "2")
            .env("PATH", format!("{}:{path}", self.folder.join("bin").display()))
            .env("REAL_PATH", path)
            // The account stands before the host in calls of s3control; by way of a proxy no name is looked up.
            .env("HTTP_PROXY", &self.endpoint)
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .stdin(Stdio::null());
        command
    }
}

/// Puts before the AWS CLI what answers for it the calls that the server does not know.
fn stand_in(folder: &Path) -> std::io::Result<()> {
    let script = r#"#!/bin/sh
case "$1 $2" in
"sso-admin list-instances")
    [ -z "${NO_IDENTITY_CENTER:-}" ] || {
        echo "An error occurred (AccessDeniedException) when calling the ListInstances operation: no" >&2
        exit 254
    }
    PATH=$REAL_PATH
    exec aws "$@"
    ;;
"iam list-organizations-features") echo '{"EnabledFeatures": ["RootSessions"]}' ;;
"organizations list-delegated-administrators") echo '{"DelegatedAdministrators": []}' ;;
"s3api list-buckets")
    # The server gives the owner of buckets another id than their access control lists do.
    answer=$(PATH=$REAL_PATH aws "$@") || exit
    printf '%s\n' "$answer" | sed "s/bcaf1ffd86f41161ca5fb16fd081034f/75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a/"
    ;;
"s3api get-bucket-abac")
    [ -z "${OLD_CLI:-}" ] || { echo "aws: error: argument operation: Invalid choice, valid choices are:" >&2; exit 2; }
    echo '{"AbacStatus": {"Status": "Disabled"}}'
    ;;
*)
    PATH=$REAL_PATH
    exec aws "$@"
    ;;
esac
"#;
    let bin = folder.join("bin");
    fs::create_dir_all(&bin)?;
    fs::write(bin.join("aws"), script)?;
    Command::new("chmod").arg("+x").arg(bin.join("aws")).status().map(|_| ())
}

/// moto's server; killed when dropped, before its folder goes.
struct Server {
    child: Child,
    folder: Folder,
}

impl Server {
    fn start(port: u16, folder: Folder) -> Result<Self, Box<dyn Error>> {
        let log = File::create(folder.0.join("server.log"))?;
        let child = Command::new("python3")
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut server = Self { child, folder };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if server.child.try_wait()?.is_some() || started.elapsed() > START_LIMIT {
                let log = fs::read_to_string(server.folder.0.join("server.log"))?;
                return Err(format!("moto's server does not answer on port {port}\n{log}").into());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is left to do when the server is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder for one run of this target, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, std::io::Error> {
        let path = std::env::temp_dir().join(format!("iamreach-collect-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn missing_tool() -> Option<String> {
    let needs: [(&str, &[&str]); 4] = [
        ("sh", &["-c", ":"]),
        ("python3", &["-c", "import boto3"]),
        ("python3", &["-c", "import moto.server"]),
        ("aws", &["--version"]),
    ];
    needs.into_iter().find_map(|(program, arguments)| {
        let works = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .is_ok_and(|output| output.status.success());
        (!works).then(|| format!("`{program} {}` does not work here", arguments.join(" ")))
    })
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn seed(endpoint: &str) -> Command {
    let mut command = Command::new("python3");
    command
        .arg(repository("tests/collect/seed.py"))
        .arg(endpoint)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("AWS_PROFILE")
        .env_remove("AWS_ENDPOINT_URL")
        .stdin(Stdio::null());
    command
}

/// Every file below a folder, hidden ones too, with `/` between the parts.
fn tree(data: &Path) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![data.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let inside = path.strip_prefix(data).map_err(|error| error.to_string())?;
                found.insert(inside.display().to_string());
            }
        }
    }
    Ok(found)
}

fn whole_and_private(data: &Path) -> Checked {
    for file in tree(data)? {
        answer(data, &file)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let metadata = fs::metadata(data.join(&file)).map_err(|error| error.to_string())?;
            same(&file, &(metadata.permissions().mode() & 0o077), &0)?;
        }
    }
    Ok(())
}

fn answer(data: &Path, file: &str) -> Result<Value, String> {
    let text = fs::read_to_string(data.join(file)).map_err(|error| format!("{file}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))
}

fn code(output: &Output, expected: i32) -> Checked {
    if output.status.code() == Some(expected) {
        return Ok(());
    }
    Err(format!("expected exit code {expected}: {}", described(output)))
}

fn described(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    format!("{}\n{stdout}{stderr}", output.status)
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &T, expected: &T) -> Checked {
    if got == expected { Ok(()) } else { Err(format!("{what}: got {got:?}, expected {expected:?}")) }
}

fn same_set(got: &BTreeSet<String>, expected: &BTreeSet<String>) -> Checked {
    let missing: Vec<_> = expected.difference(got).collect();
    let extra: Vec<_> = got.difference(expected).collect();
    if missing.is_empty() && extra.is_empty() {
        Ok(())
    } else {
        Err(format!("missing {missing:#?}, not expected {extra:#?}"))
    }
}
