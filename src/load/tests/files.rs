//! Finding files and reading them as text.

use super::*;

#[test]
fn files_that_are_not_there() {
    let folder = Folder::of(&[("empty/notes.txt", "x")]);
    for (path, code) in [("missing", "unreadable-file"), ("empty", "no-input")] {
        let loaded = load(&[folder.0.join(path)], &LoadOptions::default());
        assert_eq!(said(&loaded), [format!("error {code}")], "{path}");
    }
    assert_eq!(said(&load(&[], &LoadOptions::default())), ["error no-input"]);
}

#[test]
fn a_file_that_may_not_be_read() {
    let folder = Folder::of(&[("good.json", &details(USER, "", "", ""))]);
    std::os::unix::fs::symlink(folder.0.join("nowhere"), folder.0.join("dangling.json")).unwrap();
    let loaded = folder.load();
    assert_eq!(said(&loaded), ["error unreadable-file"]);
    assert_eq!(loaded.environment.principals().len(), 1);
}

#[test]
fn a_loop_of_links_ends() {
    let folder = Folder::of(&[("a/good.json", &details(USER, "", "", ""))]);
    std::os::unix::fs::symlink(&folder.0, folder.0.join("a/again")).unwrap();
    let loaded = folder.load();
    assert_eq!((said(&loaded).len(), loaded.files.len()), (0, 1));
}

#[test]
fn wrong_json_is_placed() {
    let check = |text: &[u8], code: &str, position: Option<(u32, u32)>| {
        let folder = Folder::new();
        folder.write("bad.json", text);
        folder.write("good.json", details(USER, "", "", "").as_bytes());
        let loaded = folder.load();
        let diagnostic = message(&loaded, code);
        assert_eq!(diagnostic.origin.as_ref().unwrap().position, position, "{code}");
        assert_eq!(loaded.environment.principals().len(), 1, "the rest still loads");
        assert_eq!(loaded.files.iter().map(|file| file.format.is_some()).collect::<Vec<_>>(), [false, true]);
    };
    check(b"{\"a\": [1, 2", "invalid-json", Some((1, 11)));
    check("{\n \"é\": x}".as_bytes(), "invalid-json", Some((2, 7)));
    check(b"", "invalid-json", Some((1, 1)));
    check(b"{\"a\": \"\xff\"}", "not-utf-8", None);
    check(b"\xff\xfe{\x00}\x00", "not-utf-8", None);
    check(b"\x1f\x8bnothing", "unreadable-file", None);
    check(b"{\"some\": \"thing else\"}", "unrecognised-json", None);
    check(b"[1, 2]", "unrecognised-json", None);
    check("[".repeat(1 << 20).as_bytes(), "invalid-json", Some((1, 1 << 20)));
    let closed = "[".repeat(1 << 20) + &"]".repeat(1 << 20);
    check(closed.as_bytes(), "unrecognised-json", None);
}

#[test]
fn deep_nesting_inside_an_entry_is_refused() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let policy = format!(r#"{{"PolicyName":"deep","PolicyDocument":{{"Statement":{deep}}}}}"#);
    let user = format!(r#"{{"UserName":"a","Arn":"arn:aws:iam::012345678901:user/a","UserPolicyList":[{policy}]}}"#);
    let loaded = Folder::of(&[("a.json", &details(&user, "", "", ""))]).load();
    assert_eq!(said(&loaded), ["error refused-policy"]);
}

#[test]
fn marks_line_ends_and_compression() {
    let text = details(USER, "", "", "");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let folder = Folder::new();
    folder.write("a.json.gz", &gzip.finish().unwrap());
    folder.write("b.json", format!("\u{FEFF}{}", text.replace(',', ",\r\n")).as_bytes());
    folder.write(".hidden.json", b"x");
    folder.write("notes.txt", b"x");
    folder.write("named", text.as_bytes());
    let loaded = folder.load();
    assert_eq!(said(&loaded), ["info repeated-principal"]);
    assert_eq!(loaded.files.len(), 2);
    let named = load(&[folder.0.join("named")], &LoadOptions::default());
    assert_eq!((said(&named).len(), named.environment.principals().len()), (0, 1));
}
