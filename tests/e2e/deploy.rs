//! What is in `deploy/` fits the published schemas, and gives no right that a scan does not need.

use std::path::Path;
use std::process::Command;

use terrier_faults::test_program;

#[test]
fn what_is_deployed_fits_its_schemas_and_gives_no_more_rights_than_needed() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/check-deploy.py");
    let checked = Command::new(test_program("python")).arg(script).output().unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&checked.stdout), String::from_utf8_lossy(&checked.stderr));
    assert!(checked.status.success(), "{told}");
}
