//! Makes the crate build again when a file is added to the embedded packs; the embedding itself notices only changed ones.

fn main() {
    println!("cargo::rerun-if-changed=../../scanner-rules");
}
