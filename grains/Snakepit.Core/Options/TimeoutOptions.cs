namespace Snakepit.Core.Options;

/// <summary>
/// The time-outs a person may write, for the whole silo or for one pool. What is left out (null) comes from the silo's
/// section, then from the profile, then from the default.
/// </summary>
public abstract record TimeoutOptions
{
    [Option(
        "Profile that the other values are derived from: balanced, production, production_strict, development, ml_inference or batch.",
        Guide = "timeout_profile", Layer = "Global", DefaultText = "balanced")]
    public TimeoutProfile? TimeoutProfile { get; set; }

    [Option(
        "Budget of a call that brings none.",
        Guide = "pool_request_timeout", Layer = "Client, pool", Min = 1, AllowInfinite = true, DefaultText = "profile: 5m")]
    public TimeSpan? PoolRequestTimeout { get; set; }

    [Option(
        "Budget of a stream that brings none, from its first question to its last item.",
        Guide = "pool_streaming_timeout", Layer = "Client, pool", Min = 1, AllowInfinite = true, DefaultText = "profile: 15m")]
    public TimeSpan? PoolStreamingTimeout { get; set; }

    [Option(
        "Longest budget that a caller may bring. The HTTP door refuses more, and takes infinite for as much as this. A caller may "
        + "always ask "
        + "for what a call gets that brings none, also when that is more.",
        Layer = "Client, pool", Min = 1, AllowInfinite = true, DefaultText = "1h")]
    public TimeSpan? MaxRequestTimeout { get; set; }

    [Option(
        "Longest wait of a call in the queue; never longer than what is left of its budget.",
        Guide = "pool_queue_timeout", Layer = "Queue", Min = 1, AllowInfinite = true, DefaultText = "profile: 10s")]
    public TimeSpan? PoolQueueTimeout { get; set; }

    [Option(
        "Longest wait of a stream for a worker; never longer than what is left of its budget.",
        Guide = "checkout_timeout", Layer = "Queue", Min = 1, AllowInfinite = true, DefaultText = "profile: 10s")]
    public TimeSpan? CheckoutTimeout { get; set; }

    [Option(
        "From asking for a process until it runs and has read its settings.",
        Guide = "pool_startup_timeout", Layer = "Process", Min = 100, Max = 86_400_000, DefaultText = "10s")]
    public TimeSpan? PoolStartupTimeout { get; set; }

    [Option(
        "How long the start of a silo waits for its pools before it says that they are late.",
        Guide = "pool_await_ready_timeout", Layer = "Pool", Min = 0, Max = 86_400_000, DefaultText = "15s")]
    public TimeSpan? PoolAwaitReadyTimeout { get; set; }

    [Option(
        "Longest time between dispatch and answer, as the shard sees it. A budget that the call brings itself goes before it.",
        Guide = "grpc_worker_execute_timeout", Layer = "Dispatch", Min = 1, AllowInfinite = true,
        DefaultText = "budget less WorkerCallMargin")]
    public TimeSpan? GrpcWorkerExecuteTimeout { get; set; }

    [Option(
        "Longest time between dispatch and end of a stream, as the shard sees it. Acts only when it is written, because the guide's "
        + "default is shorter than most profiles' streams. A budget that the stream brings itself goes before it.",
        Guide = "grpc_worker_stream_timeout", Layer = "Dispatch", Min = 1, AllowInfinite = true,
        DefaultText = "5m, acts only when written")]
    public TimeSpan? GrpcWorkerStreamTimeout { get; set; }

    [Option(
        "How long the reader of a stream may stay away before it is taken for gone and the tool is stopped.",
        Layer = "Pool", Min = 100, AllowInfinite = true, DefaultText = "1m")]
    public TimeSpan? StreamReaderTimeout { get; set; }

    [Option(
        "Silence after a health ping (Heartbeat:PingInterval) that is logged as a warning.",
        Guide = "grpc_worker_health_check_timeout_ms", Layer = "Link", Min = 10, Max = 600_000, DefaultText = "5s")]
    public TimeSpan? GrpcWorkerHealthCheckTimeout { get; set; }

    [Option(
        "Longest time of a tool in Python. A budget that the call brings itself goes before it.",
        Guide = "grpc_command_timeout", Layer = "Python", Min = 1, AllowInfinite = true, DefaultText = "budget less both margins")]
    public TimeSpan? GrpcCommandTimeout { get; set; }

    [Option(
        "Longest time in Python of the tool named batch_inference.",
        Guide = "grpc_batch_inference_timeout", Layer = "Python", Min = 1, AllowInfinite = true, DefaultText = "5m")]
    public TimeSpan? GrpcBatchInferenceTimeout { get; set; }

    [Option(
        "Longest time in Python of the tool named process_large_dataset.",
        Guide = "grpc_large_dataset_timeout", Layer = "Python", Min = 1, AllowInfinite = true, DefaultText = "10m")]
    public TimeSpan? GrpcLargeDatasetTimeout { get; set; }

    [Option(
        "From the start of a process until it serves, loading of models included.",
        Guide = "grpc_server_ready_timeout", Layer = "Process", Min = 100, Max = 86_400_000, DefaultText = "30s")]
    public TimeSpan? GrpcServerReadyTimeout { get; set; }

    [Option(
        "From a serving process until its link is open.",
        Guide = "worker_ready_timeout", Layer = "Link", Min = 100, Max = 86_400_000, DefaultText = "30s")]
    public TimeSpan? WorkerReadyTimeout { get; set; }

    [Option(
        "From asking a worker to leave until it is killed; at least Python's own 5 s.",
        Guide = "graceful_shutdown_timeout_ms", Layer = "Process", Min = 5000, Max = 600_000, DefaultText = "6s")]
    public TimeSpan? GracefulShutdownTimeout { get; set; }

    [Option(
        "Kept back of a budget for the way to the worker and back.",
        Guide = "worker_call_margin_ms", Layer = "Margin", Min = 0, Max = 60_000, DefaultText = "1s", InMilliseconds = true)]
    public TimeSpan? WorkerCallMargin { get; set; }

    [Option(
        "Kept back of a budget for the shard's reply.",
        Guide = "pool_reply_margin_ms", Layer = "Margin", Min = 0, Max = 60_000, DefaultText = "200ms", InMilliseconds = true)]
    public TimeSpan? PoolReplyMargin { get; set; }

    [Option(
        "How long a tool has to end after it was told to, before the stacks of its process are dumped.",
        Layer = "Python", Min = 0, Max = 600_000, DefaultText = "250ms; 1s with WorkerProfile thread", InMilliseconds = true)]
    public TimeSpan? CancelGrace { get; set; }

    [Option(
        "How long after the dump its process is killed.",
        Layer = "Process", Min = 0, Max = 600_000, DefaultText = "250ms; 1s with WorkerProfile thread", InMilliseconds = true)]
    public TimeSpan? DumpGrace { get; set; }
}
