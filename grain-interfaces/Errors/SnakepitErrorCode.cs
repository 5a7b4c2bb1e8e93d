namespace Snakepit.Errors;

/// <summary>
/// What happened to a call that has no result. Callers filter on it; its wire form is snake_case (<c>queue_full</c>). Numbers never change
/// their meaning: 44, 81 and 100 belonged to codes that no version sent, and stay unused.
/// </summary>
public enum SnakepitErrorCode
{
    /// <summary>A bug of Snakepit.</summary>
    Unknown = 0,

    // pool

    /// <summary>No silo of the cluster has a pool of this name.</summary>
    PoolNotFound = 1,

    /// <summary>None of the pool's workers has been ready yet.</summary>
    PoolNotReady = 2,

    /// <summary>The pool's workers do not start.</summary>
    PoolFailed = 3,

    /// <summary>The silo is stopping.</summary>
    PoolDraining = 4,

    /// <summary>As many calls wait as <c>MaxQueueSize</c> allows.</summary>
    QueueFull = 5,

    /// <summary>Workers crashed so often that the pool refuses calls for a while.</summary>
    PoolTripped = 6,

    /// <summary>
    /// No worker of the shard is free, and the caller did not want to wait there. Between shard and client; callers never see it.
    /// </summary>
    ShardBusy = 7,

    /// <summary>
    /// The call waited in a shard's queue while another shard had room, so it goes there. Between shard and client; callers never see it.
    /// </summary>
    CallMoved = 8,

    /// <summary>The silo holds as many bytes of requests and results as <c>MaxBufferedBytes</c> allows.</summary>
    SiloBusy = 9,

    // timeout

    /// <summary>The call waited longer for a worker than it may.</summary>
    QueueTimeout = 20,

    /// <summary>The budget was spent before a worker had the call.</summary>
    DeadlineExceeded = 21,

    /// <summary>The tool did not finish in time and is being stopped.</summary>
    ExecutionTimeout = 22,

    /// <summary>The reader of a stream stayed away longer than <c>StreamReaderTimeout</c>.</summary>
    StreamReaderTimeout = 23,

    // validation

    /// <summary>The pool's adapter has no tool of this name.</summary>
    ToolNotFound = 40,

    /// <summary>The arguments do not fit the tool's signature.</summary>
    InvalidArguments = 41,

    /// <summary>The request itself cannot be read.</summary>
    InvalidRequest = 42,

    /// <summary>Arguments and attachments have more bytes than <c>MaxRequestBytes</c>.</summary>
    RequestTooLarge = 43,

    /// <summary>The tool returned a value that has no JSON form.</summary>
    ResultNotEncodable = 45,

    /// <summary>The result is not of the type that the caller asked for.</summary>
    ResultNotReadable = 46,

    // python

    /// <summary>The tool raised an exception.</summary>
    ToolRaised = 60,

    // worker

    /// <summary>The worker's process ended while it had the call.</summary>
    WorkerExited = 80,

    /// <summary>The worker is leaving and did not begin the call.</summary>
    WorkerRefused = 82,

    /// <summary>A mistake inside the worker, outside of the tool.</summary>
    WorkerInternal = 83,

    // link

    /// <summary>The shard's silo is gone, restarted or out of reach.</summary>
    SiloUnreachable = 101,

    /// <summary>No silo of the cluster can be reached.</summary>
    ClusterUnreachable = 102,

    /// <summary>The shard does not know the stream any more, or the reader has lost count.</summary>
    StreamLost = 103,

    // cancelled

    /// <summary>The caller gave up.</summary>
    Cancelled = 120,
}

/// <summary>Categories and wire forms of error codes. Pure.</summary>
public static class ErrorCodes
{
    /// <summary>The category of a code.</summary>
    /// <param name="code">
    /// The code. One that this version does not know, of a newer silo, counts as <see cref="ErrorCategory.Worker"/>.
    /// </param>
    public static ErrorCategory Category(this SnakepitErrorCode code) => code switch
    {
        SnakepitErrorCode.PoolNotFound or SnakepitErrorCode.PoolNotReady or SnakepitErrorCode.PoolFailed or SnakepitErrorCode.PoolDraining
            or SnakepitErrorCode.QueueFull or SnakepitErrorCode.PoolTripped or SnakepitErrorCode.ShardBusy or SnakepitErrorCode.CallMoved
            or SnakepitErrorCode.SiloBusy => ErrorCategory.Pool,
        SnakepitErrorCode.QueueTimeout or SnakepitErrorCode.DeadlineExceeded or SnakepitErrorCode.ExecutionTimeout
            or SnakepitErrorCode.StreamReaderTimeout => ErrorCategory.Timeout,
        SnakepitErrorCode.ToolNotFound or SnakepitErrorCode.InvalidArguments or SnakepitErrorCode.InvalidRequest
            or SnakepitErrorCode.RequestTooLarge or SnakepitErrorCode.ResultNotEncodable
            or SnakepitErrorCode.ResultNotReadable => ErrorCategory.Validation,
        SnakepitErrorCode.ToolRaised => ErrorCategory.PythonError,
        SnakepitErrorCode.WorkerExited or SnakepitErrorCode.WorkerRefused or SnakepitErrorCode.WorkerInternal
            or SnakepitErrorCode.Unknown => ErrorCategory.Worker,
        SnakepitErrorCode.SiloUnreachable or SnakepitErrorCode.ClusterUnreachable or SnakepitErrorCode.StreamLost => ErrorCategory.Link,
        SnakepitErrorCode.Cancelled => ErrorCategory.Cancelled,
        _ when !Enum.IsDefined(code) => ErrorCategory.Worker, // a code of a newer silo; as for Unknown
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "Error code without a category."),
    };

    /// <summary>The wire form, for example <c>queue_full</c>.</summary>
    public static string ToWire(this SnakepitErrorCode code) => WireWord.Of(code.ToString());

    /// <summary>The wire form, for example <c>python_error</c>.</summary>
    public static string ToWire(this ErrorCategory category) => WireWord.Of(category.ToString());
}
