//! The function of the tests on the crate lambda_runtime: see ../../README.md for what it does.
use lambda_runtime::streaming::Response;
use lambda_runtime::{service_fn, Error, LambdaEvent};
use serde_json::{json, Value};

type Pieces = tokio_stream::Iter<std::vec::IntoIter<Result<String, Error>>>;

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (asked, context) = event.into_parts();
    let name = asked["name"].as_str().unwrap_or_default();
    match asked["do"].as_str() {
        Some("hello") => {
            println!("printed by {name}");
            let client = context.client_context.map(|known| known.client.app_title);
            Ok(json!({
                "hello": name,
                "requestId": context.request_id,
                "deadlineMs": context.deadline,
                "arn": context.invoked_function_arn,
                "traceId": context.xray_trace_id,
                "clientContext": client,
            }))
        }
        Some("echo") => Ok(asked),
        Some("exit") => std::process::exit(3),
        _ => Err(format!("asked to fail: {name}").into()),
    }
}

async fn stream(event: LambdaEvent<Value>) -> Result<Response<Pieces>, Error> {
    let count = event.payload["count"].as_u64().unwrap_or_default() as usize;
    let size = event.payload["size"].as_u64().unwrap_or_default() as usize;
    let mut pieces: Vec<Result<String, Error>> = Vec::new();
    pieces.resize_with(count, || Ok("x".repeat(size)));
    if event.payload["do"] == "break" {
        pieces.push(Err("asked to break".into()));
    }
    Ok(Response::from(tokio_stream::iter(pieces)))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if std::env::var("FAIL_INIT").is_ok() {
        return Err("asked to fail at the start".into());
    }
    if std::env::var("_HANDLER").as_deref() == Ok("function.stream") {
        return lambda_runtime::run(service_fn(stream)).await;
    }
    lambda_runtime::run(service_fn(handle)).await
}
