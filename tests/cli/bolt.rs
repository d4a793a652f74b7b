//! `export bolt` without a server: what it needs, what it does not go with, and what a build without it says.

use crate::*;

#[test]
fn servers_are_for_bolt_only() {
    for (given, value) in [("--uri", "bolt://localhost"), ("--user", "x"), ("--password-env", "X"), ("--database", "x")]
    {
        let ran = ask(&["export", "json", given, value]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{given}");
        assert!(ran.err.contains(&format!("{given} is for bolt")), "{}", ran.err);
        assert!(ask(&["export", "dot", given, value]).err.contains(&format!("{given} is not for dot")), "{given}");
    }
    for more in [&["--output", "here"][..], &["--bom"]] {
        let ran = ask(&[&["export", "bolt", "--uri", "bolt://localhost"], more].concat());
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains(&format!("{} is not for bolt", more[0])), "{}", ran.err);
    }
    let ran = ask(&["export", "bolt", "--focus", "tomas.vega"]);
    assert!(ran.code == 2 && ran.err.contains("--focus is for dot, svg and png"), "{}", ran.err);
}

#[cfg(not(feature = "bolt"))]
#[test]
fn a_build_without_it_says_so() {
    for arguments in [&["export", "bolt"][..], &["export", "bolt", "--uri", "bolt://localhost", "--password-env", "X"]]
    {
        let ran = ask(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(ran.err.contains("this build cannot write into a running database"), "{}", ran.err);
        assert!(ran.err.contains("cargo install --path . --features bolt"), "{}", ran.err);
    }
}

#[cfg(feature = "bolt")]
mod with_bolt {
    use std::net::TcpListener;
    use std::time::{Duration, Instant};

    use crate::{SAMPLE, command};

    const VARIABLE: &str = "IAMREACH_TEST_PASSWORD";
    const PASSWORD: &str = "correct horse battery staple";

    /// The exit code and the messages, with the password in the environment.
    fn refused(arguments: &[&str]) -> (i32, String) {
        let mut command = command(&[&["export", "bolt", "--data", SAMPLE], arguments].concat());
        let output = command.env(VARIABLE, PASSWORD).output().unwrap();
        assert!(output.stdout.is_empty());
        let messages = String::from_utf8(output.stderr).unwrap();
        assert!(!messages.contains(PASSWORD), "{messages}");
        assert_eq!(messages.matches("error: ").count(), 1, "{messages}");
        (output.status.code().unwrap(), messages)
    }

    #[test]
    fn what_it_needs() {
        let cases: [(&[&str], &str); 6] = [
            (&[], "bolt needs --uri bolt://HOST:PORT"),
            (&["--uri", "bolt://localhost"], "bolt needs --password-env VARIABLE"),
            (
                &["--uri", "bolt://localhost", "--password-env", "IAMREACH_NOT_SET"],
                "the environment variable `IAMREACH_NOT_SET` is not set",
            ),
            (
                &["--uri", "localhost:7687", "--password-env", VARIABLE],
                "`localhost:7687` is not the address of a Bolt server",
            ),
            (
                &["--uri", "http://localhost:7474", "--password-env", VARIABLE],
                "`http://localhost:7474` is not the address of a Bolt server",
            ),
            (
                &["--uri", &format!("bolt://neo4j:{PASSWORD}@localhost"), "--password-env", VARIABLE],
                "the server's address holds a user or a password",
            ),
        ];
        for (arguments, message) in cases {
            let (code, messages) = refused(arguments);
            assert_eq!(code, 2, "{messages}");
            assert!(messages.contains(message), "{messages}");
        }
    }

    /// It says so at once, and before the input is read.
    #[test]
    fn a_server_that_is_away() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("bolt://{}", listener.local_addr().unwrap());
        drop(listener);
        let started = Instant::now();
        let (code, messages) = refused(&["--uri", &uri, "--password-env", VARIABLE]);
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
        assert_eq!(code, 4, "{messages}");
        assert!(messages.contains(&format!("no Bolt server answers at `{uri}`")), "{messages}");
        assert!(messages.contains("is the server running"), "{messages}");
    }

    /// Not Bolt: whoever answers says something else, and hangs up.
    #[test]
    fn another_server() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("bolt://{}", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            use std::io::Write;
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        });
        let (code, messages) = refused(&["--uri", &uri, "--password-env", VARIABLE]);
        server.join().unwrap();
        assert_eq!(code, 4, "{messages}");
        assert!(messages.contains(&format!("no Bolt server answers at `{uri}`")), "{messages}");
    }
}
