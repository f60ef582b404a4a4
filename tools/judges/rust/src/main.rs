//! Checks state proofs with the public crate `ics23` and its `smt_spec`, which know nothing of Tabularium. Reads a JSON
//! list of cases on stdin (root in hex, key and value as text, value null where absence is claimed, proof in base64)
//! and answers one verdict for each.

use base64::{engine::general_purpose::STANDARD, Engine};
use ics23::{
    smt_spec, verify_membership, verify_non_membership, CommitmentProof, HostFunctionsManager,
};
use prost::Message;
use serde::{Deserialize, Serialize};
use std::process::ExitCode;

#[derive(Deserialize)]
struct Case {
    name: String,
    root: String,
    key: String,
    value: Option<String>,
    proof: String,
}

#[derive(Serialize)]
struct Verdict {
    name: String,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

fn check(case: &Case) -> Result<(), String> {
    let root = hex::decode(&case.root).map_err(|error| format!("root: {error}"))?;
    let bytes = STANDARD.decode(&case.proof).map_err(|error| format!("proof: {error}"))?;
    let proof = CommitmentProof::decode(bytes.as_slice()).map_err(|error| format!("proof: {error}"))?;
    let (spec, key) = (smt_spec(), case.key.as_bytes());
    let holds = match &case.value {
        Some(value) => {
            verify_membership::<HostFunctionsManager>(&proof, &spec, &root, key, value.as_bytes())
        }
        None => verify_non_membership::<HostFunctionsManager>(&proof, &spec, &root, key),
    };
    if holds {
        Ok(())
    } else {
        Err("the proof does not hold".into())
    }
}

fn main() -> ExitCode {
    let cases: Vec<Case> = match serde_json::from_reader(std::io::stdin()) {
        Ok(cases) => cases,
        Err(error) => {
            eprintln!("judge: stdin is not a list of cases: {error}");
            return ExitCode::from(64);
        }
    };
    let verdicts: Vec<Verdict> = cases
        .into_iter()
        .map(|case| {
            let detail = check(&case).err();
            Verdict { name: case.name, ok: detail.is_none(), detail }
        })
        .collect();
    match serde_json::to_writer(std::io::stdout(), &verdicts) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("judge: {error}");
            ExitCode::FAILURE
        }
    }
}
