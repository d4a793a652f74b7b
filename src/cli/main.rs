//! The command line: arguments in, exit code out. Everything else is the library's.
#![deny(clippy::indexing_slicing)]

mod arguments;
mod bolt;
mod diagram;
mod exit_code;
mod explain;
mod export;
mod input;
mod list;
mod output;
mod path;
mod simulate;
mod summary;
mod what_can;
mod who_can;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::exit_code::Exit;

/// Who can reach what in an AWS organization, offline and exactly
///
/// Reads what the AWS CLI prints (authorization details, organization, resource policies), decides every request as AWS
/// would, and follows role chains across accounts.
#[derive(Debug, Parser)]
#[command(name = "iamreach", version, max_term_width = 100, after_help = AFTER_HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  iamreach who-can s3:GetObject arn:aws:s3:::my-bucket/key --data ./collected
  iamreach path alice production:role/Admin --data ./collected
  iamreach explain production:role/Admin kms:Decrypt arn:aws:kms:eu-west-1:111122223333:key/abc --data ./collected

Exit codes:
  0  the answer is yes: someone, a path, allowed
  1  the answer is no
  2  wrong usage
  3  undecided only: what would decide was not collected, or was refused
  4  failure: a file cannot be read, or nothing was loaded
  5  the input had faults, with --strict";

#[derive(Debug, Subcommand)]
enum Command {
    WhoCan(who_can::Arguments),
    WhatCan(what_can::Arguments),
    Path(path::Arguments),
    Explain(explain::Arguments),
    List(list::Arguments),
    Export(export::Arguments),
    Simulate(simulate::Arguments),
    Summary(summary::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::WhoCan(arguments) => who_can::run(&arguments),
        Command::WhatCan(arguments) => what_can::run(&arguments),
        Command::Path(arguments) => path::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::List(arguments) => list::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::Summary(arguments) => summary::run(&arguments),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(failure) if failure.is_broken_pipe() => Exit::Yes.into(),
        Err(failure) => {
            failure.report();
            failure.exit().into()
        }
    }
}
